import { isObject, type JsonObject } from '../../generate/json-value.ts';
import { sameJson } from './canonical-json.ts';
import type { CanonicalSchema } from './canonical-schema.ts';
import type { Change } from './change.ts';
import { compareKeyword, VALUE_KEYWORDS } from './compare-keywords.ts';
import { compareMembers } from './compare-members.ts';
import { type Place, step, under } from './place.ts';

/**
 * What of a new schema could break who sends or who receives what the old one describes. Nothing if
 * - all that the old schema accepts, the new one accepts too (producers go on), and
 * - all that the new schema accepts, the old one accepts once the properties that it does not know are left out
 *   (consumers go on, because they ignore what they do not know).
 *
 * The only change of meaning for which both are proved is a new optional property. Whatever else differs is named,
 * also where it might do no harm.
 */
export const compareSchemas = (before: CanonicalSchema, now: CanonicalSchema): Change[] =>
  compare(before, now, { path: [], rules: [] });

function compare(before: CanonicalSchema, now: CanonicalSchema, at: Place): Change[] {
  if (sameJson(before, now)) return [];
  if (!isObject(before) || !isObject(now)) return [{ code: 'KEYWORD_CHANGED', path: at.path, before, now }];
  const inner = under(at, before);
  return [
    ...compareMembers(before, now, inner, compare),
    ...compareAdditional(before, now, inner),
    ...compareItems(before, now, inner),
    ...comparePrefix(before, now, inner),
    ...VALUE_KEYWORDS.flatMap((keyword) => compareKeyword(keyword, before, now, at.path)),
    ...compareRest(before, now, at),
  ];
}

/** The values of an object used as a map are compared; opened and closed objects are named. */
function compareAdditional(before: JsonObject, now: JsonObject, at: Place): Change[] {
  const [was, is] = [before['additionalProperties'], now['additionalProperties']];
  if (isObject(was) && isObject(is)) return compare(was, is, step(at, 'additionalProperties'));
  return different('ADDITIONAL_PROPERTIES_CHANGED', 'additionalProperties', before, now, at);
}

function compareItems(before: JsonObject, now: JsonObject, at: Place): Change[] {
  const [was, is] = [before['items'], now['items']];
  if (isObject(was) && isObject(is)) return compare(was, is, step(at, 'items'));
  return different('KEYWORD_CHANGED', 'items', before, now, at);
}

function comparePrefix(before: JsonObject, now: JsonObject, at: Place): Change[] {
  const [was, is] = [before['prefixItems'], now['prefixItems']];
  if (!Array.isArray(was) || !Array.isArray(is) || was.length !== is.length) {
    return different('KEYWORD_CHANGED', 'prefixItems', before, now, at);
  }
  return was.flatMap((schema: CanonicalSchema, index) =>
    compare(schema, is[index], step(at, 'prefixItems', String(index))),
  );
}

const COMPARED: ReadonlySet<string> = new Set([
  ...VALUE_KEYWORDS,
  'properties',
  'required',
  'additionalProperties',
  'items',
  'prefixItems',
]);

/** Combinations, conditions and whatever a later draft may bring: any difference is a change. */
function compareRest(before: JsonObject, now: JsonObject, at: Place): Change[] {
  const rest = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((keyword) => !COMPARED.has(keyword));
  return rest.sort().flatMap((keyword) => different('KEYWORD_CHANGED', keyword, before, now, at));
}

function different(
  code: 'KEYWORD_CHANGED' | 'ADDITIONAL_PROPERTIES_CHANGED',
  keyword: string,
  { [keyword]: before }: JsonObject,
  { [keyword]: now }: JsonObject,
  at: Place,
): Change[] {
  return sameJson(before, now) ? [] : [{ code, path: [...at.path, keyword], before, now }];
}
