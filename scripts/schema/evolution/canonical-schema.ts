import { below, isObject, type JsonObject, resolvePointer } from '../../generate/json-value.ts';
import { LISTS, MAPS, SINGLES, subschemas } from '../../generate/subschemas.ts';
import { sameJson, sortedBy, sortedJson } from './canonical-json.ts';

/** A schema in the one form that every schema of the same meaning has; `true` accepts everything, `false` nothing. */
export type CanonicalSchema = JsonObject | boolean;

/** A schema whose references, written out, are more than anybody could read, or a disk should hold. */
export class SchemaExpandsTooFar extends Error {
  override readonly name = 'SchemaExpandsTooFar';
  readonly code = 'SCHEMA_EXPANDS_TOO_FAR';
}

/** Schemas inside a schema, references written out, that the comparison goes through at most. */
export const MAX_EXPANDED_SCHEMAS = 20_000;

/**
 * What is for people, and what names the file. `default` is not among them: it says what an absent property means.
 */
const WITHOUT_MEANING: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'title',
  'description',
  'deprecated',
  'readOnly',
  'writeOnly',
  'examples',
  'x-tidings',
]);

/** Keywords that, in the same place, look at the same data: with them `unevaluatedProperties` is a rule of its own. */
const IN_PLACE = ['$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentSchemas'] as const;

const has = (schema: JsonObject, keyword: string): boolean => Object.hasOwn(schema, keyword);
const isOneOf = (keywords: readonly string[], keyword: string): boolean => keywords.includes(keyword);

/**
 * A schema without what changes nothing of what it accepts: references are written out where they stand, texts are
 * gone, keys and sets are sorted, and keywords that say what holds anyway are left out.
 *
 * @param root a schema that has passed the checks of the generator, so that its references resolve and do not recur
 * @throws SchemaExpandsTooFar
 */
export function canonicalSchema(root: JsonObject): CanonicalSchema {
  // Both make a difference between what is allowed by being named and what is allowed by not being forbidden.
  const keywords = new Set([...subschemas({ schema: root, pointer: '' })].flatMap(({ schema }) => Object.keys(schema)));
  const saidAnyway = new Set<string>();
  if (!keywords.has('unevaluatedProperties')) saidAnyway.add('additionalProperties');
  if (!keywords.has('unevaluatedItems')) saidAnyway.add('items');
  let schemas = 0;

  const visit = (schema: unknown): CanonicalSchema => {
    schemas += 1;
    if (schemas > MAX_EXPANDED_SCHEMAS) {
      throw new SchemaExpandsTooFar(`expected at most ${MAX_EXPANDED_SCHEMAS} schemas once every $ref is written out`);
    }
    if (!isObject(schema)) return schema !== false;
    const found: Record<string, unknown> = {};
    for (const [keyword, value] of Object.entries(closedByName(schema))) {
      if (WITHOUT_MEANING.has(keyword) || keyword === '$ref') continue;
      const kept = simplified(keyword, visitInside(keyword, value));
      if (kept === undefined || (kept === true && saidAnyway.has(keyword))) continue;
      if (keyword === 'enum' && !has(schema, 'const') && Array.isArray(kept) && kept.length === 1)
        found['const'] = kept[0];
      else found[keyword] = kept;
    }
    const reference = schema['$ref'];
    return typeof reference === 'string' ? withReference(found, visit(targetOf(root, reference))) : settled(found);
  };

  const visitInside = (keyword: string, value: unknown): unknown => {
    if (isOneOf(SINGLES, keyword)) return visit(value);
    if (isOneOf(LISTS, keyword) && Array.isArray(value)) return value.map(visit);
    if (isOneOf(MAPS, keyword) && isObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, visit(inner)]));
    }
    return value;
  };

  return sortedJson(visit(root)) as CanonicalSchema;
}

/** `unevaluatedProperties` alone forbids what `additionalProperties` forbids; one of the two forms is enough. */
function closedByName(schema: JsonObject): JsonObject {
  if (!has(schema, 'unevaluatedProperties') || has(schema, 'additionalProperties')) return schema;
  if (IN_PLACE.some((keyword) => has(schema, keyword))) return schema;
  const { unevaluatedProperties, ...rest } = schema;
  return { ...rest, additionalProperties: unevaluatedProperties };
}

/** A keyword's value in the form of all that mean the same; `undefined` where it says what holds anyway. */
function simplified(keyword: string, value: unknown): unknown {
  switch (keyword) {
    case 'required':
      return Array.isArray(value) && value.length > 0 ? distinct(value) : undefined;
    case 'type':
      return Array.isArray(value) ? onlyOne(distinct(value)) : value;
    case 'enum':
      return Array.isArray(value) ? distinct(value) : value;
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return value === 0 ? undefined : value;
    case 'uniqueItems':
      return value === false ? undefined : value;
    case 'properties':
    case 'patternProperties':
    case 'dependentSchemas':
      return isObject(value) && Object.keys(value).length === 0 ? undefined : value;
    case 'dependentRequired':
      return dependencies(value);
    case 'format':
      // It says how a program is to keep a number, and demands nothing of data.
      return value === 'decimal' ? undefined : value;
    default:
      return value;
  }
}

function dependencies(value: unknown): unknown {
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, names]) => !Array.isArray(names) || names.length > 0);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([key, names]) => [key, Array.isArray(names) ? distinct(names) : names]));
}

const onlyOne = (values: readonly unknown[]): unknown => (values.length === 1 ? values[0] : values);

const distinct = (values: readonly unknown[]): readonly unknown[] =>
  sortedBy(
    values.filter((value, index) => values.findIndex((other) => sameJson(other, value)) === index),
    (value) => JSON.stringify(sortedJson(value)),
  );

const settled = (schema: JsonObject): CanonicalSchema => (Object.keys(schema).length === 0 ? true : schema);

/** What stands beside a reference holds as well as what it refers to. */
function withReference(beside: JsonObject, target: CanonicalSchema): CanonicalSchema {
  if (target === true) return settled(beside);
  if (Object.keys(beside).length === 0) return target;
  const { allOf } = beside;
  return { ...beside, allOf: [target, ...(Array.isArray(allOf) ? allOf : [])] };
}

function targetOf(root: JsonObject, reference: string): unknown {
  return resolvePointer(root, decodeURIComponent(reference.slice(1)));
}

/**
 * Where a place of the canonical form stands in the schema as it was written: the last part of the way may be missing
 * there, as a property is that was removed.
 *
 * @param path keys from the outermost schema inwards
 * @returns a JSON pointer into the file
 */
export function placeOf(root: JsonObject, path: readonly string[]): string {
  let pointer = '';
  for (const key of path) {
    let at = resolvePointer(root, pointer);
    while (isObject(at) && !has(at, key) && typeof at['$ref'] === 'string') {
      pointer = decodeURIComponent(at['$ref'].slice(1));
      at = resolvePointer(root, pointer);
    }
    pointer = below(pointer, key);
  }
  return pointer;
}
