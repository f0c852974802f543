import { isObject, type JsonObject, resolvePointer } from './json-value.ts';
import { targetOf } from './reference.ts';

/** Keywords that mean the same in both, and whose values are no schemas. */
const SAME = [
  'title',
  'description',
  'deprecated',
  'readOnly',
  'writeOnly',
  'default',
  'format',
  'pattern',
  'multipleOf',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'required',
] as const;

interface Context {
  readonly root: JsonObject;
  /** The component that a definition became, by its key under `$defs`. */
  readonly component: (definition: string) => string;
}

/**
 * A checked schema of draft 2020-12 as schemas of OpenAPI 3.0, which is older and knows less.
 *
 * What 3.0 cannot say (`if`, `contains`, `propertyNames`, `dependentSchemas`, `unevaluatedProperties`, …) is left out:
 * the result accepts all that the schema accepts, and perhaps more. That is right for what these are for, which is
 * generating code that reads events; whether an event is valid is decided by the hub's own validators.
 *
 * @param name of the component that the schema becomes; its definitions get names by `component`
 * @returns components by name. Source: OpenAPI specification 3.0.3, "Schema Object".
 */
export function toOpenApi30(
  name: string,
  root: JsonObject,
  component: (definition: string) => string,
): Readonly<Record<string, unknown>> {
  const context: Context = { root, component };
  const definitions = isObject(root['$defs']) ? root['$defs'] : {};
  return Object.fromEntries([
    [name, convert(root, context)],
    ...Object.entries(definitions).map(([key, schema]) => [component(key), convert(schema, context)]),
  ]);
}

function convert(schema: unknown, context: Context): JsonObject {
  // 3.0 has no boolean schemas.
  if (!isObject(schema)) return schema === false ? { not: {} } : {};
  const { $ref: reference, ...own } = schema;
  if (typeof reference !== 'string') return convertOwn(own, context);
  const target = convertReference(reference, context);
  const constraints = convertOwn(own, context);
  // 3.0 ignores whatever stands beside a `$ref`.
  return Object.keys(constraints).length === 0 ? target : { ...constraints, allOf: [target, ...listOf(constraints)] };
}

const listOf = ({ allOf }: JsonObject): readonly unknown[] => (Array.isArray(allOf) ? allOf : []);

function convertReference(reference: string, context: Context): JsonObject {
  const pointer = targetOf(reference) ?? '';
  const [, keyword, definition, ...deeper] = pointer.split('/');
  if (keyword === '$defs' && definition !== undefined && deeper.length === 0) {
    const key = definition.replaceAll('~1', '/').replaceAll('~0', '~');
    return { $ref: `#/components/schemas/${context.component(key)}` };
  }
  // Into the middle of another schema: 3.0 has components for that, and the checks have refused circles.
  return convert(resolvePointer(context.root, pointer), context);
}

function convertOwn(schema: JsonObject, context: Context): JsonObject {
  const kept = SAME.filter((keyword) => Object.hasOwn(schema, keyword) && !isEmptyList(schema[keyword])).map(
    (keyword) => [keyword, schema[keyword]],
  );
  return {
    ...Object.fromEntries(kept),
    ...convertBounds(schema),
    ...convertObject(schema, context),
    ...convertArray(schema, context),
    ...convertAlternatives(schema, context),
    ...convertType(schema),
  };
}

/** `required: []` is refused by 3.0. */
const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** In 3.0, whether a bound is exclusive is a flag beside it. */
function convertBounds({ minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below }: JsonObject): JsonObject {
  return {
    ...(typeof above === 'number' &&
      !(typeof minimum === 'number' && minimum > above) && { minimum: above, exclusiveMinimum: true }),
    ...(typeof below === 'number' &&
      !(typeof maximum === 'number' && maximum < below) && { maximum: below, exclusiveMaximum: true }),
  };
}

function convertType(schema: JsonObject): JsonObject {
  const values = Object.hasOwn(schema, 'const') ? [schema['const']] : schema['enum'];
  const listed = Array.isArray(values) ? { enum: values } : {};
  const { type } = schema;
  if (!Array.isArray(type))
    return type === 'null' ? { nullable: true, enum: [null] } : { ...listed, ...(type !== undefined && { type }) };
  const others = type.filter((name) => name !== 'null');
  const nullable = others.length < type.length && { nullable: true };
  if (others.length === 1) return { ...listed, ...nullable, type: others[0] };
  // Beside alternatives of the schema's own, several types cannot be said.
  return Array.isArray(schema['anyOf'])
    ? { ...listed, ...nullable }
    : { ...listed, ...nullable, anyOf: others.map((name) => ({ type: name, ...(name === 'array' && { items: {} }) })) };
}

function convertObject(schema: JsonObject, context: Context): JsonObject {
  const { properties, patternProperties, additionalProperties } = schema;
  const patterns = isObject(patternProperties) ? Object.values(patternProperties) : [];
  const others = isObject(additionalProperties) ? convert(additionalProperties, context) : additionalProperties;
  const kinds = patterns.map((pattern) => convert(pattern, context));
  return {
    ...(isObject(properties) && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, convert(inner, context)])),
    }),
    ...(kinds.length === 0
      ? others !== undefined && { additionalProperties: others }
      : {
          additionalProperties: others === false ? anyOf(kinds) : isObject(others) ? anyOf([...kinds, others]) : true,
        }),
  };
}

const anyOf = (schemas: readonly JsonObject[]): unknown => (schemas.length === 1 ? schemas[0] : { anyOf: schemas });

/** 3.0 has no tuples: a list of a length whose items are of one of the kinds. An array must say what its items are. */
function convertArray({ type, items, prefixItems }: JsonObject, context: Context): JsonObject {
  if (Array.isArray(prefixItems)) {
    const { length } = prefixItems;
    return { items: anyOf(prefixItems.map((item) => convert(item, context))), minItems: length, maxItems: length };
  }
  if (items !== undefined) return { items: convert(items, context) };
  return type === 'array' ? { items: {} } : {};
}

function convertAlternatives(schema: JsonObject, context: Context): JsonObject {
  const lists = (['allOf', 'anyOf', 'oneOf'] as const).flatMap((keyword) => {
    const list = schema[keyword];
    return Array.isArray(list) ? [[keyword, list.map((inner) => convert(inner, context))]] : [];
  });
  return Object.fromEntries(lists);
}
