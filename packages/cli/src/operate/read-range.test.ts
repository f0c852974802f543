import { asTenantId } from '@tidings/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeTables } from '../../test/fake-tables.ts';
import { type Range, readRange } from './read-range.ts';
import { countStored } from './storage.ts';

const TENANT = asTenantId('acme');
const NOW = new Date('2026-01-31T09:30:00Z');
const PAST = NOW.getTime() / 1000;

let tables: FakeTables;

beforeEach(() => {
  tables = new FakeTables();
});

async function sequences(range: Partial<Range> = {}): Promise<readonly number[]> {
  const found: number[] = [];
  const all = { tables, table: 'log', tenant: TENANT, after: 0, until: Number.MAX_SAFE_INTEGER, now: NOW };
  for await (const events of readRange({ ...all, ...range })) found.push(...events.map(({ sequence }) => sequence));
  return found;
}

const numbers = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('a range of the log', () => {
  it('has every event once and in order, whatever commits and pages they lie in', async () => {
    tables.record('log', TENANT, 1, 250, 7);
    tables.record('log', 'other', 1, 5);
    expect(await sequences()).toEqual(numbers(1, 250));
    expect(await sequences({ after: 100, until: 200 })).toEqual(numbers(101, 200));
    expect(await sequences({ after: 249 })).toEqual([250]);
    expect(await sequences({ after: 250 })).toEqual([]);
  });

  it('leaves out what is past its time, and what was recorded again under its id', async () => {
    tables.record('log', TENANT, 1, 8, 4, PAST);
    tables.record('log', TENANT, 9, 12);
    expect(await sequences()).toEqual(numbers(9, 12));
  });
});

describe('what is stored', () => {
  it('is counted by the ledger, and what counting takes', async () => {
    tables.record('log', TENANT, 1, 4, 4, 1000);
    tables.record('log', TENANT, 5, 16);
    const seen: number[] = [];
    const stored = await countStored(tables, 'log', TENANT, (through) => seen.push(through));
    expect(stored).toMatchObject({
      events: 12,
      items: 20,
      oldest: { sequence: 5, recordedAt: new Date('2026-01-31T09:30:00.000Z') },
    });
    expect(stored.bytes).toBeGreaterThan(16 * 100);
    expect(stored.readUnits).toBe(2);
    expect(seen.at(-1)).toBe(16);
  });

  it('is nothing where there is nothing', async () => {
    expect(await countStored(tables, 'log', TENANT, () => undefined)).toMatchObject({ events: 0, oldest: undefined });
  });
});
