import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** A file of vectors, its long texts written out: `{"$text":"x","$times":3}` stands for `"xxx"`. */
export const readVectors = <File>(name: string): File =>
  JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'), (_, value: unknown) =>
    isLongText(value) ? value.$text.repeat(value.$times) : value,
  ) as File;

/** Vectors with their names before them, as titles of tests want them: vitest cuts other texts short. */
export const named = <Vector>(vectors: readonly Vector[], nameOf: (vector: Vector) => string) =>
  vectors.map((vector) => [nameOf(vector), vector] as const);

/** Every vector is found by its name, in both languages. */
export function expectUnique(names: readonly string[]): void {
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
}

interface LongText {
  readonly $text: string;
  readonly $times: number;
}

const isLongText = (value: unknown): value is LongText =>
  typeof value === 'object' && value !== null && '$text' in value && '$times' in value;
