import type { Cursor, Filter, RecordedEvent, ResetReason } from '@tidings/contracts';
import type { ConnectionState, Status } from './connection.ts';
import type { CursorStore } from './cursor-store.ts';
import type { DeliveryError } from './delivery-error.ts';
import type { DeliveryRange } from './news.ts';
import type { Surroundings, WebSocketClass } from './surroundings.ts';
import type { Timing } from './timing.ts';

/** History was cut: events before `oldest` that had not come will never come. Delivery goes on with `oldest`. */
export interface DeliveryReset {
  readonly reason: ResetReason;
  /** The history that counts from now on. */
  readonly epoch: string;
  /** The first event that is left; one above `head` if there is none. */
  readonly oldest: number;
  readonly head: number;
  /** What had been delivered before. */
  readonly previous: Cursor | undefined;
}

/** A {@link Cursor}, also one with a plain number, out of a page of history or a link. What it holds is checked. */
export type CursorLike = Cursor | { readonly epoch: string; readonly sequence: number };

/** Why a token is asked for. A function that keeps tokens must give a new one for all but `connect`. */
export type TokenReason =
  /** A socket is about to be opened. */
  | 'connect'
  /** The token of the open socket ends soon. */
  | 'renew'
  /** The hub did not take the last one, or refused a handshake without saying why. */
  | 'refused';

interface CommonOptions {
  /** `wss://…`, the hub's `socketUrl`. The token never becomes part of it. */
  readonly url: string;
  /**
   * Gives an access token (a JWT), for each socket and before the last one ends. If it fails, it is asked again with
   * back-off. The token is not verified, and only its `exp` is read; one without is used until the hub refuses it.
   */
  readonly token: (reason: TokenReason) => string | PromiseLike<string>;
  /**
   * Whether order comes before speed. If not (default), an event is handed over as soon as it comes; one that was lost
   * before it comes after it, and while the client catches up, new ones may come before old ones. Every event once,
   * either way. If so, events come in the order of their `sequence`, always, and each gap costs a question to the hub,
   * though most gaps are other people's events.
   */
  readonly strict?: boolean;
  /**
   * Is given every event, one at a time: the next waits until the promise has settled, if there is one. Once per event
   * for as long as the client lives; after a crash, what came after the stored cursor comes again. What it throws goes
   * to `onError` and does not stop delivery, and the event is not given again: whoever must not lose it tries again
   * inside. While it is slow, no pages are asked for.
   */
  readonly onEvent: (event: RecordedEvent) => unknown;
  readonly onStatus?: (status: Status) => void;
  /** Told between the last event of before and the first of after. Never told unless history was cut. */
  readonly onReset?: (reset: DeliveryReset) => unknown;
  readonly onError?: (error: DeliveryError) => void;
  /**
   * Told what has become known of the sequence, in the order in which it did: behind the events of the stretch, and not
   * waited for. With what `onReset` tells, numbers begin anew after `oldest - 1`.
   */
  readonly onRange?: (range: DeliveryRange) => unknown;
  /**
   * The class to open sockets with. Node before 22 has none of its own: pass that of the package `ws`.
   * @default the global `WebSocket`
   */
  readonly webSocket?: WebSocketClass;
  /** What is absent is taken from the system. `openSocket` goes before `webSocket`. */
  readonly surroundings?: Partial<Surroundings>;
  readonly timing?: Partial<Timing>;
}

/** A client's own filter: the client keeps the cursor. */
export interface FilterOptions extends CommonOptions {
  readonly filter?: Filter;
  readonly subscription?: never;
  /**
   * Where to begin if the store holds nothing: after a cursor, with the `oldest` event that is left, or (default) with
   * what comes from now on.
   */
  readonly cursor?: CursorLike | 'oldest';
  /** Absent: the cursor lives as long as the client. */
  readonly cursorStore?: CursorStore;
}

/** A durable subscription: the hub keeps filter and cursor. The cursor moves by `ack` and by nothing else. */
export interface SubscriptionOptions extends CommonOptions {
  readonly subscription: string;
  readonly filter?: never;
  readonly cursor?: never;
  readonly cursorStore?: never;
}

export type DeliveryOptions = FilterOptions | SubscriptionOptions;

/** A client at work. */
export interface Delivery {
  readonly state: ConnectionState;
  /** Everything up to here has been dealt with by the handler; `undefined` until the hub has said where it begins. */
  readonly cursor: Cursor | undefined;
  /**
   * Everything up to this sequence has been dealt with: for durable subscriptions only. Takes an event's `sequence` as
   * it stands. Repeated and late calls change nothing. It is sent together with later ones, and never passes
   * {@link cursor}: an event that is still missing holds it back until it has come. After `onReset`, sequences from
   * before must not be acknowledged any more.
   * @throws TypeError without a durable subscription, or if the sequence is none
   */
  ack(sequence: number | string): void;
  /**
   * Ends it: acknowledges, closes the sockets, and calls no handler any more. No timer stays. Nothing opens it again.
   * @returns when a handler that was under way has ended and its cursor is saved
   */
  close(): Promise<void>;
}
