import { isObject, type JsonObject } from '../json-value.ts';
import { mapSchema } from './map-schema.ts';

/**
 * A schema of draft 2020-12 as one of draft-07, which is what AsyncAPI's own parsers know. What has no counterpart
 * (`unevaluated…`, `minContains`, `maxContains`) is left out: the result never refuses what the original takes.
 *
 * `$defs` stays, because a reference is only a path. Source: JSON Schema's release notes from draft-07 on.
 */
export const toDraft07 = (schema: JsonObject): JsonObject => mapSchema(schema, convert);

function convert(schema: JsonObject): JsonObject {
  const {
    prefixItems,
    dependentSchemas,
    dependentRequired,
    unevaluatedItems: _items,
    unevaluatedProperties: _properties,
    minContains,
    maxContains: _most,
    contains,
    ...rest
  } = schema;
  const dependencies = {
    ...(isObject(dependentRequired) && dependentRequired),
    ...(isObject(dependentSchemas) && dependentSchemas),
  };
  const converted: JsonObject = {
    ...rest,
    ...(prefixItems !== undefined && {
      items: prefixItems,
      ...(rest['items'] !== undefined && { additionalItems: rest['items'] }),
    }),
    ...(Object.keys(dependencies).length > 0 && { dependencies }),
    // `minContains: 0` allows none, which draft-07 cannot say.
    ...(contains !== undefined && minContains !== 0 && { contains }),
  };
  const { $ref, ...beside } = converted;
  // Draft-07 ignores what stands beside a reference.
  return $ref === undefined || Object.keys(beside).length === 0
    ? converted
    : { ...beside, allOf: withReference(beside, $ref) };
}

const withReference = ({ allOf }: JsonObject, $ref: unknown): readonly unknown[] => [
  { $ref },
  ...(Array.isArray(allOf) ? allOf : []),
];
