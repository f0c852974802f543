import type { TokenReason } from '../delivery/options.ts';
import type { Web } from '../live/web.ts';
import type { AbortSignalLike } from '../publish/platform.ts';
import type { PublishSurroundings } from '../publish/time-limit.ts';
import type { PublishTiming } from '../publish/timing.ts';

/** How to ask a hub over HTTP. */
export interface HubClientOptions {
  /** The hub's `apiUrl`: https, or http for this machine. */
  readonly apiUrl: string;
  /** Gives an access token (a JWT). It is kept until shortly before its `exp`, or until the hub refuses it. */
  readonly token: (reason: TokenReason) => string | PromiseLike<string>;
  /** @default the global `fetch` */
  readonly fetch?: Web['fetch'];
  /** What is absent is taken from the system. */
  readonly surroundings?: Partial<PublishSurroundings>;
  /**
   * How long a call may take, and how often it tries.
   * @default {@link PUBLISH_TIMING}, with a `budget` of 45 s
   */
  readonly timing?: Partial<PublishTiming>;
}

export interface CallOptions {
  /** When it is aborted, the call ends with a {@link HubError} of the code ABORTED. What was sent may have been done. */
  readonly signal?: AbortSignalLike | undefined;
}
