import type { Paired } from '../measure.ts';

/** What the measuring process is asked for. */
export interface IngestTask {
  /** Access tokens, used in turn. */
  readonly tokens: readonly string[];
  readonly body: string;
  readonly contentType: string;
  /** PEM of the key that the tokens are signed with. */
  readonly publicKey: string;
  readonly rounds: number;
  /** Requests of a round. */
  readonly times: number;
  /** Requests of each kind before the first round. */
  readonly warmUp: number;
}

/** What it answers. */
export interface IngestMeasurement {
  readonly paired: Paired;
  /** What each part of the floor takes by itself, in microseconds for a request. */
  readonly parts: Readonly<Record<string, number>>;
}
