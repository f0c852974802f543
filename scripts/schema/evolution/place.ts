import type { JsonObject } from '../../generate/json-value.ts';

/** Where the comparison is. */
export interface Place {
  /** Keys from the outermost schema inwards. */
  readonly path: readonly string[];
  /** Keywords on the way in that judge what lies below them as a whole, as in `uniqueItems (at /properties/tags)`. */
  readonly rules: readonly string[];
}

/**
 * Keywords that stay true of data when a property that they do not know is added anywhere in it, or taken out again.
 * Every other keyword (`uniqueItems`, `oneOf`, `if`, …) could change its mind: `[{a}, {a}]` is not unique, and
 * `[{a, b: 1}, {a, b: 2}]` is. `minProperties` and `dependentRequired` matter for their own object only.
 */
const INDIFFERENT: ReadonlySet<string> = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  'propertyNames',
  'minProperties',
  'maxProperties',
  'dependentRequired',
  'items',
  'prefixItems',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'contentEncoding',
  'contentMediaType',
  'default',
]);

/** The same place, with the rules of the schema that stands there. */
export function under({ path, rules }: Place, schema: JsonObject): Place {
  const own = Object.keys(schema).filter((keyword) => !INDIFFERENT.has(keyword));
  const pointer = path.length === 0 ? 'the outermost object' : `/${path.join('/')}`;
  return { path, rules: [...rules, ...own.map((keyword) => `${keyword} (at ${pointer})`)] };
}

export const step = ({ path, rules }: Place, ...keys: readonly string[]): Place => ({
  path: [...path, ...keys],
  rules,
});
