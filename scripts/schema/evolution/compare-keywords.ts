import type { JsonObject } from '../../generate/json-value.ts';
import { sameJson } from './canonical-json.ts';
import type { Change, ChangeCode } from './change.ts';

/** Limits from below: a larger one accepts less. */
const LOWER: ReadonlySet<string> = new Set([
  'minimum',
  'exclusiveMinimum',
  'minLength',
  'minItems',
  'minProperties',
  'minContains',
]);
/** Limits from above: a smaller one accepts less. */
const UPPER: ReadonlySet<string> = new Set([
  'maximum',
  'exclusiveMaximum',
  'maxLength',
  'maxItems',
  'maxProperties',
  'maxContains',
]);
/** Limits of which one value accepts neither more nor less than another, but each accepts less than none. */
const OTHER_LIMITS: ReadonlySet<string> = new Set(['multipleOf', 'uniqueItems']);

/** Keywords whose value is compared here, in the order of the report. `enum` includes `const`, its short form. */
export const VALUE_KEYWORDS: readonly string[] = [
  'type',
  'enum',
  'const',
  'format',
  'pattern',
  ...LOWER,
  ...UPPER,
  ...OTHER_LIMITS,
];

/** What changed at one keyword of a schema. */
export function compareKeyword(
  keyword: string,
  before: JsonObject,
  now: JsonObject,
  path: readonly string[],
): Change[] {
  const was = before[keyword];
  const is = now[keyword];
  if (keyword === 'enum' || keyword === 'const') return compareValues(keyword, before, now, path);
  if (sameJson(was, is)) return [];
  return [{ code: codeFor(keyword, was, is), path: [...path, keyword], before: was, now: is }];
}

function codeFor(keyword: string, was: unknown, is: unknown): ChangeCode {
  if (keyword === 'type') return typeCode(typesOf(was), typesOf(is));
  if (keyword === 'format') return 'FORMAT_CHANGED';
  if (keyword === 'pattern') return 'PATTERN_CHANGED';
  if (was === undefined) return 'LIMIT_TIGHTENED';
  if (is === undefined) return 'LIMIT_LOOSENED';
  if (OTHER_LIMITS.has(keyword)) return 'LIMIT_CHANGED';
  return Number(is) > Number(was) === LOWER.has(keyword) ? 'LIMIT_TIGHTENED' : 'LIMIT_LOOSENED';
}

const TYPES = ['array', 'boolean', 'null', 'number', 'object', 'string'] as const;

/** Every number is one of the two that `number` stands for: an integer, or one that is none. */
function typesOf(type: unknown): ReadonlySet<string> {
  const named = type === undefined ? TYPES : Array.isArray(type) ? type.map(String) : [String(type)];
  return new Set(named.flatMap((name) => (name === 'number' ? ['integer', 'fraction'] : [name])));
}

function typeCode(was: ReadonlySet<string>, is: ReadonlySet<string>): ChangeCode {
  if ([...was].every((name) => is.has(name))) return 'TYPE_WIDENED';
  return [...is].every((name) => was.has(name)) ? 'TYPE_NARROWED' : 'TYPE_CHANGED';
}

/** `const` is an enum of one, and is compared as such; a schema with both says too much to be summed up. */
function compareValues(
  keyword: 'enum' | 'const',
  before: JsonObject,
  now: JsonObject,
  path: readonly string[],
): Change[] {
  const saidBy = (schema: JsonObject): readonly string[] =>
    ['enum', 'const'].filter((key) => Object.hasOwn(schema, key));
  const change = { path: [...path, keyword] };
  if (saidBy(before).length > 1 || saidBy(now).length > 1) {
    const [was, is] = [before[keyword], now[keyword]];
    return sameJson(was, is) ? [] : [{ ...change, code: 'ENUM_CHANGED', before: was, now: is }];
  }
  // One report for both keywords: under the name that the new schema has, or the old one where it has neither.
  if (keyword !== (saidBy(now)[0] ?? saidBy(before)[0])) return [];
  const was = valuesOf(before);
  const is = valuesOf(now);
  return sameJson(was, is) ? [] : [{ ...change, code: valuesCode(was, is), before: was, now: is }];
}

/** `undefined` where any value will do. */
const valuesOf = (schema: JsonObject): readonly unknown[] | undefined =>
  Object.hasOwn(schema, 'const') ? [schema['const']] : Array.isArray(schema['enum']) ? schema['enum'] : undefined;

function valuesCode(was: readonly unknown[] | undefined, is: readonly unknown[] | undefined): ChangeCode {
  if (was === undefined) return 'ENUM_NARROWED';
  if (is === undefined) return 'ENUM_WIDENED';
  const within = (some: readonly unknown[], all: readonly unknown[]): boolean =>
    some.every((value) => all.some((other) => sameJson(value, other)));
  if (within(was, is)) return 'ENUM_WIDENED';
  if (within(is, was)) return 'ENUM_NARROWED';
  return was.length === 1 && is.length === 1 ? 'CONST_CHANGED' : 'ENUM_CHANGED';
}
