import type { HubMetrics } from '@tidings/client';
import { describe, expect, it } from 'vitest';
import { CHARTS, chartData, formatValue, groupRejected, isEmpty, rangeOf, summaryOf } from './series.ts';

const METRICS: HubMetrics = {
  from: '2026-11-21T12:00:00.000Z',
  through: '2026-11-21T12:15:00.000Z',
  periodSeconds: 300,
  series: [
    { name: 'EventsAccepted', unit: 'Count', statistic: 'Sum', values: [10, 0, 5] },
    { name: 'EventsStored', unit: 'Count', statistic: 'Sum', values: [10, 0] },
    { name: 'RecordToPostMilliseconds', unit: 'Milliseconds', statistic: 'p99', values: [null, 120, null] },
  ],
  rejected: [],
};
const chart = (title: string) => {
  const plan = CHARTS.find((one) => one.title.startsWith(title));
  if (plan === undefined) throw new Error(`Expected a chart "${title}…"`);
  return plan;
};

describe('the lines of a chart', () => {
  it('are of a minute whatever the period, and null where nothing is known', () => {
    expect(chartData(METRICS, chart('Events'))).toEqual({
      times: [1795262400, 1795262700, 1795263000],
      lines: [
        { name: 'accepted', values: [2, 0, 1] },
        { name: 'stored', values: [2, 0, null] },
        { name: 'duplicate', values: [null, null, null] },
      ],
    });
  });

  it('are times as they were measured', () => {
    expect(chartData(METRICS, chart('From record')).lines[0]?.values).toEqual([null, 120, null]);
  });

  it('are empty where nothing was counted', () => {
    expect(isEmpty(chartData(METRICS, chart('Events')))).toBe(false);
    expect(isEmpty(chartData(METRICS, chart('Posts')))).toBe(true);
    expect(isEmpty(chartData({ ...METRICS, series: [] }, chart('Events')))).toBe(true);
  });

  it('are told in a sentence', () => {
    expect(summaryOf(chart('From record'), chartData(METRICS, chart('From record')))).toBe(
      'From record to post, p99. p99: at most 120 ms, last 120 ms.',
    );
    expect(summaryOf(chart('Posts'), chartData(METRICS, chart('Posts')))).toContain('failed: nothing measured');
  });
});

it('shows long times in seconds', () => {
  expect([formatValue(999, 'milliseconds'), formatValue(12_300, 'milliseconds')]).toEqual(['999 ms', '12.3 s']);
});

it('takes an hour where the address names no range', () => {
  expect([15, '720', 7, undefined, 'x'].map(rangeOf)).toEqual([15, 720, 60, 60, 60]);
});

it('groups what was refused by how, and each by how often', () => {
  expect(
    groupRejected([
      { metric: 'SomethingNew', code: 'A', count: 1 },
      { metric: 'RequestsRefused', code: 'TOKEN_EXPIRED', count: 4 },
      { metric: 'EventsRejected', code: 'EVENT_TOO_LARGE', count: 1 },
      { metric: 'EventsRejected', code: 'EVENT_DATA_INVALID', count: 3 },
      { metric: 'SocketErrors', code: 'RATE_LIMITED', count: 0 },
    ]),
  ).toEqual([
    {
      metric: 'EventsRejected',
      name: 'Events refused',
      total: 4,
      codes: [
        { code: 'EVENT_DATA_INVALID', count: 3 },
        { code: 'EVENT_TOO_LARGE', count: 1 },
      ],
    },
    {
      metric: 'RequestsRefused',
      name: 'Requests refused',
      total: 4,
      codes: [{ code: 'TOKEN_EXPIRED', count: 4 }],
    },
    { metric: 'SomethingNew', name: 'SomethingNew', total: 1, codes: [{ code: 'A', count: 1 }] },
  ]);
});
