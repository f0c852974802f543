import type { EventTypeName, NewEvent } from '../events/typed-events.ts';
import type { AbortSignalLike } from './platform.ts';
import { PublishError, type PublishProblem, problem } from './publish-error.ts';

/** Options of one call. */
export interface PublishOptions {
  /** Ends the call. What was under way by then has the outcome `unknown`. */
  readonly signal?: AbortSignalLike;
}

/** An event that the hub has taken: it is recorded, or will be in a moment. */
export interface PublishedEvent {
  readonly id: string;
  readonly type: EventTypeName;
}

export interface AcceptedEvent extends PublishedEvent {
  /** Position in the list, from 0. */
  readonly index: number;
}

export interface RejectedEvent extends PublishProblem {
  /** Position in the list, from 0. */
  readonly index: number;
  /** The id that it was sent with: publish it again under this one. Absent if it got none. */
  readonly id?: string;
}

/** What became of a list of events: every one of them is in one of the two, by its position. */
export interface PublishResult {
  readonly accepted: readonly AcceptedEvent[];
  readonly rejected: readonly RejectedEvent[];
}

/** Who publishes events: over HTTP (`TidingsApiClient`) or on EventBridge (`TidingsBusClient`). */
export interface Publisher {
  // The list first: of a call that fits neither, the compiler explains the last one.
  /**
   * Publishes a list of any length, in its order, in as few requests as the limits allow. It does not throw because of
   * what becomes of single events: look at `rejected`, or use {@link requireAccepted}.
   */
  publish(events: readonly NewEvent[], options?: PublishOptions): Promise<PublishResult>;
  /**
   * Publishes one event.
   * @throws PublishError if it is not accepted
   */
  publish<Type extends EventTypeName>(event: NewEvent<Type>, options?: PublishOptions): Promise<PublishedEvent>;
}

/**
 * The result, if every event of it was accepted.
 * @throws PublishError BATCH_REFUSED otherwise, about the first that was not
 */
export function requireAccepted(result: PublishResult): PublishResult {
  const { accepted, rejected } = result;
  const [first] = rejected;
  if (first === undefined) return result;
  const { index, id, code, detail, ...rest } = first;
  const count = accepted.length + rejected.length;
  const summary = `${rejected.length} of ${count} events are not accepted; the first is event ${index}: ${code}: ${detail}`;
  throw new PublishError(problem('BATCH_REFUSED', summary, { ...rest, cause: first }), id);
}
