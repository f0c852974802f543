import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsEndpoint } from './aws-endpoint.ts';
import { CloudWatch } from './cloudwatch.ts';
import { noFaults } from './faults.ts';

const T = Date.parse('2026-03-01T12:00:00Z');
const METRIC = { namespace: 'hub', name: 'Stored', dimensions: { service: 'store-events' } };

const endpoint = new AwsEndpoint(noFaults);
const cloudWatch = new CloudWatch();
let client: CloudWatchClient;

beforeAll(async () => {
  endpoint.add(cloudWatch.service);
  const url = `http://127.0.0.1:${await endpoint.start(0)}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new CloudWatchClient({ endpoint: url, region: 'eu-north-1', credentials, maxAttempts: 1 });
  for (const [minute, value] of [2, 4, 6].entries()) cloudWatch.metrics.put(METRIC, T + minute * 60_000, value);
});
afterAll(async () => {
  client.destroy();
  await endpoint.end();
});

const query = (Stat: string, more: Partial<MetricDataQuery> = {}, Period = 60): MetricDataQuery => ({
  Id: 'm1',
  MetricStat: {
    Metric: {
      Namespace: 'hub',
      MetricName: 'Stored',
      Dimensions: [{ Name: 'service', Value: 'store-events' }],
    },
    Period,
    Stat,
  },
  ...more,
});
const ask = (MetricDataQueries: MetricDataQuery[], from = T, through = T + 3_600_000) =>
  client.send(new GetMetricDataCommand({ MetricDataQueries, StartTime: new Date(from), EndTime: new Date(through) }));

describe('GetMetricData by the SDK', () => {
  it('gives periods with something in them, the newest first, and of one that it does not know none', async () => {
    const { MetricDataResults } = await ask([query('Sum')]);
    expect(MetricDataResults).toMatchObject([
      {
        Id: 'm1',
        StatusCode: 'Complete',
        Timestamps: [2, 1, 0].map((m) => new Date(T + m * 60_000)),
        Values: [6, 4, 2],
      },
    ]);
    const Metric = { Namespace: 'other', MetricName: 'Stored' };
    const found = await ask([{ Id: 'm1', MetricStat: { Metric, Period: 60, Stat: 'Sum' } }]);
    expect(found.MetricDataResults).toMatchObject([{ Timestamps: [], Values: [] }]);
  });

  it('adds minutes up, and leaves out what begins at the end', async () => {
    expect((await ask([query('Maximum', {}, 300)])).MetricDataResults?.[0]?.Values).toEqual([6]);
    expect((await ask([query('Sum')], T, T + 120_000)).MetricDataResults?.[0]?.Values).toEqual([4, 2]);
  });

  it.each([
    ['a statistic', [query('tm99')], /statistic tm99/],
    ['an expression', [{ Id: 'm1', Expression: 'm2 * 2' }], /m1 Expression: the sandbox does not serve it/],
    ['an id twice', [query('Sum'), query('Sum')], /not unique/],
    ['a period of less than a minute', [query('Sum', {}, 10)], /multiple of 60/],
    ['none', [], /1 to 500, found 0/],
    ['too many', Array.from({ length: 501 }, (_, i) => query('Sum', { Id: `m${i}` })), /found 501/],
  ])('refuses %s by name', async (_, queries, message) => {
    await expect(ask(queries)).rejects.toThrow(message);
  });

  it('refuses a range that ends before it begins', async () => {
    await expect(ask([query('Sum')], T, T)).rejects.toThrow(/StartTime must be less/);
  });
});
