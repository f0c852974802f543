import { compilePattern, parseEventType } from '@tidings/contracts';
import { expect, it } from 'vitest';
import { expectUnique, named, readVectors } from './vectors.ts';

interface Vectors {
  readonly types: readonly { readonly type: string; readonly parts: object | null }[];
  readonly patterns: readonly {
    readonly pattern: string;
    readonly matches: readonly string[];
    readonly others: readonly string[];
  }[];
}

const { types, patterns } = readVectors<Vectors>('patterns.json');

it('have names of their own', () => {
  expectUnique(types.map(({ type }) => type));
  expectUnique(patterns.map(({ pattern }) => pattern));
});

it.each(named(types, ({ type }) => type))('the type %s', (type, { parts }) => {
  expect(parseEventType(type) ?? null).toEqual(parts);
});

it.each(named(patterns, ({ pattern }) => pattern))('the pattern %s', (pattern, { matches, others }) => {
  expect([...matches, ...others].filter(compilePattern(pattern))).toEqual(matches);
});
