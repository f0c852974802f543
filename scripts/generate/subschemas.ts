import { below, isObject, type JsonObject } from './json-value.ts';

// Where draft 2020-12 has schemas inside a schema. Everything else (`enum`, `examples`, …) is plain data, in which
// a key named "title" or "$ref" means nothing.
export const MAPS = ['$defs', 'properties', 'patternProperties', 'dependentSchemas'] as const;
export const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const;
export const SINGLES = [
  'items',
  'additionalProperties',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contains',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
] as const;

export interface Subschema {
  readonly schema: JsonObject;
  readonly pointer: string;
}

/** The schemas directly inside a schema; `true` and `false` are left out because they hold nothing. */
export function children({ schema, pointer }: Subschema): Subschema[] {
  const found: { readonly schema: unknown; readonly pointer: string }[] = [];
  for (const keyword of MAPS) {
    const map = schema[keyword];
    if (!isObject(map)) continue;
    for (const [key, inner] of Object.entries(map))
      found.push({ schema: inner, pointer: below(pointer, keyword, key) });
  }
  for (const keyword of LISTS) {
    const list = schema[keyword];
    if (!Array.isArray(list)) continue;
    for (const [index, inner] of list.entries()) found.push({ schema: inner, pointer: below(pointer, keyword, index) });
  }
  for (const keyword of SINGLES) found.push({ schema: schema[keyword], pointer: below(pointer, keyword) });
  return found.filter((inner): inner is Subschema => isObject(inner.schema));
}

/** A schema and every schema inside it, outermost first. */
export function* subschemas(root: Subschema): Generator<Subschema> {
  yield root;
  for (const inner of children(root)) yield* subschemas(inner);
}

const ANNOTATIONS: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$comment',
  'title',
  'description',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
  'examples',
  'x-tidings',
]);

/** The schema without what is for people. It accepts the same data, and makes the compiled code smaller. */
export function withoutAnnotations(schema: JsonObject): JsonObject {
  const kept = Object.entries(schema).filter(([keyword]) => !ANNOTATIONS.has(keyword));
  return Object.fromEntries(kept.map(([keyword, value]) => [keyword, strip(keyword, value)]));
}

const isOneOf = (keywords: readonly string[], keyword: string): boolean => keywords.includes(keyword);

function strip(keyword: string, value: unknown): unknown {
  if (isOneOf(SINGLES, keyword)) return stripSchema(value);
  if (isOneOf(LISTS, keyword) && Array.isArray(value)) return value.map(stripSchema);
  if (isOneOf(MAPS, keyword) && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, stripSchema(inner)]));
  }
  return value;
}

const stripSchema = (schema: unknown): unknown => (isObject(schema) ? withoutAnnotations(schema) : schema);
