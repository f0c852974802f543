import { asEventId, asSequence, asTenantId, EMPTY_HEAD } from '@tidings/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryEventLog, type MemoryEventLog } from '../adapters/memory/event-log.ts';
import { sequenceSince } from './find-since.ts';

const TENANT = asTenantId('acme');
const START = Date.parse('2026-03-01T12:00:00Z');
const HOUR_SECONDS = 3600;

/** What one commit records: its time in milliseconds after the start, and how many events. */
interface Batch {
  readonly at: number;
  readonly count: number;
  /** Seconds after which its events are gone. */
  readonly kept?: number;
}

let now = START;

async function logWith(batches: readonly Batch[]): Promise<MemoryEventLog> {
  now = START;
  const log = createMemoryEventLog({ now: () => new Date(now) });
  let head = EMPTY_HEAD;
  for (const { at, count, kept = HOUR_SECONDS } of batches) {
    const events = Array.from({ length: count }, (_, index) => {
      const id = asEventId(`e${head.sequence + index + 1}`);
      return {
        header: { id, type: 'bank.test:created@v1' },
        json: JSON.stringify({ id, data: { recordedtime: '1' } }),
      };
    });
    const recordedAt = new Date(START + at);
    const expiresAt = Math.floor(recordedAt.getTime() / 1000) + kept;
    const outcome = await log.commit({ tenant: TENANT, expected: head, newEpoch: 'e', events, recordedAt, expiresAt });
    if (outcome.kind !== 'committed') throw new Error(`Not committed: ${outcome.kind}`);
    head = outcome.head;
  }
  return log;
}

const since = (log: MemoryEventLog, at: number) => sequenceSince(TENANT, new Date(START + at), log);

describe('the place of a time', () => {
  it('is before the first event that was recorded at it or later', async () => {
    const log = await logWith([
      { at: 0, count: 3 },
      { at: 10_000, count: 2 },
      { at: 10_400, count: 1 },
      { at: 60_000, count: 4 },
    ]);
    const places = [-1, 0, 1, 9999, 10_000, 10_001, 10_400, 10_401, 60_000, 60_001, 10 ** 9];
    expect(await Promise.all(places.map((at) => since(log, at)))).toEqual([0, 0, 3, 3, 3, 5, 5, 6, 6, 10, 10]);
  });

  it('is the beginning of a log without events', async () => {
    expect(await since(await logWith([]), 0)).toBe(0);
  });

  it('leaves nothing out where a writer’s clock is up to a second behind another’s', async () => {
    const log = await logWith([
      { at: 5000, count: 1 },
      { at: 4100, count: 1 },
      { at: 4950, count: 1 },
      { at: 6000, count: 1 },
    ]);
    expect(await since(log, 5000)).toBe(0);
    expect(await since(log, 4999)).toBe(0);
    expect(await since(log, 5001)).toBe(3);
  });

  it('finds it also behind events that are past their time, at the beginning and in between', async () => {
    const batches = [
      { at: 0, count: 5, kept: 60 },
      { at: 10_000, count: 5 },
      { at: 20_000, count: 500, kept: 60 },
      { at: 30_000, count: 5 },
    ];
    const log = await logWith(batches);
    now = START + 120_000;
    expect(await since(log, 0)).toBe(5);
    expect(await since(log, 10_000)).toBe(5);
    expect(await since(log, 15_000)).toBeGreaterThanOrEqual(10);
    expect(await since(log, 15_000)).toBeLessThanOrEqual(510);
    expect(await since(log, 30_000)).toBeLessThanOrEqual(510);
  });

  it('is that of a plain search through everything, whatever was recorded when', async () => {
    const batch = fc.record({ gap: fc.nat(3000), back: fc.nat(900), count: fc.integer({ min: 1, max: 4 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 25 }), fc.nat(60_000), async (steps, at) => {
        let time = 0;
        const batches = steps.map(({ gap, back, count }) => {
          time += gap;
          return { at: time - back, count };
        });
        const times = batches.flatMap(({ at: one, count }) => Array.from({ length: count }, () => one));
        const first = times.findIndex((one) => one >= at);
        expect(await since(await logWith(batches), at)).toBe(first < 0 ? times.length : first);
      }),
      { numRuns: 200 },
    );
  });

  it('takes few reads: about two for each time that what is there can be halved', async () => {
    const log = await logWith(Array.from({ length: 2000 }, (_, index) => ({ at: index * 2000, count: 4 })));
    let reads = 0;
    const counted: MemoryEventLog = {
      ...log,
      readLedger: (...range) => {
        reads += 1;
        return log.readLedger(...range);
      },
      readEvents: (...what) => {
        reads += 1;
        return log.readEvents(...what);
      },
    };
    expect(await sequenceSince(TENANT, new Date(START + 1_234_000), counted)).toBe(asSequence(617 * 4));
    expect(reads).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(8000)) + 5);
  });
});
