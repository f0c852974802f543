import type { FilterOptions } from '../delivery/index.ts';
import type { AbortSignalLike, Web } from './web.ts';

/** What `TidingsLive` can be told. */
export interface TidingsLiveOptions
  extends Omit<FilterOptions, 'onEvent' | 'onStatus' | 'onReset' | 'onError' | 'onRange' | 'subscription'> {
  /**
   * `https://…`, the hub's `apiUrl`: an event that is too large for a socket is fetched from there, with the same token,
   * before handlers see it. It takes the environment's scope for reading.
   * @default such an event comes without `data`, and with the URL of the whole in `dataref`
   */
  readonly apiUrl?: string;
  /**
   * To fetch large events with.
   * @default the global `fetch`
   */
  readonly fetch?: Web['fetch'];
}

export interface ListenOptions {
  /** When it is aborted, the handler is taken away, or the loop ends. */
  readonly signal?: AbortSignalLike;
}

export interface LoopOptions extends ListenOptions {
  /**
   * After so many events the loop ends.
   * @default it goes on until it is left, or the client is closed
   */
  readonly limit?: number;
}
