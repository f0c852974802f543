import { isTidingsError, parseEvent, type Violation } from '@tidings/contracts';
import { expect, it } from 'vitest';
import { expectUnique, named, readVectors } from './vectors.ts';

interface Vector {
  readonly name: string;
  readonly event: unknown;
  readonly violations: readonly Violation[];
}

const { vectors } = readVectors<{ vectors: readonly Vector[] }>('envelopes.json');

function violationsOf(event: unknown): readonly Violation[] {
  try {
    parseEvent(event);
    return [];
  } catch (error) {
    if (isTidingsError(error) && error.code === 'EVENT_MALFORMED') return error.errors;
    throw error;
  }
}

it('have names of their own', () => expectUnique(vectors.map(({ name }) => name)));

it.each(named(vectors, ({ name }) => name))('an event with %s', (_, { event, violations }) => {
  expect(violationsOf(event)).toEqual(violations);
});
