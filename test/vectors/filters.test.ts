import {
  compileFilter,
  type Filter,
  type Filterable,
  isTidingsError,
  parseFilter,
  type Violation,
} from '@tidings/contracts';
import { expect, it } from 'vitest';
import { expectUnique, named, readVectors } from './vectors.ts';

interface Vectors {
  readonly parsing: readonly {
    readonly name: string;
    readonly filter: unknown;
    readonly violations: readonly Violation[];
    readonly parsed?: Filter;
  }[];
  readonly matching: readonly {
    readonly asks: string;
    readonly filter: Filter;
    readonly event: Filterable;
    readonly matches: boolean;
  }[];
}

const { parsing, matching } = readVectors<Vectors>('filters.json');

function parse(filter: unknown): { readonly violations: readonly Violation[]; readonly parsed?: Filter } {
  try {
    return { violations: [], parsed: parseFilter(filter) };
  } catch (error) {
    if (isTidingsError(error) && error.code === 'FILTER_INVALID') return { violations: error.errors };
    throw error;
  }
}

it('have names of their own', () => {
  expectUnique(parsing.map(({ name }) => name));
  expectUnique(matching.map(({ asks }) => asks));
});

it.each(named(parsing, ({ name }) => name))('a filter with %s', (_, { filter, violations, parsed }) => {
  const found = parse(filter);
  expect(found.violations).toEqual(violations);
  // A vector with long texts does not repeat them.
  expect(parsed === undefined ? undefined : found.parsed).toEqual(parsed);
});

it.each(named(matching, ({ asks }) => asks))('a filter that asks for %s', (_, { filter, event, matches }) => {
  expect(compileFilter(filter)(event)).toBe(matches);
});
