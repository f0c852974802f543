import { isObject, type JsonObject, resolvePointer } from '../json-value.ts';
import { targetOf } from '../reference.ts';

/** Nothing that a reader could follow is nested deeper; it bounds what references can multiply. */
const MAX_DEPTH = 32;

/**
 * A schema as readers want to see it: `$ref` followed and `allOf` folded in. What stands beside a reference adds to it
 * and wins for texts, as draft 2020-12 has it.
 */
export function shapeOf(schema: unknown, root: JsonObject, depth = 0): JsonObject {
  if (!isObject(schema) || depth > MAX_DEPTH) return {};
  const { $ref: reference, allOf, ...own } = schema;
  const parts = [
    ...(typeof reference === 'string' ? [referenced(reference, root)] : []),
    ...(Array.isArray(allOf) ? allOf : []),
  ];
  return [...parts.map((part) => shapeOf(part, root, depth + 1)), own].reduce(fold, {});
}

const referenced = (reference: string, root: JsonObject): unknown => {
  const target = targetOf(reference);
  return target === undefined ? undefined : resolvePointer(root, target);
};

/** How two values of a keyword become the one that holds what both demand. Of all others, the second is taken. */
const FOLDS: Readonly<Record<string, (left: unknown, right: unknown) => unknown>> = {
  properties: foldMaps,
  patternProperties: foldMaps,
  required: (left, right) => [...new Set([...listOf(left), ...listOf(right)])],
  enum: intersect,
  type: (left, right) => {
    const both = intersect([left].flat(), [right].flat());
    return both.length === 1 ? both[0] : both;
  },
  minimum: largest,
  exclusiveMinimum: largest,
  minLength: largest,
  minItems: largest,
  minProperties: largest,
  maximum: smallest,
  exclusiveMaximum: smallest,
  maxLength: smallest,
  maxItems: smallest,
  maxProperties: smallest,
};

function fold(left: JsonObject, right: JsonObject): JsonObject {
  const folded = Object.entries(right).map(([keyword, value]): [string, unknown] => {
    const how = Object.hasOwn(left, keyword) && Object.hasOwn(FOLDS, keyword) ? FOLDS[keyword] : undefined;
    return [keyword, how === undefined ? value : how(left[keyword], value)];
  });
  return { ...left, ...Object.fromEntries(folded) };
}

/** A property that both describe has to be as both say. */
function foldMaps(left: unknown, right: unknown): JsonObject {
  if (!isObject(left) || !isObject(right)) return isObject(right) ? right : {};
  const both = Object.entries(right).map(([key, value]): [string, unknown] => [
    key,
    Object.hasOwn(left, key) ? { allOf: [left[key], value] } : value,
  ]);
  return { ...left, ...Object.fromEntries(both) };
}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function intersect(left: unknown, right: unknown): unknown[] {
  const kept = new Set(listOf(right).map((value) => JSON.stringify(value)));
  return listOf(left).filter((value) => kept.has(JSON.stringify(value)));
}

function largest(left: unknown, right: unknown): number {
  return Math.max(Number(left), Number(right));
}

function smallest(left: unknown, right: unknown): number {
  return Math.min(Number(left), Number(right));
}
