import { parseEvent, type Violation } from '@tidings/contracts';
import { expect, it } from 'vitest';
import { prepareEvent } from '../../packages/client/src/publish/prepare.ts';
import type { PublishError } from '../../packages/client/src/publish/publish-error.ts';
import { expectUnique, named, readVectors } from './vectors.ts';

interface Vector {
  readonly name: string;
  readonly given: object;
  readonly accepted?: true;
  readonly written?: object;
  readonly refused?: {
    readonly code: string;
    readonly errors?: readonly Violation[];
    readonly paths?: readonly string[];
  };
}

const { now, vectors } = readVectors<{ now: string; vectors: readonly Vector[] }>('publishing.json');

/** What comes of an event, in the words of the vectors. Messages are left out where a vector names paths only. */
function outcomeOf({ name, given, accepted, refused }: Vector): Vector {
  try {
    const { event } = prepareEvent(given, { index: 0, now: () => Date.parse(now) });
    expect(parseEvent(event)).toEqual(event);
    return { name, given, ...(accepted ? { accepted } : { written: event }) };
  } catch (error) {
    const { code, errors, outcome } = error as PublishError;
    expect(outcome).toBe('not-accepted');
    const found = refused?.paths === undefined ? { errors } : { paths: errors.map(({ path }) => path) };
    return { name, given, refused: { code, ...found } };
  }
}

it('have names of their own', () => expectUnique(vectors.map(({ name }) => name)));

it.each(named(vectors, ({ name }) => name))('an event to publish: %s', (_, vector) => {
  expect(outcomeOf(vector)).toEqual(vector);
});
