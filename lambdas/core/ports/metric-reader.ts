import type { Code } from '@tidings/contracts';
import type { MetricName, MetricService } from '../../metrics.ts';

/** One of the hub's metrics, as one function writes it. */
export interface MetricQuery {
  readonly name: MetricName;
  readonly service: MetricService;
  /** Only what has this code; absent: all of it. */
  readonly code?: Code;
  readonly statistic: 'Sum' | 'Maximum' | 'p99';
}

/** Periods of time, one after the other. */
export interface MetricRange {
  /** A whole number of periods since 1970, as is `through`. */
  readonly from: Date;
  /** Not in the range itself. */
  readonly through: Date;
  /** A multiple of 60. */
  readonly periodSeconds: number;
}

/** The hub's own metrics, as they have been collected. What was measured a moment ago may not be there yet. */
export interface MetricReader {
  /**
   * @returns for each query, in the same order, its values by the beginning of their period, in milliseconds since 1970;
   * periods in which nothing was measured are missing
   */
  read(queries: readonly MetricQuery[], range: MetricRange): Promise<readonly ReadonlyMap<number, number>[]>;
}
