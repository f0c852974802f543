import type { HubMetrics, RejectedCount } from '@tidings/client';

/** How far back the charts may look, in minutes. */
export const RANGES = [
  { minutes: 15, name: '15 min' },
  { minutes: 60, name: '1 h' },
  { minutes: 180, name: '3 h' },
  { minutes: 720, name: '12 h' },
] as const;

export type RangeMinutes = (typeof RANGES)[number]['minutes'];

/** The range that is meant, or an hour. */
export const rangeOf = (minutes: unknown): RangeMinutes =>
  RANGES.find((range) => range.minutes === Number(minutes))?.minutes ?? 60;

/** A line of a chart. */
export interface Line {
  readonly name: string;
  readonly colour: 'accent' | 'info' | 'warn' | 'bad';
  /** The metric that it shows. */
  readonly metric: string;
}

export interface ChartPlan {
  readonly title: string;
  /** `rate` is a minute's count whatever the period; `milliseconds` and `count` are shown as they are. */
  readonly kind: 'rate' | 'milliseconds' | 'count';
  readonly lines: readonly Line[];
}

/** The charts, in their order. */
export const CHARTS: readonly ChartPlan[] = [
  {
    title: 'Events a minute',
    kind: 'rate',
    lines: [
      { name: 'accepted', colour: 'accent', metric: 'EventsAccepted' },
      { name: 'stored', colour: 'info', metric: 'EventsStored' },
      { name: 'duplicate', colour: 'warn', metric: 'EventsDuplicate' },
    ],
  },
  {
    title: 'Posts to sockets a minute',
    kind: 'rate',
    lines: [
      { name: 'delivered', colour: 'accent', metric: 'PostsDelivered' },
      { name: 'failed', colour: 'bad', metric: 'PostsFailed' },
      { name: 'gone', colour: 'info', metric: 'PostsGone' },
    ],
  },
  {
    title: 'From record to post, p99',
    kind: 'milliseconds',
    lines: [{ name: 'p99', colour: 'accent', metric: 'RecordToPostMilliseconds' }],
  },
  {
    title: 'Sockets a minute',
    kind: 'rate',
    lines: [
      { name: 'opened', colour: 'accent', metric: 'SocketsConnected' },
      { name: 'closed', colour: 'info', metric: 'SocketsClosed' },
      { name: 'refused', colour: 'bad', metric: 'SocketsRefused' },
    ],
  },
];

/** What a chart draws: at each time one value of each line, null where nothing is known. */
export interface ChartData {
  /** Seconds since 1970 at which periods begin. */
  readonly times: readonly number[];
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

/** A metric that the hub does not give is a line without values: another version of the hub may have fewer. */
export function chartData(metrics: HubMetrics, { kind, lines }: ChartPlan): ChartData {
  const { from, periodSeconds, series } = metrics;
  const begin = Date.parse(from) / 1000;
  const places = Math.max(0, ...series.map(({ values }) => values.length));
  const scale = kind === 'rate' ? 60 / periodSeconds : 1;
  return {
    times: Array.from({ length: places }, (_, place) => begin + place * periodSeconds),
    lines: lines.map(({ name, metric }) => {
      const found = series.find((one) => one.name === metric)?.values ?? [];
      return {
        name,
        values: Array.from({ length: places }, (_, place) => {
          const value = found[place] ?? null;
          return value === null ? null : value * scale;
        }),
      };
    }),
  };
}

/** Whether there is nothing to be seen in a chart. */
export const isEmpty = ({ lines }: ChartData): boolean =>
  lines.every(({ values }) => values.every((value) => value === null || value === 0));

/** A chart in a sentence, for those who do not see it. */
export function summaryOf({ title, kind }: ChartPlan, data: ChartData): string {
  const parts = data.lines.map(({ name, values }) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return `${name}: nothing measured`;
    return `${name}: at most ${formatValue(Math.max(...known), kind)}, last ${formatValue(known.at(-1) ?? 0, kind)}`;
  });
  return `${title}. ${parts.join('; ')}.`;
}

const SHORT = new Intl.NumberFormat('en', { maximumFractionDigits: 1, notation: 'compact' });

export function formatValue(value: number, kind: ChartPlan['kind']): string {
  if (kind !== 'milliseconds') return SHORT.format(value);
  return value < 1000 ? `${SHORT.format(value)} ms` : `${SHORT.format(value / 1000)} s`;
}

/** What was refused in one way, the most frequent reason first. */
export interface RejectedGroup {
  readonly metric: string;
  readonly name: string;
  readonly total: number;
  readonly codes: readonly { readonly code: string; readonly count: number }[];
}

const GROUP_NAMES: Readonly<Record<string, string>> = {
  EventsRejected: 'Events refused',
  EventsDeadLettered: 'Events set aside as dead letters',
  RequestsRefused: 'Requests refused',
  SocketsRefused: 'Sockets not let in',
  SocketErrors: 'Messages answered by an error',
};

/** In the order of the names above; ways that this page does not know come last, under the hub's name. */
export function groupRejected(rejected: readonly RejectedCount[]): readonly RejectedGroup[] {
  const order = Object.keys(GROUP_NAMES);
  const metrics = [...new Set(rejected.map(({ metric }) => metric))];
  const placeOf = (metric: string): number => (order.indexOf(metric) + order.length + 1) % (order.length + 1);
  return metrics
    .map((metric): RejectedGroup => {
      const codes = rejected.filter((one) => one.metric === metric && one.count > 0);
      return {
        metric,
        name: GROUP_NAMES[metric] ?? metric,
        total: codes.reduce((sum, { count }) => sum + count, 0),
        codes: codes.map(({ code, count }) => ({ code, count })).sort((a, b) => b.count - a.count),
      };
    })
    .filter(({ total }) => total > 0)
    .sort((a, b) => placeOf(a.metric) - placeOf(b.metric));
}
