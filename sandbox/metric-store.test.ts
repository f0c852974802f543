import { describe, expect, it } from 'vitest';
import { MetricStore, Values } from './metric-store.ts';

const values = (...all: readonly number[]): Values => {
  const collected = new Values();
  for (const value of all) collected.add(value);
  return collected;
};

describe('the values of a period', () => {
  it('have the statistics of CloudWatch', () => {
    const hundred = values(...Array.from({ length: 100 }, (_, index) => index + 1));
    const names = ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum', 'p50', 'p99', 'p99.9', 'p100', 'p0'];
    const found = names.map((name) => hundred.statistic(name));
    expect(found).toEqual([100, 5050, 50.5, 1, 100, 50, 99, 100, 100, 1]);
    expect(['tm99', 'p101', 'p', 'Median'].map((name) => hundred.statistic(name))).toEqual([...Array(4)]);
  });

  it('have percentiles within half a percent, whatever their number', () => {
    const many = values(...Array.from({ length: 100_000 }, (_, index) => 1000 + index));
    const p99 = many.statistic('p99') ?? 0;
    expect(Math.abs(p99 / 99_999 - 1)).toBeLessThan(0.005);
    expect(many.statistic('p100')).toBe(100_999);
  });

  it('of several minutes are together what they are by themselves', () => {
    const both = values(1, 2);
    both.merge(values(30));
    expect(['Sum', 'Minimum', 'Maximum', 'p99'].map((name) => both.statistic(name))).toEqual([33, 1, 30, 30]);
  });
});

describe('metrics out of logs', () => {
  const T = Date.parse('2026-03-01T12:00:30Z');
  const line = (metrics: Readonly<Record<string, unknown>>, dimensions: readonly string[][], time = T) => ({
    _aws: {
      Timestamp: time,
      CloudWatchMetrics: [
        { Namespace: 'hub', Dimensions: dimensions, Metrics: Object.keys(metrics).map((Name) => ({ Name })) },
      ],
    },
    service: 'store-events',
    code: 'EVENT_DATA_INVALID',
    ...metrics,
  });
  const read = (store: MetricStore, name: string, dimensions: Readonly<Record<string, string>>, period = 60) =>
    [...store.read({ namespace: 'hub', name, dimensions }, T - 3_600_000, T + 3_600_000, period)].map(
      ([time, found]) => [new Date(time).toISOString(), found.statistic('Sum')],
    );

  it('are one for each set of dimensions, by minutes, and single values or several', () => {
    const store = new MetricStore();
    store.takeLine(line({ Stored: 3, Took: [1, 2] }, [['service'], ['service', 'code']]));
    store.takeLine(line({ Stored: 4 }, [['service']], T + 60_000));
    const service = { service: 'store-events' };
    expect(read(store, 'Stored', service)).toEqual([
      ['2026-03-01T12:00:00.000Z', 3],
      ['2026-03-01T12:01:00.000Z', 4],
    ]);
    expect(read(store, 'Stored', service, 300)).toEqual([['2026-03-01T12:00:00.000Z', 7]]);
    expect(read(store, 'Took', { code: 'EVENT_DATA_INVALID', ...service })).toEqual([['2026-03-01T12:00:00.000Z', 3]]);
    expect(read(store, 'Stored', { code: 'EVENT_DATA_INVALID', ...service })).toEqual([
      ['2026-03-01T12:00:00.000Z', 3],
    ]);
    expect(read(store, 'Stored', {})).toEqual([]);
  });

  it('leave alone what is no metric', () => {
    const store = new MetricStore();
    for (const other of [{ message: 'x' }, { _aws: 7 }, { _aws: { CloudWatchMetrics: [7, {}] } }])
      store.takeLine(other);
    store.takeLine(line({ Stored: 'many' }, [['service']]));
    expect(read(store, 'Stored', { service: 'store-events' })).toEqual([]);
  });

  it('are forgotten after a day', () => {
    const store = new MetricStore();
    store.takeLine(line({ Stored: 1 }, [['service']]));
    store.takeLine(line({ Stored: 2 }, [['service']], T + 24 * 3_600_000));
    expect(read(store, 'Stored', { service: 'store-events' })).toEqual([]);
  });
});
