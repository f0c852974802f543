/**
 * - `connecting`: there is no subscription yet, or no longer
 * - `catching-up`: pages of the past are coming
 * - `live`: everything has come, and what happens comes as it happens
 * - `behind`: something must wait: the handler, the hub, or a paused subscription
 * - `closed`: for good
 */
export type ConnectionState = 'connecting' | 'catching-up' | 'live' | 'behind' | 'closed';

/** What can happen to a connection. */
export type ConnectionSignal =
  /** The hub has subscribed us. */
  | 'subscribed'
  /** A page has come and there are more. */
  | 'more'
  /** A page has come and there are none after it. */
  | 'caught-up'
  /** The next page must wait. */
  | 'held-up'
  /** There is no socket any more, or none yet. */
  | 'lost'
  | 'closed';

/** Every transition there is. A signal that a state does not name changes nothing in it. */
export const TRANSITIONS: Readonly<
  Record<ConnectionState, Readonly<Partial<Record<ConnectionSignal, ConnectionState>>>>
> = {
  connecting: { subscribed: 'catching-up', 'held-up': 'behind', lost: 'connecting', closed: 'closed' },
  'catching-up': { 'caught-up': 'live', 'held-up': 'behind', lost: 'connecting', closed: 'closed' },
  live: { more: 'catching-up', 'held-up': 'behind', lost: 'connecting', closed: 'closed' },
  behind: {
    subscribed: 'catching-up',
    more: 'catching-up',
    'caught-up': 'live',
    'held-up': 'behind',
    lost: 'connecting',
    closed: 'closed',
  },
  closed: {},
};

/** Why the state is what it is. */
export type StatusReason =
  /** The client has just been made. */
  | 'starting'
  /** The hub has answered. */
  | 'subscribed'
  | 'caught-up'
  | 'more-to-read'
  /** The handler is slower than the events; live ones were dropped, and come again by pages. */
  | 'handler-slow'
  /** The handler of a durable subscription failed; the event that it failed at comes again. */
  | 'handler-failed'
  /** The hub has told us to wait. */
  | 'rate-limited'
  /** The durable subscription is paused: nothing is delivered, nothing is lost. */
  | 'subscription-paused'
  /** The hub failed to answer; the question is asked again. */
  | 'hub-failed'
  /** The socket was closed from outside. */
  | 'socket-closed'
  /** The handshake came to nothing: the network, or the token was refused. */
  | 'handshake-refused'
  /** An answer did not come in time. */
  | 'hub-silent'
  /** The token has ended, or the hub does not take it. */
  | 'token-refused'
  /** The token function failed. */
  | 'token-failed'
  /** The socket could not be made at all; see the error. */
  | 'socket-failed'
  /** What came was no frame. */
  | 'protocol-broken'
  /** The cursor could not be loaded; that is tried again, because to guess it would be to lose events. */
  | 'store-failed'
  /** By `close`. */
  | 'closed'
  /** The hub refuses for good; see the error. */
  | 'refused';

/** What `onStatus` is told. */
export interface Status {
  readonly state: ConnectionState;
  readonly previous: ConnectionState;
  readonly reason: StatusReason;
  /** In how many milliseconds there will be another try, where that is known. */
  readonly retryMilliseconds?: number;
}

/** The state machine, and who is told of it. */
export class Connection {
  readonly #onStatus: (status: Status) => void;
  #state: ConnectionState = 'connecting';

  constructor(onStatus: (status: Status) => void) {
    this.#onStatus = onStatus;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Says what has happened. Told on: every change of state, and every new reason to wait in the same one. */
  signal(signal: ConnectionSignal, reason: StatusReason, retryMilliseconds?: number): void {
    const previous = this.#state;
    const state = TRANSITIONS[previous][signal];
    if (state === undefined) return;
    this.#state = state;
    this.#onStatus({ state, previous, reason, ...(retryMilliseconds !== undefined && { retryMilliseconds }) });
  }
}
