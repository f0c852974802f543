import type { Code, Violation } from './codes.ts';
import type { Cursor, ResetReason } from './cursor.ts';
import type { Sequence } from './identifiers.ts';

/** The answer to `subscribe`. Everything after `head` will come live. */
export interface SubscribedFrame {
  readonly type: 'subscribed';
  readonly id?: string;
  readonly epoch: string;
  readonly head: Sequence;
  /** Where a durable subscription stands; its first page follows. */
  readonly cursor?: Cursor;
  readonly heartbeatSeconds: number;
}

/**
 * All events of the range that are for this client, in order. What is missing in it was not.
 *
 * `Event` is the event as an object for who reads frames; the hub itself splices JSON text (see {@link eventsFrame}).
 */
export interface EventsFrame<Event> {
  readonly type: 'events';
  readonly from: Sequence;
  readonly through: Sequence;
  /** Whether the client asked for them, as against live delivery. */
  readonly replay: boolean;
  readonly events: readonly Event[];
}

/** Ends the answer to `sync`, and to a `subscribe` with a cursor: the page went up to `through`. */
export interface SyncedFrame {
  readonly type: 'synced';
  readonly id?: string;
  /** The history that the page is of. */
  readonly epoch: string;
  readonly through: Sequence;
  readonly head: Sequence;
  /** How many events came in the frame before: so that a frame that was lost is not taken for an empty page. */
  readonly events: number;
}

/** The answer to `ack`: where the subscription stands now. */
export interface AckedFrame {
  readonly type: 'acked';
  readonly id?: string;
  readonly cursor: Cursor;
}

/** The answer to `token`: the connection has the claims of the new token, until it ends. */
export interface RenewedFrame {
  readonly type: 'renewed';
  readonly id?: string;
  /** Epoch second at which the token ends. */
  readonly expires: number;
}

/** In place of a page: the cursor cannot be continued from. What is still there begins with `oldest`. */
export interface ResetFrame {
  readonly type: 'reset';
  readonly id?: string;
  readonly reason: ResetReason;
  readonly epoch: string;
  /** One above the head if nothing is left. */
  readonly oldest: Sequence;
  readonly head: Sequence;
}

/** The request with this id failed; the socket stays open. */
export interface ErrorFrame {
  readonly type: 'error';
  readonly id?: string;
  readonly code: Code;
  readonly message: string;
  readonly errors?: readonly Violation[];
  /** With RATE_LIMITED: after how many seconds to try again. */
  readonly retryAfterSeconds?: number;
}

/** Everything that the hub may send. */
export type HubFrame<Event> =
  | SubscribedFrame
  | EventsFrame<Event>
  | SyncedFrame
  | AckedFrame
  | RenewedFrame
  | ResetFrame
  | ErrorFrame;

/** The text of an `events` frame around events that are JSON already: they are never parsed on their way. */
export function eventsFrame(
  range: Pick<EventsFrame<never>, 'from' | 'through' | 'replay'>,
  events: readonly string[],
): string {
  return `{"type":"events","from":${range.from},"through":${range.through},"replay":${range.replay},"events":[${events.join(',')}]}`;
}

/** Bytes of an `events` frame that are not events: the longest numbers, and room. */
export const FRAME_OVERHEAD_BYTES = 160;
