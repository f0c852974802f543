import { CODES, type Code, type HubMetrics, type MetricSeries, type RejectedCount } from '@tidings/contracts';
import {
  CODED_METRICS,
  COUNTED_METRICS,
  type CodedMetric,
  EMITTERS,
  MEASURED_METRICS,
  type MetricName,
  type MetricService,
} from '../../metrics.ts';
import type { MetricQuery, MetricRange, MetricReader } from '../ports/metric-reader.ts';

/** What is shown of a metric: sums of what is counted, the slow end of what takes time, the worst of what lags. */
const SHOWN: readonly Pick<MetricSeries & { name: MetricName }, 'name' | 'unit' | 'statistic'>[] = [
  ...[...Object.values(COUNTED_METRICS), ...Object.values(CODED_METRICS)].map((name) => ({
    name,
    unit: 'Count' as const,
    statistic: 'Sum' as const,
  })),
  { name: MEASURED_METRICS.publishToRecord, unit: 'Milliseconds', statistic: 'p99' },
  { name: MEASURED_METRICS.recordToPost, unit: 'Milliseconds', statistic: 'p99' },
  { name: MEASURED_METRICS.fanOutLag, unit: 'Count', statistic: 'Maximum' },
];

/** Up to so many minutes, a value is of so many seconds: a chart has some hundred places. */
const PERIODS = [
  { minutes: 180, seconds: 60 },
  { minutes: 1440, seconds: 300 },
  { minutes: Number.POSITIVE_INFINITY, seconds: 3600 },
] as const;

/** Codes that an event by itself can be refused or set aside with. */
const EVENT_CODES: readonly Code[] = CODES.filter(
  (code) =>
    /^(?:EVENT|JSON|BODY)_/.test(code) ||
    ['TENANT_MISMATCH', 'SCOPE_MISSING', 'BUS_UNAVAILABLE', 'INTERNAL_ERROR'].includes(code),
);

/** Codes that a metric is asked for by. CloudWatch is paid by the metric, so not all of them where few can be. */
export const codesOf = (metric: CodedMetric): readonly Code[] =>
  metric === CODED_METRICS.eventsRejected || metric === CODED_METRICS.eventsDeadLettered ? EVENT_CODES : CODES;

/** A metric as one function writes it, and its values. */
interface Read {
  readonly name: MetricName;
  readonly service: MetricService;
  readonly values: ReadonlyMap<number, number>;
}

/**
 * What the hub has counted and measured in the last minutes, the period included that goes on. First the whole of every
 * metric, and then by code what there was any of: an hour without refusals takes no more than the first.
 */
export async function hubMetrics(minutes: number, now: Date, reader: MetricReader): Promise<HubMetrics> {
  const range = rangeOf(minutes, now);
  const queries = SHOWN.flatMap(({ name, statistic }) =>
    EMITTERS[name].map((service): MetricQuery => ({ name, service, statistic })),
  );
  const found = await reader.read(queries, range);
  const read = queries.map(({ name, service }, index): Read => ({ name, service, values: found[index] ?? new Map() }));
  return {
    from: range.from.toISOString(),
    through: range.through.toISOString(),
    periodSeconds: range.periodSeconds,
    series: SHOWN.map((shown) => ({ ...shown, values: valuesOf(shown, read, range) })),
    rejected: await readRejected(read, range, reader),
  };
}

function rangeOf(minutes: number, now: Date): MetricRange {
  const periodSeconds = PERIODS.find((period) => minutes <= period.minutes)?.seconds ?? 3600;
  const period = periodSeconds * 1000;
  const through = Math.ceil(now.getTime() / period) * period;
  const from = through - Math.ceil((minutes * 60) / periodSeconds) * period;
  return { from: new Date(from), through: new Date(through), periodSeconds };
}

function valuesOf(
  { name, statistic }: { readonly name: string; readonly statistic: string },
  read: readonly Read[],
  { from, through, periodSeconds }: MetricRange,
): readonly (number | null)[] {
  const own = read.filter((one) => one.name === name).map(({ values }) => values);
  const places = (through.getTime() - from.getTime()) / (periodSeconds * 1000);
  return Array.from({ length: places }, (_, place) => {
    const time = from.getTime() + place * periodSeconds * 1000;
    if (statistic === 'Sum') return own.reduce((sum, values) => sum + (values.get(time) ?? 0), 0);
    // Only one function measures each of these.
    return own[0]?.get(time) ?? null;
  });
}

async function readRejected(
  read: readonly Read[],
  range: MetricRange,
  reader: MetricReader,
): Promise<readonly RejectedCount[]> {
  const queries = Object.values(CODED_METRICS).flatMap((name) =>
    read
      .filter((one) => one.name === name && sumOf(one.values) > 0)
      .flatMap(({ service }) => codesOf(name).map((code) => ({ name, service, code, statistic: 'Sum' as const }))),
  );
  if (queries.length === 0) return [];
  const found = await reader.read(queries, range);
  const counts = new Map<string, { metric: string; code: string; count: number }>();
  for (const [index, { name, code }] of queries.entries()) {
    const key = `${name} ${code}`;
    const count = (counts.get(key)?.count ?? 0) + sumOf(found[index] ?? new Map());
    counts.set(key, { metric: name, code, count });
  }
  return [...counts.values()].filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
}

const sumOf = (values: ReadonlyMap<number, number>): number => [...values.values()].reduce((sum, one) => sum + one, 0);
