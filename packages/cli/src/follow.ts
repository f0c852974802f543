import { setTimeout as sleep } from 'node:timers/promises';
import type { EventsFrame, RecordedEvent, SubscribedFrame } from '@tidings/contracts';
import type { AccessToken } from './access-token.ts';
import { Deliveries } from './deliveries.ts';
import { explainRefusal } from './explain-refusal.ts';
import { Failure, Unreachable } from './failure.ts';
import { type Ending, type LiveSocket, openLiveSocket } from './live-socket.ts';
import type { Target } from './target.ts';
import { harmless } from './terminal.ts';

/** How long things take, in milliseconds. */
export interface Timing {
  /** Longest wait for an answer. */
  readonly patience: number;
  /** First and longest pause before another try; each lies between half of it and the whole. */
  readonly pause: { readonly first: number; readonly longest: number };
  /** A socket is replaced before it is so old. */
  readonly socketAge: number;
  /** So long the socket that was replaced may still deliver what is under way. */
  readonly overlap: number;
}

const TIMING: Timing = {
  patience: 10_000,
  pause: { first: 500, longest: 30_000 },
  // API Gateway ends a socket after two hours. Source: API Gateway quotas, WebSocket API.
  socketAge: 110 * 60_000,
  overlap: 5_000,
};

/** Tries until the first success, if the hub is there but in trouble. */
const FIRST_TRIES = 4;

/** What to follow. */
export interface FollowOptions {
  readonly target: Target;
  /** Patterns of types; none asks for all. */
  readonly types: readonly string[];
  /** Gives a new token for each socket; or the user's own, which cannot be renewed. */
  readonly tokens: { readonly isRenewable: boolean; readonly next: () => Promise<AccessToken> };
  readonly onEvent: (event: RecordedEvent) => void;
  /** Tells the user what happens, a line at a time. */
  readonly onStatus: (status: string) => void;
  readonly stop: AbortSignal;
  readonly timing?: Partial<Timing>;
}

/**
 * Follows live events until it is stopped: connects again when a socket is lost, and replaces a socket before its
 * token or its time ends, the new one first.
 * @throws Unreachable when nobody answers at first
 * @throws Failure when the hub refuses, or a token ends that cannot be renewed
 */
export async function follow(options: FollowOptions): Promise<void> {
  const follower = new Follower(options);
  try {
    await follower.run();
  } finally {
    follower.close();
  }
}

class Follower {
  readonly #options: FollowOptions;
  readonly #timing: Timing;
  readonly #deliveries = new Deliveries();
  readonly #open = new Set<LiveSocket>();
  /** One for all waits: a listener for each would pile up on the signal. */
  readonly #stopped: Promise<undefined>;
  #hasBeenLive = false;
  #failures = 0;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#stopped = stopped(options.stop);
    this.#timing = { ...TIMING, ...options.timing };
  }

  async run(): Promise<void> {
    const { stop, onStatus } = this.#options;
    while (!stop.aborted) {
      const trouble = await this.#liveOnce();
      if (trouble === undefined || stop.aborted) continue;
      this.#failures += 1;
      const pause = this.#pause();
      onStatus(`${trouble}; trying again in ${(pause / 1000).toFixed(1)} s`);
      await sleep(pause, undefined, { signal: stop }).catch(() => undefined);
    }
  }

  close(): void {
    for (const socket of this.#open) socket.close();
  }

  /** The life of one socket. @returns what went wrong; nothing if it is time for the next */
  async #liveOnce(): Promise<string | undefined> {
    const { target, types, tokens, onStatus, stop } = this.#options;
    const isOverlap = this.#open.size > 0;
    if (!isOverlap) onStatus(`connecting to ${target.socketUrl}`);
    try {
      const token = await Promise.race([tokens.next(), this.#stopped]);
      if (token === undefined) return undefined;
      const patienceMilliseconds = this.#timing.patience;
      const onEvents = (frame: EventsFrame<RecordedEvent>) => this.#deliver(frame);
      const socket = openLiveSocket({ url: target.socketUrl, token, types, onEvents, patienceMilliseconds });
      const earlier = [...this.#open];
      this.#open.add(socket);
      void socket.ended.then(() => this.#open.delete(socket));
      const first = await Promise.race([socket.subscribed, this.#stopped]);
      if (first === undefined) return undefined;
      if ('kind' in first) return await this.#troubleOf(first, token, false);
      this.#begin(first, isOverlap && earlier.some((other) => this.#open.has(other)));
      this.#retire(earlier);
      return await this.#listen(socket, token);
    } catch (error) {
      if (stop.aborted) return undefined;
      if (error instanceof Unreachable && this.#hasBeenLive) return error.message;
      throw error;
    }
  }

  #begin(subscribed: SubscribedFrame, isOverlap: boolean): void {
    const { onStatus } = this.#options;
    const { isOtherLog, missed } = this.#deliveries.begin(subscribed, isOverlap);
    if (isOtherLog) onStatus('the hub has another log than before: numbers begin again');
    if (missed !== undefined) {
      const { after, through } = missed;
      onStatus(`what came for you from ${after + 1} to ${through} is not shown; GET /events?after=${after} has it`);
    }
    if (!isOverlap) onStatus(`live at head ${subscribed.head}`);
    this.#hasBeenLive = true;
    this.#failures = 0;
  }

  #deliver(frame: EventsFrame<RecordedEvent>): void {
    for (const event of this.#deliveries.take(frame)) {
      if (this.#options.stop.aborted) return;
      this.#options.onEvent(event);
    }
  }

  /** Closes the sockets that another has replaced, once what is under way on them has arrived. */
  #retire(sockets: readonly LiveSocket[]): void {
    if (sockets.length === 0) return;
    setTimeout(() => {
      for (const socket of sockets) socket.close();
    }, this.#timing.overlap).unref();
  }

  /** Waits for the end of a socket, or for the time to replace it. */
  async #listen(socket: LiveSocket, token: AccessToken): Promise<string | undefined> {
    const { tokens } = this.#options;
    const over = new AbortController();
    const dueIn = this.#dueIn(token);
    const due = sleep(dueIn, 'due' as const, { signal: over.signal }).catch(() => undefined);
    const outcome = await Promise.race([socket.ended, due, this.#stopped]);
    over.abort();
    if (outcome === undefined) return undefined;
    if (outcome !== 'due') return this.#troubleOf(outcome, token, true);
    if (!tokens.isRenewable && hasEnded(token)) {
      throw new Failure(`the token has ended (${token.expiresAt?.toISOString()}): pass a new one`);
    }
    return undefined;
  }

  /** Milliseconds until a socket should be replaced. */
  #dueIn({ expiresAt }: AccessToken): number {
    if (expiresAt === undefined) return this.#timing.socketAge;
    const left = Math.max(0, expiresAt.getTime() - Date.now());
    // A fifth of its life is kept for getting the next, but no more than a minute; never so little that it spins.
    const usable = this.#options.tokens.isRenewable ? Math.max(left - 60_000, left * 0.8, 500) : left;
    return Math.min(usable, this.#timing.socketAge);
  }

  async #troubleOf(ending: Ending, token: AccessToken, wasLive: boolean): Promise<string | undefined> {
    const { target, tokens } = this.#options;
    switch (ending.kind) {
      case 'closed':
        return undefined;
      case 'lost':
        if (wasLive) return `connection lost (${ending.reason})`;
        throw new Unreachable(`the hub does not answer at ${target.socketUrl} (${ending.reason})`);
      case 'error': {
        const message = harmless(`${ending.code}: ${ending.message}`);
        const passes = ending.code === 'INTERNAL_ERROR' || (tokens.isRenewable && ending.code === 'TOKEN_EXPIRED');
        return this.#unlessFinal(passes, `the hub answers ${message}`);
      }
      case 'refused':
        if (ending.status === 401 || ending.status === 403) throw await explainRefusal(ending.status, target, token);
        return this.#unlessFinal(
          ending.status === 429 || ending.status >= 500,
          `expected a WebSocket at ${target.socketUrl}, found an answer ${ending.status}`,
        );
    }
  }

  #unlessFinal(passes: boolean, trouble: string): string {
    if (passes && (this.#hasBeenLive || this.#failures + 1 < FIRST_TRIES)) return trouble;
    throw new Failure(trouble);
  }

  #pause(): number {
    const { first, longest } = this.#timing.pause;
    return Math.min(longest, first * 2 ** (this.#failures - 1)) * (0.5 + Math.random() / 2);
  }
}

const hasEnded = ({ expiresAt }: AccessToken): boolean => expiresAt !== undefined && expiresAt.getTime() <= Date.now();

const stopped = (stop: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (stop.aborted) resolve(undefined);
    else stop.addEventListener('abort', () => resolve(undefined), { once: true });
  });
