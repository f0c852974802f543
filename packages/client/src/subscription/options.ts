import type { Cursor, Filter } from '@tidings/contracts';
import type {
  DeliveryError,
  DeliveryReset,
  Status,
  Surroundings,
  Timing,
  TokenReason,
  WebSocketClass,
} from '../delivery/index.ts';
import type { TidingsEvent } from '../events/typed-events.ts';
import type { AbortSignalLike, Web } from '../live/web.ts';

/** What `TidingsSubscription` can be told. */
export interface TidingsSubscriptionOptions {
  /** `https://…`, the hub's `apiUrl`. */
  readonly apiUrl: string;
  /** The name of the durable subscription. */
  readonly name: string;
  /** Gives an access token (a JWT) with the environment's scope for reading, and with `subscriptions:write` to create. */
  readonly token: (reason: TokenReason) => string | PromiseLike<string>;
  /**
   * How events come: `pull` asks for pages over HTTP, more rarely while there are none; over a `socket` they come as they
   * happen.
   * @default 'pull'
   */
  readonly transport?: 'pull' | 'socket';
  /** `wss://…`, the hub's `socketUrl`: for the transport `socket`. */
  readonly url?: string;
  /**
   * Most events that are handled at the same time. With 1, each begins after the one before is done.
   * @default 1
   */
  readonly concurrency?: number;
  /**
   * Is given each event, at least once, in their order. When it returns, or its promise resolves, the event is done and
   * will be acknowledged; when it throws or rejects, the event and what follows come again after a while.
   * @default events are for {@link TidingsSubscription.deliveries}
   */
  readonly onEvent?: (event: TidingsEvent) => unknown;
  /** Creates the subscription if there is none of the name. One that exists stays as it is. */
  readonly create?: {
    readonly filter?: Filter;
    /** @default what comes from now on */
    readonly cursor?: Cursor | 'oldest';
  };
  readonly onStatus?: (status: Status) => void;
  /** Told that history was cut, before the first event of after; perhaps more than once. */
  readonly onReset?: (reset: DeliveryReset) => unknown;
  /**
   * Told of what went wrong.
   * @default `console.error`
   */
  readonly onError?: (error: DeliveryError) => void;
  /** When it is aborted, the consumer stops as by `stop()`. */
  readonly signal?: AbortSignalLike;
  /**
   * Most events in a page that is pulled, up to 1000.
   * @default 100
   */
  readonly limit?: number;
  /** Milliseconds between two questions while there are no events: from `least`, doubling up to `most`, a little less by chance. */
  readonly idle?: { readonly least?: number; readonly most?: number };
  /** @default the global `WebSocket`; Node before 22 has none */
  readonly webSocket?: WebSocketClass;
  /** @default the global `fetch` */
  readonly fetch?: Web['fetch'];
  readonly surroundings?: Partial<Surroundings>;
  readonly timing?: Partial<Timing>;
}

export interface StopOptions {
  /**
   * Milliseconds to wait for handlers at most. What is not done by then comes again in the next life.
   * @default for as long as they take
   */
  readonly timeout?: number;
}
