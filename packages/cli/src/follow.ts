import {
  createDelivery,
  type Delivery,
  type DeliveryError,
  type DeliveryReset,
  type SocketEvents,
  type Status,
  type StatusReason,
  type Timing,
  type TokenReason,
} from '@tidings/client';
import { asSequence, type Cursor, type Filter, isTidingsError, type RecordedEvent } from '@tidings/contracts';
import type { AccessToken } from './access-token.ts';
import { adviceFor } from './advice.ts';
import { troubleOf, WAITS } from './connection-trouble.ts';
import { formatCursor } from './cursor-text.ts';
import { explainRefusal } from './explain-refusal.ts';
import { Failure, Unreachable } from './failure.ts';
import type { Target } from './target.ts';
import { hasEnded, type Tokens } from './tokens.ts';
import { openWebSocket, type SocketEnd } from './web-socket.ts';

/** Tries until the first success, if the hub is there but in trouble. */
const FIRST_TRIES = 4;

const NOBODY = { notes: ['Check that the hub runs, and that "socketUrl" of the target is its address'] };

/** What to follow: a filter of one's own, from a place on, or a durable subscription. */
export type Followed =
  | { readonly filter: Filter; readonly start: Cursor | 'oldest' | undefined }
  | { readonly subscription: string };

export interface FollowOptions {
  readonly target: Target;
  readonly followed: Followed;
  readonly tokens: Tokens;
  /** Deals with an event; the next waits for it. */
  readonly onEvent: (event: RecordedEvent, delivery: Delivery) => Promise<void> | void;
  /** Tells the user what happens, a line at a time. */
  readonly onStatus: (status: string) => void;
  readonly stop: AbortSignal;
  readonly timing?: Partial<Timing>;
}

/**
 * Follows events until it is stopped, each once and in order: over as many sockets and with as many tokens as it takes.
 * @returns the cursor to go on with, if the hub has told one
 * @throws Unreachable when nobody answers at first
 * @throws Failure when the hub refuses, or a token ends that cannot be renewed
 */
export async function follow(options: FollowOptions): Promise<Cursor | undefined> {
  const { stop } = options;
  const follower = new Follower(options);
  const stopped = new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    await Promise.race([stopped, follower.failed]);
  } finally {
    await follower.close();
  }
  return follower.cursor;
}

class Follower {
  readonly #options: FollowOptions;
  readonly #delivery: Delivery;
  readonly #refuse: (error: unknown) => void;
  /** Rejects when going on has no use. */
  readonly failed: Promise<never>;
  #token: AccessToken | undefined;
  /** Whether the last token that was asked for was another than the one before. */
  #isNewToken = false;
  #tokenTimer: NodeJS.Timeout | undefined;
  #end: SocketEnd | undefined;
  /** Begins at the head, and has not been live yet. */
  #isFromNow: boolean;
  #hasBeenLive = false;
  #failures = 0;
  /** The first event that came too late to be dealt with. */
  #skipped: number | undefined;

  constructor(options: FollowOptions) {
    this.#options = options;
    let refuse: (error: unknown) => void = () => undefined;
    this.failed = new Promise((_, reject) => {
      refuse = reject;
    });
    this.#refuse = refuse;
    const { target, followed, timing } = options;
    this.#isFromNow = 'filter' in followed && followed.start === undefined;
    const common = {
      url: target.socketUrl,
      strict: true,
      token: (reason: TokenReason) => this.#nextToken(reason),
      onEvent: (event: RecordedEvent) => this.#handle(event),
      onStatus: (status: Status) => this.#tell(status),
      onReset: (reset: DeliveryReset) => this.#tellReset(reset),
      onError: (error: DeliveryError) => this.#judge(error),
      surroundings: {
        openSocket: (url: string, protocols: readonly string[], events: SocketEvents) =>
          openWebSocket(url, protocols, events, (end) => {
            this.#end = end;
          }),
      },
      ...(timing !== undefined && { timing }),
    };
    this.#delivery = createDelivery(
      'subscription' in followed
        ? { ...common, subscription: followed.subscription }
        : { ...common, filter: followed.filter, ...(followed.start !== undefined && { cursor: followed.start }) },
    );
  }

  /** Everything up to here has been dealt with. */
  get cursor(): Cursor | undefined {
    const { cursor } = this.#delivery;
    if (cursor === undefined || this.#skipped === undefined) return cursor;
    return { ...cursor, sequence: asSequence(Math.min(cursor.sequence, this.#skipped - 1)) };
  }

  async close(): Promise<void> {
    clearTimeout(this.#tokenTimer);
    await this.#delivery.close();
  }

  #handle(event: RecordedEvent): Promise<void> | void {
    const { stop, onEvent } = this.#options;
    if (!stop.aborted) return onEvent(event, this.#delivery);
    // It was on its way already when the user stopped: it is for the next time.
    this.#skipped ??= Number(event.sequence);
  }

  async #nextToken(reason: TokenReason): Promise<string> {
    const { tokens } = this.#options;
    try {
      const token = await tokens.next(reason !== 'connect');
      this.#isNewToken = token.text !== this.#token?.text;
      this.#token = token;
      if (!tokens.isRenewable) this.#endWith(token);
      return token.text;
    } catch (error) {
      if (!(error instanceof Unreachable && this.#hasBeenLive)) this.#refuse(error);
      throw error;
    }
  }

  /** The user's own token cannot be followed by another. */
  #endWith(token: AccessToken): void {
    const { expiresAt } = token;
    if (expiresAt === undefined || this.#tokenTimer !== undefined) return;
    const fail = (): void => {
      if (!hasEnded(token)) {
        // Longer than a timer can wait, which is 24 days.
        this.#tokenTimer = setTimeout(fail, Math.min(expiresAt.getTime() - Date.now(), 2 ** 31 - 1));
        return;
      }
      this.#refuse(new Failure(`the token has ended (${expiresAt.toISOString()}): pass a new one`));
    };
    fail();
  }

  #tell({ state, previous, reason, retryMilliseconds }: Status): void {
    const { onStatus, target } = this.#options;
    switch (state) {
      case 'connecting':
        if (reason === 'starting') onStatus(`connecting to ${target.socketUrl}`);
        else void this.#lost(reason, retryMilliseconds ?? 0);
        break;
      case 'catching-up':
        if (previous === 'connecting' && !this.#isFromNow) {
          onStatus('catching up');
        }
        break;
      case 'live':
        // How far the printing has come, which is behind while pages of the past are printed, only confuses.
        if (previous !== 'live') onStatus(this.#isFromNow ? `live after ${this.cursor?.sequence}` : 'live');
        this.#isFromNow = false;
        this.#hasBeenLive = true;
        this.#failures = 0;
        break;
      case 'behind':
        if (WAITS[reason] !== undefined) onStatus(WAITS[reason]);
        break;
      case 'closed':
        break;
    }
  }

  async #lost(reason: StatusReason, retryMilliseconds: number): Promise<void> {
    const { onStatus, target, tokens } = this.#options;
    const end = this.#end;
    this.#end = undefined;
    this.#failures += 1;
    const trouble = troubleOf(reason, end, target);
    onStatus(`${trouble}; trying again in ${(retryMilliseconds / 1000).toFixed(1)} s`);
    if (end?.kind === 'refused' && (end.status === 401 || end.status === 403)) {
      const token = this.#token;
      // One that was kept from before may have ended by other means than time: the client asks for another.
      if (token === undefined || (tokens.isRenewable && !this.#isNewToken)) return;
      await explainRefusal(end.status, target, token).then((why) => this.#refuse(why), this.#refuse);
      return;
    }
    if (this.#hasBeenLive) return;
    const passes = end?.kind === 'refused' && (end.status === 429 || end.status >= 500);
    if (end?.kind === 'lost' && reason === 'handshake-refused') {
      this.#refuse(new Unreachable(`the hub does not answer at ${target.socketUrl} (${end.reason})`, NOBODY));
    } else if ((end?.kind === 'refused' && !passes) || this.#failures >= FIRST_TRIES) {
      this.#refuse(new Failure(trouble));
    }
  }

  #tellReset({ reason, oldest, head, previous }: DeliveryReset): void {
    const before = previous === undefined ? '' : ` after ${formatCursor(previous)}`;
    const left = oldest > head ? 'nothing is left' : `what is left begins with ${oldest}`;
    this.#options.onStatus(`history was cut${before} (${reason}): ${left}`);
  }

  #judge({ code, message, cause }: DeliveryError): void {
    const { onStatus } = this.#options;
    if (code === 'HANDLER_FAILED') this.#refuse(cause);
    else if (code === 'HUB_REFUSED') {
      const problem = isTidingsError(cause) ? cause : undefined;
      const advice = problem === undefined ? undefined : adviceFor(problem.code);
      const why = problem === undefined ? message : `${problem.code}: ${problem.message}`;
      const failure = new Failure(`the hub answers ${why}`, { notes: advice === undefined ? [] : [advice] });
      // Whether it is for good shows in the state, which follows.
      queueMicrotask(() => {
        if (this.#delivery.state === 'closed') this.#refuse(failure);
        else onStatus(failure.message);
      });
    } else if (code !== 'TOKEN_FAILED') onStatus(message);
  }
}
