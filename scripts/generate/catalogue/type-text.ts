import { isObject, type JsonObject } from '../json-value.ts';
import { listOf, shapeOf } from './shape.ts';

const PLURALS: Readonly<Record<string, string>> = {
  string: 'strings',
  number: 'numbers',
  integer: 'integers',
  boolean: 'booleans',
  object: 'objects',
  null: 'nulls',
  any: 'anything',
};

/** The type of a schema in words: `string`, `list of objects`, `number or null`. */
export function typeTextOf(schema: unknown, root: JsonObject): string {
  if (schema === false) return 'nothing';
  return [...new Set(typesOf(schema, root))].join(' or ') || 'any';
}

/** A schema whose only alternative is null stands for the other one: the type says that null may come, too. */
export function nonNull(shape: JsonObject, root: JsonObject): JsonObject {
  for (const keyword of ['oneOf', 'anyOf'] as const) {
    const choices = listOf(shape[keyword]);
    const others = choices.filter((choice) => !isNull(choice, root));
    if (others.length !== 1 || choices.length === 1) continue;
    const { [keyword]: _alternatives, ...around } = shape;
    return shapeOf({ allOf: [others[0], around] }, root);
  }
  return shape;
}

const isNull = (schema: unknown, root: JsonObject): boolean => shapeOf(schema, root)['type'] === 'null';

function typesOf(schema: unknown, root: JsonObject): string[] {
  const shape = shapeOf(schema, root);
  const own = shape['type'] === undefined ? [] : [shape['type']].flat().map(String);
  if (own.length > 0) return own.map((type) => (type === 'array' ? listText(shape, root) : mapText(type, shape)));
  const choices = [...listOf(shape['oneOf']), ...listOf(shape['anyOf'])];
  if (choices.length > 0) return choices.flatMap((choice) => typesOf(choice, root));
  const known = Object.hasOwn(shape, 'const') ? [shape['const']] : listOf(shape['enum']);
  if (known.length > 0) return known.map(jsonType);
  if (isObject(shape['properties'])) return ['object'];
  return ['any'];
}

function listText(shape: JsonObject, root: JsonObject): string {
  const { items, prefixItems } = shape;
  if (Array.isArray(prefixItems) && !isObject(items)) return 'list with fixed places';
  if (!isObject(items)) return 'list';
  const inner = typeTextOf(items, root);
  if (inner.includes(' or ')) return `list of (${inner})`;
  return `list of ${PLURALS[inner] ?? inner.replace(/^list/, 'lists').replace(/^map/, 'maps')}`;
}

function mapText(type: string, shape: JsonObject): string {
  const isMap = type === 'object' && !isObject(shape['properties']) && isObject(shape['additionalProperties']);
  return isMap ? 'map' : type;
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value;
}
