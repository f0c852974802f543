/** A metric as CloudWatch tells metrics apart. Values of dimensions may be intrinsic functions of a template. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
}

interface Datum {
  readonly period: number;
  readonly values: readonly number[];
}

/** What a function writes as a metric. Source: CloudWatch user guide, "Specification: Embedded metric format". */
export interface EmfLine {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

export const isEmf = (line: Readonly<Record<string, unknown>>): line is EmfLine => '_aws' in line;

/** Metrics of an environment, by the period that each value falls into. */
export class MetricStore {
  readonly #data = new Map<string, Datum[]>();

  /** A value, or several, of one of AWS's own metrics. */
  put(metric: MetricId, period: number, ...values: readonly number[]): void {
    const key = keyOf(metric);
    this.#data.set(key, [...(this.#data.get(key) ?? []), { period, values }]);
  }

  /** Takes a line of a function's log as CloudWatch does: every metric in it, under every set of dimensions. */
  putLine(line: EmfLine, period: number): void {
    for (const metric of metricsOf(line)) this.put(metric, period, ...valuesOf(line[metric.name]));
  }

  /** The statistic of a period; `undefined` where nothing was written. */
  statistic(metric: MetricId, statistic: string, period: number): number | undefined {
    const data = this.#data.get(keyOf(metric)) ?? [];
    const values = data.filter((datum) => datum.period === period).flatMap((datum) => datum.values);
    return values.length === 0 ? undefined : aggregate(values, statistic);
  }
}

/** What metrics a line writes. */
export const metricsOf = (line: EmfLine): readonly MetricId[] =>
  line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name }) =>
      Dimensions.map((names) => ({
        namespace: Namespace,
        name: Name,
        dimensions: Object.fromEntries(names.map((name) => [name, line[name]])),
      })),
    ),
  );

export const keyOf = ({ namespace, name, dimensions }: MetricId): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1))]);

const valuesOf = (value: unknown): readonly number[] => (Array.isArray(value) ? value : [value]).map(Number);

function aggregate(values: readonly number[], statistic: string): number {
  if (statistic === 'Sum') return values.reduce((sum, value) => sum + value, 0);
  if (statistic === 'Maximum') return Math.max(...values);
  const percentile = /^p(\d+(?:\.\d+)?)$/.exec(statistic)?.[1];
  if (percentile === undefined) throw new Error(`found the statistic ${statistic}, expected Sum, Maximum or p<N>`);
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((Number(percentile) / 100) * sorted.length) - 1)] ?? Number.NaN;
}
