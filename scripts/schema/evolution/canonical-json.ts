import { isObject } from '../../generate/json-value.ts';

/** A copy by code unit of the key, not by locale: the order must be the same on every machine. */
export function sortedBy<T>(values: readonly T[], key: (value: T) => string): readonly T[] {
  return values
    .map((value) => [key(value), value] as const)
    .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
    .map(([, value]) => value);
}

/** The same JSON with the keys of every object sorted. */
export function sortedJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedJson);
  if (!isObject(value)) return value;
  return Object.fromEntries(sortedBy(Object.entries(value), ([key]) => key).map(([key, v]) => [key, sortedJson(v)]));
}

/** Whether two values are the same JSON, whatever the order of their keys. */
export const sameJson = (left: unknown, right: unknown): boolean =>
  JSON.stringify(sortedJson(left)) === JSON.stringify(sortedJson(right));
