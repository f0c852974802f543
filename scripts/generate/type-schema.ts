import { isObject, type JsonObject, resolvePointer } from './json-value.ts';
import { targetOf } from './reference.ts';

/** Keywords that are no type of TypeScript but worth knowing in an editor; they become tags of the documentation. */
const RESTRICTIONS = [
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
] as const;

/** A schema in the words of the older drafts that the generator of types knows. */
export interface TypeSchema {
  readonly schema: JsonObject;
  /** Names of definitions in the generated types, in the order of their keys: what `title` gives each of them. */
  readonly definitions: ReadonlyMap<string, string>;
}

/** `{}` would be anything but null in TypeScript; an object that may hold nothing is one whose members are `never`. */
const NEVER: JsonObject = { tsType: 'never' };

interface Surroundings {
  readonly root: JsonObject;
  /** Whether an object around this schema refuses members that it does not name. */
  readonly closed: boolean;
}

/**
 * A checked schema of draft 2020-12 as one that `json-schema-to-typescript` turns into types as exact as TypeScript's
 * can be. What no type can say (`not`, `if`, lengths, …) is left out: the type is then wider than the schema, never
 * narrower, so data that keeps to the schema keeps to the type.
 *
 * - Titles of inner schemas are for people; they would become names of types.
 * - Definitions get names that {@link TypeSchema.definitions} maps, because a name may be taken in another file.
 * - A list stays a list, whatever its length: `[T, ...T[]]` would refuse every array that a producer has built.
 */
export function toTypeSchema(root: JsonObject): TypeSchema {
  const definitions = new Map<string, string>();
  const converted: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(isObject(root['$defs']) ? root['$defs'] : {})) {
    const name = `Definition${definitions.size + 1}`;
    definitions.set(key, name);
    const schema = convert(inner, { root, closed: false });
    // A definition of `true` or `false` has no place for a name; it is written out where it is used.
    converted[key] = isObject(schema) ? { ...ownName(schema), title: name } : schema;
  }
  const schema = convert(root, { root, closed: false });
  return { schema: { ...ownName(isObject(schema) ? schema : {}), $defs: converted }, definitions };
}

/** A schema that is nothing but a reference would be known by the other's name only. */
const ownName = (schema: JsonObject): JsonObject => (Object.hasOwn(schema, '$ref') ? { allOf: [schema] } : schema);

function convert(schema: unknown, around: Surroundings): unknown {
  if (!isObject(schema)) return schema;
  const { $ref: reference, ...own } = schema;
  const shape = convertOwn(own, around);
  if (typeof reference !== 'string') return shape;
  const { description, ...constraints } = shape;
  const target = convertReference(reference, around);
  if (Object.keys(shape).length === 0) return target;
  return {
    ...(description !== undefined && { description }),
    allOf: Object.keys(constraints).length === 0 ? [target] : [target, constraints],
  };
}

function convertReference(reference: string, around: Surroundings): unknown {
  const pointer = targetOf(reference) ?? '';
  const found = resolvePointer(around.root, pointer);
  const [, keyword, ...path] = pointer.split('/');
  const named = keyword === '$defs' && path.length === 1 && isObject(found);
  // The schema checks have refused what leads back to itself, so that writing it out comes to an end.
  return named ? { $ref: reference } : convert(found, { root: around.root, closed: false });
}

function convertOwn(schema: JsonObject, around: Surroundings): JsonObject {
  const description = describe(schema);
  return {
    ...(description !== '' && { description }),
    ...convertValues(schema),
    ...convertObject(schema, around),
    ...convertArray(schema, around),
    ...convertAlternatives(schema, around),
  };
}

function describe(schema: JsonObject): string {
  const { description, deprecated } = schema;
  // The length of a tuple is in its type.
  const tuple = Object.hasOwn(schema, 'prefixItems');
  const tags = RESTRICTIONS.filter(
    (keyword) => Object.hasOwn(schema, keyword) && !(tuple && keyword.endsWith('Items')),
  ).map((keyword) => `@${keyword} ${String(schema[keyword])}`);
  return [
    ...(typeof description === 'string' ? [description] : []),
    ...(tags.length > 0 ? [tags.join('\n')] : []),
    ...(deprecated === true ? ['@deprecated'] : []),
  ].join('\n\n');
}

/** Listed values say more than their type does. */
function convertValues(schema: JsonObject): JsonObject {
  if (Object.hasOwn(schema, 'const')) return { enum: [schema['const']] };
  if (Object.hasOwn(schema, 'enum')) return { enum: schema['enum'] };
  return Object.hasOwn(schema, 'type') ? { type: schema['type'] } : {};
}

function convertObject(schema: JsonObject, around: Surroundings): JsonObject {
  const { properties, patternProperties, required } = schema;
  const patterns = isObject(patternProperties) ? patternProperties : {};
  const named = isObject(properties) ? Object.keys(properties).length > 0 : false;
  const mayBeObject =
    schema['type'] === 'object' || (Array.isArray(schema['type']) && schema['type'].includes('object'));
  if (!mayBeObject && !isObject(properties) && !isObject(patternProperties)) return {};
  const others = schema['additionalProperties'] ?? schema['unevaluatedProperties'] ?? !around.closed;
  const inner = { root: around.root, closed: false };
  return {
    ...(isObject(properties) && { properties: mapValues(properties, (property) => convert(property, inner)) }),
    ...(Array.isArray(required) && { required }),
    additionalProperties: convertOthers(others, Object.values(patterns), named, inner),
  };
}

/** What members without a name of their own may be. */
function convertOthers(others: unknown, patterns: readonly unknown[], named: boolean, around: Surroundings): unknown {
  if (others === false && patterns.length === 0) return named ? false : NEVER;
  // An index signature would have to fit all named properties as well, so beside those it can only be `unknown`.
  if (named || others === true) return true;
  const kinds = [...patterns, ...(others === false ? [] : [others])].map((kind) => convert(kind, around));
  return kinds.length === 1 ? kinds[0] : { anyOf: kinds };
}

function convertArray(schema: JsonObject, { root }: Surroundings): JsonObject {
  const { prefixItems, items } = schema;
  const inner = { root, closed: false };
  if (!Array.isArray(prefixItems)) return items === undefined ? {} : { items: convert(items, inner) };
  // The compiler of the validators accepts tuples of a fixed length only.
  const list = prefixItems.map((item) => convert(item, inner));
  return { items: list, minItems: list.length, maxItems: list.length, additionalItems: false };
}

function convertAlternatives(schema: JsonObject, around: Surroundings): JsonObject {
  const closed = around.closed || schema['additionalProperties'] === false || schema['unevaluatedProperties'] === false;
  return Object.fromEntries(
    ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => {
      const list = schema[keyword];
      return Array.isArray(list) ? [[keyword, list.map((inner) => convert(inner, { root: around.root, closed }))]] : [];
    }),
  );
}

const mapValues = (object: JsonObject, change: (value: unknown) => unknown): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
