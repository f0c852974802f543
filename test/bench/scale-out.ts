import type { Bench, Series } from './bench.ts';
import { countCalls } from './scale-out/counted-calls.ts';
import { type Modelled, modelFanOut, type Way } from './scale-out/model.ts';

/** Requests a second, and at once, of an account and region. Source: API Gateway developer guide, "Quotas". */
const QUOTA = { perSecond: 10_000, burst: 5000 } as const;
const SIZES = [1000, 10_000, 100_000] as const;
const WAYS: readonly Way[] = ['one run', 'shards without a pace', 'shards'];

/** How soon a tenant's sockets have an event, however many they are. */
export const bench: Bench = {
  name: 'scale-out',
  title: 'One event to all sockets of a large tenant',
  method:
    'The production fan-out, its shards, its pace and its retries run in modelled time: posts take 15 ms, each worker starts ' +
    '100 ms after the one before with five rings to answer, posts at most 2,500 a ' +
    'second by its processor, and API Gateway takes 10,000 a second with a burst of 5,000 and answers 429 beyond.',
  isGuarded: true,
  async run({ isQuick, progress }) {
    const results = new Map<string, Modelled>();
    for (const sockets of isQuick ? [100_000] : SIZES) {
      for (const way of isQuick ? (['shards'] as const) : WAYS) {
        progress(`${way}, ${sockets} sockets`);
        results.set(`${way} ${sockets}`, await modelFanOut(way, sockets, QUOTA));
      }
    }
    progress('the calls of a small tenant');
    const calls = await countCalls();
    const largest = results.get('shards 100000');
    if (largest === undefined) throw new Error('Expected a model of 100,000 sockets');
    const quotaSeconds = 100_000 / QUOTA.perSecond;
    const series: Series[] = WAYS.map((name) => ({
      name,
      points: SIZES.flatMap((sockets) => {
        const found = results.get(`${name} ${sockets}`);
        return found === undefined ? [] : [[sockets, found.seconds] as const];
      }),
    }));
    const limit: Series = { name: 'the quota itself', points: SIZES.map((n) => [n, n / QUOTA.perSecond] as const) };
    return {
      findings: [
        {
          what: 'modelled time to reach 100,000 sockets, to what the quota takes alone',
          value: largest.seconds / quotaSeconds,
          unit: '×',
          limit: { most: 1.2 },
          detail: `${largest.seconds.toFixed(1)} s; ${largest.throttled} posts were throttled and tried again`,
        },
        { what: 'sockets of 100,000 that missed it', value: largest.missed, unit: 'sockets', limit: { most: 0 } },
        {
          what: 'sockets that got it twice, or out of order',
          value: largest.wrong,
          unit: 'sockets',
          limit: { most: 0 },
        },
        { what: 'invocations that took part', value: largest.invocations, unit: 'invocations', limit: { least: 4 } },
        {
          what: 'calls for an event of a small tenant, above those of a hub that has no shards',
          value: calls.small - calls.withoutShards,
          unit: 'calls',
          limit: { most: 0 },
          detail: `${calls.small} calls: ${calls.names.join(', ')}`,
        },
        { what: 'calls that hand an event on to the shards', value: calls.handOver, unit: 'calls' },
      ],
      ...(!isQuick && {
        charts: [
          {
            name: 'scale-out',
            title: 'Time until all sockets of one tenant have an event',
            kind: 'lines' as const,
            x: { label: 'sockets', logarithmic: true },
            y: { label: 'seconds', logarithmic: true },
            series: [...series, limit],
          },
        ],
        tables: [
          {
            title: 'Modelled',
            rows: [
              ['sockets', 'served by', 'seconds', 'missed it', 'posts throttled', 'invocations'],
              ...SIZES.flatMap((sockets) =>
                WAYS.map((way) => {
                  const found = results.get(`${way} ${sockets}`);
                  const { seconds = 0, missed = 0, throttled = 0, invocations = 0 } = found ?? {};
                  return [String(sockets), way, seconds.toFixed(1), ...[missed, throttled, invocations].map(String)];
                }),
              ),
            ],
          },
        ],
      }),
      notes: [
        'It is a model: it holds the code against the quotas that AWS publishes, not AWS against its promises.',
        'A run posts for 24 of its 30 seconds at most; whoever has missed something by then is told so by its next sync.',
      ],
    };
  },
};
