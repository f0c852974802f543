import fc from 'fast-check';
import { isObject, type JsonObject } from '../../generate/json-value.ts';
import { SINGLES } from '../../generate/subschemas.ts';
import type { CanonicalSchema } from './canonical-schema.ts';

// For tests: schemas over few names and few values, so that data hits and misses their rules about as often.

const names = fc.constantFrom('a', 'b', 'c');
const texts = fc.constantFrom('', 'x', 'xy', 'xyz');
const few = fc.integer({ min: 0, max: 3 });
const scalars = fc.oneof(texts, few, fc.constantFrom(null, true, 1.5));

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
/** Without the keywords that were drawn as `undefined`. */
const compact = (schema: Readonly<Record<string, unknown>>): JsonObject =>
  Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined));

const types = fc.constantFrom(
  'string',
  'integer',
  'number',
  'boolean',
  'null',
  ['string', 'null'],
  ['integer', 'string'],
);

const leaves: fc.Arbitrary<unknown> = fc.oneof(
  fc.constant(true),
  types.map((type) => ({ type })),
  fc.record({ type: fc.constant('string'), minLength: optional(few), maxLength: optional(few) }).map(compact),
  fc.record({ type: fc.constant('number'), minimum: optional(few), maximum: optional(few) }).map(compact),
  fc.array(scalars, { minLength: 1, maxLength: 3 }).map((values) => ({ enum: values })),
  scalars.map((value) => ({ const: value })),
  fc.constant({ $ref: '#/$defs/shared' }),
);

const objects = (inner: fc.Arbitrary<unknown>): fc.Arbitrary<JsonObject> =>
  fc
    .record({
      type: fc.constant('object'),
      properties: fc.dictionary(names, inner, { maxKeys: 3 }),
      additionalProperties: fc.oneof(
        { weight: 5, arbitrary: fc.constant(false) },
        { weight: 2, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: inner },
      ),
      required: optional(fc.uniqueArray(names, { maxLength: 2 })),
      minProperties: optional(few),
      maxProperties: optional(few),
      dependentRequired: optional(fc.dictionary(names, fc.uniqueArray(names, { maxLength: 2 }), { maxKeys: 1 })),
      propertyNames: optional(fc.constant({ enum: ['a', 'b'] })),
      patternProperties: optional(inner.map((schema) => ({ '^[ab]': schema }))),
      anyOf: optional(fc.array(inner, { minLength: 1, maxLength: 2 })),
      not: optional(inner),
    })
    .map(({ anyOf, not, patternProperties, propertyNames, dependentRequired, ...plain }) =>
      // Rules that look at the whole object come one at a time, so that plain objects stay common.
      compact({
        ...plain,
        ...([{ anyOf }, { not }, { patternProperties }, { propertyNames, dependentRequired }][
          JSON.stringify(plain).length % 8
        ] ?? {}),
      }),
    );

const arrays = (inner: fc.Arbitrary<unknown>): fc.Arbitrary<JsonObject> =>
  fc
    .record({
      type: fc.constant('array'),
      items: inner,
      minItems: optional(fc.constantFrom(0, 1)),
      uniqueItems: optional(fc.boolean()),
      contains: fc.option(inner, { nil: undefined, freq: 8 }),
    })
    .map(compact);

const level = (inner: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 3, arbitrary: leaves },
    { weight: 3, arbitrary: objects(inner) },
    { weight: 1, arbitrary: arrays(inner) },
  );

/** Schemas of objects, with objects and lists in them, and a part that several places refer to. */
export const schemas: fc.Arbitrary<JsonObject> = fc
  .tuple(objects(level(level(leaves))), fc.constantFrom<unknown>({ type: 'string' }, { enum: ['x', 1] }))
  .map(([schema, shared]) => ({ ...schema, $defs: { shared } }));

/** A schema with one to three places of it changed. Most changes add a property: those are the ones that are allowed. */
export function mutated(schema: JsonObject): fc.Arbitrary<JsonObject> {
  const step = (from: JsonObject): fc.Arbitrary<JsonObject> =>
    fc
      .tuple(fc.nat(), fc.oneof({ weight: 4, arbitrary: grow }, { weight: 1, arbitrary: alter }))
      .map(([place, change]) => changeAt(from, place, change));
  return fc.integer({ min: 1, max: 3 }).chain((steps) => {
    let result = step(schema);
    for (let done = 1; done < steps; done += 1) result = result.chain(step);
    return result;
  });
}

type Alter = (schema: JsonObject) => JsonObject;

const grow: fc.Arbitrary<Alter> = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), level(leaves)).map(
  ([name, inner]): Alter =>
    (schema) => {
      if (schema['type'] !== 'object') return schema;
      const { properties } = schema;
      return { ...schema, properties: { [name]: inner, ...(isObject(properties) ? properties : {}) } };
    },
);

const alter: fc.Arbitrary<Alter> = fc.oneof(
  fc
    .constantFrom('required', 'additionalProperties', 'minItems', 'enum', 'minLength', 'type', 'uniqueItems', 'anyOf')
    .map(
      (keyword) =>
        ({ [keyword]: _, ...rest }: JsonObject) =>
          rest,
    ),
  fc
    .constantFrom<JsonObject>(
      { minimum: 1 },
      { maxLength: 2 },
      { type: 'string' },
      { type: 'number' },
      { required: ['a'] },
    )
    .map(
      (more): Alter =>
        (schema) => ({ ...schema, ...more }),
    ),
  fc.constant<Alter>((schema) => ({ ...schema, title: 'Other' })),
);

/** Changes the schema that comes `place`-th, counted round, among those where data can be. */
function changeAt(root: JsonObject, place: number, change: Alter): JsonObject {
  let count = 0;
  const walk = (schema: unknown, target: number): unknown => {
    if (!isObject(schema)) return schema;
    const own = count;
    count += 1;
    const inner = Object.fromEntries(
      Object.entries(schema).map(([keyword, value]) => {
        if (keyword === 'properties' && isObject(value)) {
          return [keyword, Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one, target)]))];
        }
        return [keyword, (SINGLES as readonly string[]).includes(keyword) ? walk(value, target) : value];
      }),
    );
    return own === target ? change(inner) : inner;
  };
  walk(root, -1);
  const target = place % count;
  count = 0;
  const result = walk(root, target);
  return isObject(result) ? result : root;
}

/** Data that often keeps to a schema. */
export function jsonFor(schema: unknown, depth = 0): fc.Arbitrary<unknown> {
  const anything = fc.oneof(scalars, fc.constantFrom<unknown>({}, [], { a: 'x' }, [1]));
  if (!isObject(schema) || depth > 4) return anything;
  const weighted = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 12, arbitrary }, { weight: 1, arbitrary: anything });
  if (schema['type'] === 'object') {
    const properties = isObject(schema['properties']) ? schema['properties'] : {};
    const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
    const members = Object.entries(properties).map(([key, inner]) => {
      const value = jsonFor(inner, depth + 1);
      return [key, required.includes(key) ? value : fc.option(value, { nil: undefined, freq: 2 })] as const;
    });
    const extra =
      schema['additionalProperties'] === false ? fc.constant({}) : fc.dictionary(names, anything, { maxKeys: 1 });
    return weighted(
      fc.tuple(extra, fc.record(Object.fromEntries(members))).map(([more, own]) => compact({ ...more, ...own })),
    );
  }
  if (schema['type'] === 'array') return weighted(fc.array(jsonFor(schema['items'], depth + 1), { maxLength: 3 }));
  if (Array.isArray(schema['enum'])) return weighted(fc.constantFrom(...schema['enum']));
  if ('const' in schema) return weighted(fc.constant(schema['const']));
  if (schema['type'] === 'string') return weighted(texts);
  if (schema['type'] === 'number' || schema['type'] === 'integer') return weighted(few);
  return anything;
}

/** What a consumer sees who knows a schema, and ignores the properties that it does not name. */
export function knownTo(schema: CanonicalSchema | undefined, value: unknown): unknown {
  if (!isObject(schema)) return value;
  if (Array.isArray(value)) {
    const prefix: readonly CanonicalSchema[] = Array.isArray(schema['prefixItems']) ? schema['prefixItems'] : [];
    return value.map((item, index) => knownTo(prefix[index] ?? (schema['items'] as CanonicalSchema | undefined), item));
  }
  if (!isObject(value)) return value;
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const others = schema['additionalProperties'] as CanonicalSchema | undefined;
  const patterned = isObject(schema['patternProperties']);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (Object.hasOwn(properties, key)) return [[key, knownTo(properties[key] as CanonicalSchema, inner)]];
      return others === false && !patterned
        ? []
        : [[key, isObject(others) && !patterned ? knownTo(others, inner) : inner]];
    }),
  );
}
