import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SeenEvent } from '../event/as-text.ts';
import { EventLog } from './event-log.ts';

const event = (sequence: number, changes: Readonly<Record<string, unknown>> = {}): SeenEvent =>
  ({
    id: `e${sequence}`,
    type: 'bank.test:created@v1',
    sequence: String(sequence).padStart(20, '0'),
    ...changes,
  }) as unknown as SeenEvent;

const sequences = (log: EventLog) => log.entries.map(({ sequence }) => sequence);

describe('the log of events', () => {
  it('keeps each event once and in order, however they come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 100 }), (numbers) => {
        const log = new EventLog();
        for (const number of numbers) log.add(event(number));
        expect(sequences(log)).toEqual([...new Set(numbers)].sort((one, other) => one - other));
        expect(log.arrivals).toBe(new Set(numbers).size);
      }),
    );
  });

  it('lets the oldest go when there are too many, and counts them', () => {
    const log = new EventLog({ events: 100, characters: 1_000_000 });
    for (let number = 1; number <= 250; number += 1) {
      log.add(event(number));
      expect(log.entries.length).toBeLessThanOrEqual(100);
    }
    expect(log.entries.length + log.dropped).toBe(250);
    expect(sequences(log).at(-1)).toBe(250);
  });

  it('lets the oldest go when they are too large, but never the newest', () => {
    const log = new EventLog({ events: 1000, characters: 10_000 });
    for (let number = 1; number <= 20; number += 1) log.add(event(number, { data: 'x'.repeat(4000) }));
    expect(sequences(log)).toEqual([19, 20]);
    log.add(event(21, { data: 'x'.repeat(1_000_000) }));
    expect(sequences(log)).toEqual([21]);
  });

  it('does not take in again what had to go', () => {
    const log = new EventLog({ events: 10, characters: 1_000_000 });
    for (let number = 1; number <= 20; number += 1) log.add(event(number));
    expect(log.add(event(2))).toBeUndefined();
    expect(log.dropped + log.entries.length).toBe(20);
  });

  it('begins with nothing after it was cleared', () => {
    const log = new EventLog();
    log.add(event(1));
    log.clear();
    log.add(event(2));
    expect(sequences(log)).toEqual([2]);
    expect(log.dropped).toBe(0);
  });
});
