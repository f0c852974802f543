import { CODES } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { EVENT_CODES } from '../../../scripts/generate/describe/route-codes.ts';
import { CODED_METRICS } from '../../metrics.ts';
import type { MetricQuery, MetricReader } from '../ports/metric-reader.ts';
import { codesOf, hubMetrics } from './hub-metrics.ts';

const NOW = new Date('2026-03-01T12:34:30Z');
const MINUTE = Date.parse('2026-03-01T12:34:00Z');

/** A reader in which some metrics have values, and what it was asked. */
function readerOf(values: (query: MetricQuery) => ReadonlyMap<number, number> | undefined) {
  const asked: (readonly MetricQuery[])[] = [];
  const reader: MetricReader = {
    read: async (queries) => {
      asked.push(queries);
      return queries.map((query) => values(query) ?? new Map());
    },
  };
  return { reader, asked };
}

describe('metrics', () => {
  it('have a value for each minute, the last of which goes on: 0 of what is counted, null of what is measured', async () => {
    const { reader, asked } = readerOf(({ name, service }) => {
      if (name === 'FanOutLag') return new Map([[MINUTE - 60_000, 7]]);
      return name === 'Reads' ? new Map([[MINUTE, service === 'query-api' ? 2 : 3]]) : undefined;
    });
    const found = await hubMetrics(3, NOW, reader);
    expect(found).toMatchObject({
      from: '2026-03-01T12:32:00.000Z',
      through: '2026-03-01T12:35:00.000Z',
      rejected: [],
    });
    const of = (name: string) => found.series.find((one) => one.name === name)?.values;
    expect(of('Reads')).toEqual([0, 0, 5]);
    expect(of('FanOutLag')).toEqual([null, 7, null]);
    expect(of('EventsStored')).toEqual([0, 0, 0]);
    expect(asked).toHaveLength(1);
    // Paid by the metric: docs/cost.md has the number.
    expect(asked[0]?.length).toBe(31);
  });

  it.each([
    [180, 60, 180],
    [181, 300, 37],
    [1440, 300, 288],
    [1441, 3600, 25],
  ])('of %d minutes are of %d seconds each, %d of them', async (minutes, seconds, places) => {
    const found = await hubMetrics(minutes, NOW, readerOf(() => undefined).reader);
    expect(found.periodSeconds).toBe(seconds);
    expect(found.series.every(({ values }) => values.length === places)).toBe(true);
    expect(Date.parse(found.from) % (seconds * 1000)).toBe(0);
  });

  it('ask by code only for what there was any of, and add up what functions have', async () => {
    const { reader, asked } = readerOf(({ name, service, code }) => {
      const isRefused = name === 'RequestsRefused' && service !== 'ingest-events';
      const counts = code === undefined ? 3 : code === 'TOKEN_EXPIRED' ? 2 : code === 'RATE_LIMITED' ? 1 : 0;
      return isRefused && counts > 0 ? new Map([[MINUTE, counts]]) : undefined;
    });
    const { rejected } = await hubMetrics(60, NOW, reader);
    expect(rejected).toEqual([
      { metric: 'RequestsRefused', code: 'TOKEN_EXPIRED', count: 6 },
      { metric: 'RequestsRefused', code: 'RATE_LIMITED', count: 3 },
    ]);
    expect(asked[1]?.length).toBe(3 * CODES.length);
  });

  it('know every code that an event can be refused with', () => {
    expect(codesOf(CODED_METRICS.eventsRejected)).toEqual(expect.arrayContaining([...EVENT_CODES]));
    expect(codesOf(CODED_METRICS.eventsDeadLettered)).toContain('EVENT_MODULE_MISMATCH');
  });
});
