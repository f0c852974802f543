import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/** An alarm, which rings while its metric is above its threshold. */
export interface AlarmDefinition {
  /** Its name within the environment, and that of its section in `docs/run-book.md`. */
  readonly id: string;
  /** What is true while it rings: one sentence. */
  readonly sentence: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /**
   * Periods that are looked at, and how many of them must be above the threshold.
   * @default one of one
   */
  readonly within?: { readonly periods: number; readonly breaching: number };
}

/** What ebbs away by itself within a quarter of an hour need wake nobody. */
export const LASTING = { periods: 3, breaching: 3 } as const;

/** Again, though perhaps not without a break. */
export const REPEATED = { periods: 3, breaching: 2 } as const;
