import type { ItemCondition, ValueFrom } from './table-mapping.ts';
import { UnfitChange } from './unfit-change.ts';

/** A value as DynamoDB writes it in JSON. Source: DynamoDB API reference, AttributeValue; binary data is base64 here. */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly B?: string;
  readonly L?: readonly AttributeValue[];
  readonly M?: Readonly<Record<string, AttributeValue>>;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
}

/** An item as the stream has it: attribute → typed value. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** Whether an item is one of those that the events are about. */
export const isWanted = (item: Item, where: Readonly<Record<string, ItemCondition>>): boolean =>
  Object.entries(where).every(([attribute, condition]) => holds(attributeOf(item, attribute), condition));

function holds(value: AttributeValue | undefined, condition: ItemCondition): boolean {
  if (typeof condition === 'string') return value?.S === condition;
  if ('exists' in condition) return (value !== undefined) === condition.exists;
  return value?.S?.startsWith(condition.beginsWith) === true;
}

/** One text; `undefined` where the item has none. A number counts as the text of it. */
export function readText(item: Item, from: ValueFrom | undefined, what: string): string | undefined {
  if (from === undefined) return undefined;
  const texts = readTexts(item, from, what);
  if (texts === undefined) return undefined;
  const [text, ...others] = texts;
  if (text !== undefined && others.length === 0) return text;
  throw new UnfitChange('ITEM_INCOMPLETE', `Expected one text for ${what} in ${name(from)}, found ${texts.length}`);
}

/** @throws UnfitChange ITEM_INCOMPLETE where the item has none */
export function requireText(item: Item, from: ValueFrom, what: string): string {
  const text = readText(item, from, what);
  if (text !== undefined && text !== '') return text;
  throw new UnfitChange('ITEM_INCOMPLETE', `Expected ${what} in ${name(from)}, found nothing`);
}

/**
 * One text or several, of a string, a number, a list or a set.
 *
 * @throws UnfitChange ITEM_INCOMPLETE for anything else: an audience that was left out would show the event to everybody
 */
export function readTexts(item: Item, from: ValueFrom, what: string): readonly string[] | undefined {
  if (typeof from === 'object' && 'value' in from) return [from.value].flat();
  const { attribute, after = '' } = typeof from === 'string' ? { attribute: from } : from;
  const value = attributeOf(item, attribute);
  if (value === undefined || value.NULL === true) return undefined;
  const texts = value.SS ?? value.NS ?? (value.L ?? [value]).map(({ S, N }) => S ?? N);
  return texts.map((text) => {
    if (text === undefined) {
      throw new UnfitChange(
        'ITEM_INCOMPLETE',
        `Expected text for ${what} in ${name(from)}, found another kind of value`,
      );
    }
    if (text.startsWith(after)) return text.slice(after.length);
    throw new UnfitChange(
      'ITEM_INCOMPLETE',
      `Expected ${what} in ${name(from)} to begin with ${after}, found another beginning`,
    );
  });
}

/** A value as JSON: sets become sorted lists. `undefined` where the item has none. @throws UnfitChange VALUE_UNFIT */
export function readJson(item: Item, from: ValueFrom, what: string): unknown {
  if (typeof from === 'object' && 'value' in from) return from.value;
  if (typeof from === 'object' && from.after !== undefined) return readText(item, from, what);
  const value = attributeOf(item, typeof from === 'string' ? from : from.attribute);
  if (value === undefined) return undefined;
  return toJson(value, what);
}

function toJson(value: AttributeValue, what: string): unknown {
  const { S, N, BOOL, NULL, L, M, SS, NS } = value;
  if (S !== undefined || BOOL !== undefined) return S ?? BOOL;
  if (N !== undefined) return exactNumber(N, what);
  if (NULL === true) return null;
  if (L !== undefined) return L.map((each) => toJson(each, what));
  // DynamoDB keeps no order in sets; the same set shall always be the same data.
  if (SS !== undefined) return SS.toSorted();
  if (NS !== undefined) return NS.map((each) => exactNumber(each, what)).toSorted((a, b) => a - b);
  if (M !== undefined) return Object.fromEntries(Object.entries(M).map(([key, each]) => [key, toJson(each, what)]));
  throw new UnfitChange('VALUE_UNFIT', `Expected JSON for ${what}, found binary data`);
}

/** Digits that every number of JSON keeps. Source: RFC 8259, section 6: IEEE 754 doubles. DynamoDB keeps 38. */
const SAFE_DIGITS = 15;

function exactNumber(text: string, what: string): number {
  const number = Number(text);
  const digits = text.replace(/e.*$/i, '').replaceAll(/[-+.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
  // Of a text with a fraction, rounding may have made an integer.
  const isExactInteger = /^-?\d+$/.test(text) && Number.isSafeInteger(number);
  if (isExactInteger || (Number.isFinite(number) && digits.length <= SAFE_DIGITS)) return number;
  throw new UnfitChange(
    'VALUE_UNFIT',
    `Expected a number of at most ${SAFE_DIGITS} digits for ${what}, found one of ${digits.length}. Keep it as text`,
  );
}

const attributeOf = (item: Item, attribute: string): AttributeValue | undefined =>
  Object.hasOwn(item, attribute) ? item[attribute] : undefined;

/** Names of attributes may stand in messages, values may not. */
const name = (from: ValueFrom): string =>
  typeof from === 'string'
    ? `the attribute ${from}`
    : 'attribute' in from
      ? `the attribute ${from.attribute}`
      : 'its value';
