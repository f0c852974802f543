import type { ConnectionState, DeliveryError, DeliveryReset, Status } from '../delivery/index.ts';
import type { EventMatching, PatternThatMatches } from '../events/typed-events.ts';

/**
 * As much of `TidingsLive` as React and DOM need. Whatever has these members can stand in for it, for instance in the
 * tests of a page.
 */
export interface LiveClient {
  readonly state: ConnectionState;
  /** Calls for each event that the pattern matches. Returns what ends that. */
  on<Pattern extends string>(
    pattern: Pattern & PatternThatMatches<Pattern>,
    handler: (event: EventMatching<Pattern>) => unknown,
  ): () => void;
  onStatus(handler: (status: Status) => void): () => void;
  onReset(handler: (reset: DeliveryReset) => unknown): () => void;
  onError(handler: (error: DeliveryError) => void): () => void;
  /** Opens it, unless that has been done. */
  connect(): void;
  close(): Promise<void>;
}
