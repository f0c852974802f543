import { isObject, type JsonObject } from '../json-value.ts';
import { LISTS, MAPS, SINGLES } from '../subschemas.ts';

const isOneOf = (keywords: readonly string[], keyword: string): boolean => keywords.includes(keyword);

/** A schema with something done to it and to every schema inside it, innermost first. */
export function mapSchema(schema: JsonObject, change: (schema: JsonObject) => JsonObject): JsonObject {
  const inner = (value: unknown): unknown => (isObject(value) ? mapSchema(value, change) : value);
  const entries = Object.entries(schema).map(([keyword, value]): [string, unknown] => {
    if (isOneOf(SINGLES, keyword)) return [keyword, inner(value)];
    if (isOneOf(LISTS, keyword) && Array.isArray(value)) return [keyword, value.map(inner)];
    if (isOneOf(MAPS, keyword) && isObject(value)) {
      return [keyword, Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inner(one)]))];
    }
    return [keyword, value];
  });
  return change(Object.fromEntries(entries));
}
