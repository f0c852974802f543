import { isObject, type JsonObject } from '../json-value.ts';
import { displayValue } from './display-value.ts';
import { listOf } from './shape.ts';

/** Something that a value has to be besides its type. */
export interface Restriction {
  /** In words: `one of`, `at least`, `1 to 100 items`. */
  readonly label: string;
  /** What belongs to the words and is shown as code. */
  readonly values: readonly string[];
}

/** Everything that a schema, with references followed, demands beyond type and properties. */
export function restrictionsOf(shape: JsonObject): Restriction[] {
  const { const: constant, enum: choices, format, pattern, multipleOf, contentMediaType, contentEncoding } = shape;
  return [
    ...(Object.hasOwn(shape, 'const') ? [{ label: 'always', values: [displayValue(constant)] }] : []),
    ...(Array.isArray(choices) ? [{ label: 'one of', values: choices.map(displayValue) }] : []),
    ...stated('format', format),
    ...stated('pattern', pattern),
    ...range(shape, 'minimum', 'exclusiveMinimum', 'at least', 'more than'),
    ...range(shape, 'maximum', 'exclusiveMaximum', 'at most', 'less than'),
    ...stated('a multiple of', multipleOf),
    ...count(shape['minLength'], shape['maxLength'], 'character'),
    ...count(shape['minItems'], shape['maxItems'], 'item'),
    ...(shape['uniqueItems'] === true ? [{ label: 'no item twice', values: [] }] : []),
    ...contained(shape),
    ...count(shape['minProperties'], shape['maxProperties'], 'property', 'properties'),
    ...stated('encoded as', contentEncoding),
    ...stated('content of type', contentMediaType),
    ...stated('default', shape['default']),
    ...dependencies(shape),
    ...(shape['readOnly'] === true ? [{ label: 'read only', values: [] }] : []),
    ...(isObject(shape['not']) || isObject(shape['if'])
      ? [{ label: 'further conditions: see the schema', values: [] }]
      : []),
  ];
}

/** The same for the items of a list, or the values of a map, whose own restrictions would else be lost. */
export const ofEach = (restrictions: readonly Restriction[], what: string): Restriction[] =>
  restrictions.map(({ label, values }) => ({ label: `${what}: ${label}`, values }));

const stated = (label: string, value: unknown): Restriction[] =>
  value === undefined
    ? []
    : [{ label, values: [typeof value === 'string' && value !== '' ? value : displayValue(value)] }];

function range(
  shape: JsonObject,
  inclusive: string,
  exclusive: string,
  atLeast: string,
  moreThan: string,
): Restriction[] {
  return [...stated(atLeast, shape[inclusive]), ...stated(moreThan, shape[exclusive])];
}

function count(least: unknown, most: unknown, one: string, many = `${one}s`): Restriction[] {
  const [from, to] = [least, most].map((limit) => (typeof limit === 'number' ? limit : undefined));
  const named = (amount: number): string => `${amount} ${amount === 1 ? one : many}`;
  if (from !== undefined && to !== undefined)
    return [{ label: from === to ? `exactly ${named(to)}` : `${from} to ${named(to)}`, values: [] }];
  if (from !== undefined) return from === 0 ? [] : [{ label: `at least ${named(from)}`, values: [] }];
  return to === undefined ? [] : [{ label: `at most ${named(to)}`, values: [] }];
}

function contained(shape: JsonObject): Restriction[] {
  if (!isObject(shape['contains'])) return [];
  const inner = restrictionsOf(shape['contains']);
  if (inner.length === 0) return [{ label: 'an item that meets a condition: see the schema', values: [] }];
  return ofEach(inner, 'holds an item that is');
}

function dependencies(shape: JsonObject): Restriction[] {
  const { dependentRequired: map } = shape;
  if (!isObject(map)) return [];
  return Object.entries(map).map(([property, needed]) => ({
    label: `with ${displayValue(property)} also`,
    values: listOf(needed).map(displayValue),
  }));
}
