import type { Paired } from '../measure.ts';

/** What the measuring process is asked for. */
export interface StoreTask {
  /** Events of a batch, of one tenant. */
  readonly batch: number;
  readonly rounds: number;
  /** Batches of a turn. */
  readonly times: number;
  /** Batches of each kind before the first round. */
  readonly warmUp: number;
}

/** What it answers. */
export interface StoreMeasurement {
  /** From events that have been read to their commit, to a TransactWriteItems of the same items. */
  readonly recording: Paired;
  /** The whole handler, to the three commands that it sends. */
  readonly handler: Paired;
  /** Microseconds for the JSON of one event to be compressed. */
  readonly packing: number;
}
