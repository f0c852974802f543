import type { HubHealth } from '@tidings/client';
import { describe, expect, it } from 'vitest';
import {
  grows,
  MOST_SAMPLES,
  type Sample,
  sampleOf,
  verdictOnLag,
  verdictOnLetters,
  verdictOnQueue,
  withSample,
} from './samples.ts';

const EMPTY = { waiting: 0, inFlight: 0 };
const HEALTH: HubHealth = {
  time: '2026-11-21T12:00:00.000Z',
  tenant: { tenantid: 'acme', epoch: 'e', head: 42, fanOut: { through: 40, lag: 2 }, connections: 3 },
  queues: {
    intake: { waiting: 5, inFlight: 1 },
    doorbell: EMPTY,
    intakeDeadLetters: { waiting: 2, inFlight: 1 },
    intakeUndeliverable: { waiting: 1, inFlight: 0 },
    doorbellDeadLetters: EMPTY,
  },
};
const at = (second: number): Sample => ({ ...sampleOf(HEALTH), time: new Date(second * 1000).toISOString() });

describe('a sample of the health', () => {
  it('counts letters of all queues, and those that somebody looks at', () => {
    expect(sampleOf(HEALTH)).toMatchObject({ head: 42, lag: 2, connections: 3, intakeWaiting: 5, letters: 4 });
  });

  it('has nothing of a tenant where the token has none', () => {
    expect(sampleOf({ ...HEALTH, tenant: null })).toMatchObject({ head: null, lag: null, connections: null });
  });
});

describe('the samples of a page', () => {
  it('are bounded: the oldest are forgotten', () => {
    let samples: readonly Sample[] = [];
    for (let second = 0; second < MOST_SAMPLES + 10; second += 1) samples = withSample(samples, at(second));
    expect(samples).toHaveLength(MOST_SAMPLES);
    expect([samples[0], samples.at(-1)]).toEqual([at(10), at(MOST_SAMPLES + 9)]);
  });

  it('count the same look once', () => {
    const samples = withSample([], at(1));
    expect(withSample(samples, at(1))).toBe(samples);
  });
});

describe('what is said of numbers', () => {
  it('grows only what goes up for four looks without a pause', () => {
    expect(grows([1, 2, 3, 4])).toBe(true);
    expect(grows([9, 1, 2, 3, 4])).toBe(true);
    expect(grows([2, 3, 4])).toBe(false);
    expect(grows([1, 2, 2, 3])).toBe(false);
    expect(grows([1, null, 2, 3])).toBe(false);
  });

  it.each([
    [[5, 0], 'up to date'],
    [[], 'up to date'],
    [[1, 5, 9, 12], 'falls behind'],
    [[9, 5], 'catching up'],
    [[7, 7, 7, 7, 7, 7, 7], 'catching up'],
    [[7, 7, 7, 7, 7, 7, 7, 7], 'stands still'],
  ])('a lag of %j is "%s"', (lags, word) => {
    expect(verdictOnLag(lags).word).toBe(word);
  });

  it.each([
    [[0], 'empty'],
    [[4, 2], 'moving'],
    [[1, 2, 3, 4], 'grows'],
  ])('a queue of %j is "%s"', (waiting, word) => {
    expect(verdictOnQueue(waiting).word).toBe(word);
  });

  it('letters that wait are bad, however few', () => {
    expect([verdictOnLetters(0), verdictOnLetters(1), verdictOnLetters(2)]).toEqual([
      { tone: 'good', word: 'fine' },
      { tone: 'bad', word: 'a letter waits' },
      { tone: 'bad', word: 'letters wait' },
    ]);
  });
});
