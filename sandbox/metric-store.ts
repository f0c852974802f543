import { isObject } from './http.ts';

/** What tells one metric from another. Source: CloudWatch user guide, "Metrics concepts". */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

const MINUTE = 60_000;
/** What is kept: a day of minutes, and of metrics more than any stack writes. The oldest metrics go first. */
const KEPT = { minutes: 24 * 60, metrics: 5000 } as const;

/** All values of a minute or of several. */
export class Values {
  #count = 0;
  #sum = 0;
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;
  /** Value, rounded to three digits → how often: a percentile needs no more, and there is an end to what it takes. */
  readonly #histogram = new Map<number, number>();

  add(value: number, times = 1): void {
    this.#count += times;
    this.#sum += value * times;
    this.#least = Math.min(this.#least, value);
    this.#most = Math.max(this.#most, value);
    const rounded = Number(value.toPrecision(3));
    this.#histogram.set(rounded, (this.#histogram.get(rounded) ?? 0) + times);
  }

  /** Takes over all that another has. */
  merge(other: Values): void {
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#least = Math.min(this.#least, other.#least);
    this.#most = Math.max(this.#most, other.#most);
    for (const [value, times] of other.#histogram) {
      this.#histogram.set(value, (this.#histogram.get(value) ?? 0) + times);
    }
  }

  /** @returns undefined for a statistic that is not known */
  statistic(name: string): number | undefined {
    switch (name) {
      case 'SampleCount':
        return this.#count;
      case 'Sum':
        return this.#sum;
      case 'Average':
        return this.#sum / this.#count;
      case 'Minimum':
        return this.#least;
      case 'Maximum':
        return this.#most;
    }
    const percent = Number(/^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name)?.[1] ?? Number.NaN);
    return Number.isNaN(percent) ? undefined : this.#percentile(percent);
  }

  /** The least value that so many percent of all do not exceed. */
  #percentile(percent: number): number {
    const wanted = Math.max(1, Math.ceil((percent / 100) * this.#count));
    let seen = 0;
    for (const [value, times] of [...this.#histogram].sort(([a], [b]) => a - b)) {
      seen += times;
      if (seen >= wanted) return Math.min(Math.max(value, this.#least), this.#most);
    }
    return this.#most;
  }
}

/** The metrics of functions, by minutes, as CloudWatch makes them of lines in the embedded metric format. */
export class MetricStore {
  /** Metric → number of the minute since 1970 → values. */
  readonly #metrics = new Map<string, Map<number, Values>>();

  put(metric: MetricId, time: number, value: number, times = 1): void {
    const key = keyOf(metric);
    const minutes = this.#metrics.get(key) ?? new Map<number, Values>();
    this.#metrics.set(key, minutes);
    if (this.#metrics.size > KEPT.metrics) this.#metrics.delete(this.#metrics.keys().next().value ?? '');
    const minute = Math.floor(time / MINUTE);
    const values = minutes.get(minute) ?? new Values();
    if (!minutes.has(minute)) {
      minutes.set(minute, values);
      for (const old of minutes.keys()) if (old <= minute - KEPT.minutes) minutes.delete(old);
    }
    values.add(value, times);
  }

  /**
   * Takes a line of a log: every metric in it, under every set of its dimensions. Others are left alone.
   * Source: CloudWatch user guide, "Specification: Embedded metric format".
   */
  takeLine(line: Readonly<Record<string, unknown>>): void {
    const head = line['_aws'];
    if (!isObject(head) || !Array.isArray(head['CloudWatchMetrics'])) return;
    const time = typeof head['Timestamp'] === 'number' ? head['Timestamp'] : Date.now();
    for (const directive of head['CloudWatchMetrics'].filter(isObject)) {
      const namespace = String(directive['Namespace']);
      for (const { Name } of listOf(directive['Metrics'])) {
        const values = [line[String(Name)]].flat().filter((value) => typeof value === 'number');
        for (const names of Array.isArray(directive['Dimensions']) ? directive['Dimensions'] : []) {
          const dimensions = Object.fromEntries(
            [names].flat().map((name) => [String(name), String(line[String(name)])]),
          );
          for (const value of values) this.put({ namespace, name: String(Name), dimensions }, time, value);
        }
      }
    }
  }

  /** Periods from a time to another in which there is something, by their beginning in milliseconds. */
  read(metric: MetricId, from: number, through: number, periodSeconds: number): ReadonlyMap<number, Values> {
    const period = periodSeconds * 1000;
    const found = new Map<number, Values>();
    for (const [minute, values] of this.#metrics.get(keyOf(metric)) ?? []) {
      const time = minute * MINUTE;
      if (time < from || time >= through) continue;
      const begin = Math.floor(time / period) * period;
      const sum = found.get(begin) ?? new Values();
      found.set(begin, sum);
      sum.merge(values);
    }
    return found;
  }
}

const keyOf = ({ namespace, name, dimensions }: MetricId): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);

const listOf = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isObject) : [];
