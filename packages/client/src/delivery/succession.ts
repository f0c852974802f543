import type { Cursor } from '@tidings/contracts';
import { attempt } from './attempt.ts';
import { Backoff } from './backoff.ts';
import type { Connection, StatusReason } from './connection.ts';
import { DeliveryError } from './delivery-error.ts';
import type { Intake } from './intake.ts';
import { Link, type LinkOwner } from './link.ts';
import type { TokenReason } from './options.ts';
import type { Wish } from './paging.ts';
import type { Surroundings } from './surroundings.ts';
import { Timers } from './timers.ts';
import type { Timing } from './timing.ts';

export interface SuccessionOptions {
  readonly url: string;
  readonly wish: Wish;
  readonly token: (reason: TokenReason) => string | PromiseLike<string>;
  readonly connection: Connection;
  readonly intake: Intake;
  readonly surroundings: Surroundings;
  readonly timing: Timing;
  readonly report: (error: DeliveryError) => void;
  /** The hub refuses for good. */
  readonly onRefused: (error: DeliveryError) => void;
  readonly onSubscribed: () => void;
  readonly onCaughtUp: () => void;
  readonly onAcknowledged: (cursor: Cursor) => void;
}

/** Sockets are replaced up to a tenth early, so that those that were opened together are not replaced together. */
const LIFE_JITTER = 0.1;

/**
 * One link after the other. A link that is lost is followed by another after a wait. One that must end soon is
 * followed first: the next one connects and catches up, and only then the old one is closed, so that there is no gap;
 * both feed the same intake, so that there is no repeat.
 */
export class Succession implements LinkOwner {
  readonly #options: SuccessionOptions;
  readonly #timers: Timers<'connect' | 'stable' | 'hand-over'>;
  /** One for each token that has been asked for and not come. */
  readonly #patience = new Set<Timers<'token'>>();
  readonly #backoff: Backoff;
  #current: Link | undefined;
  /** Takes the place of the current one as soon as it has caught up. */
  #next: Link | undefined;
  #isStopped = false;
  #isPreparing = false;
  #tokenReason: TokenReason = 'connect';
  /** Why a token is asked for when the current link is to be replaced. */
  #handOverReason: TokenReason = 'connect';

  constructor(options: SuccessionOptions) {
    this.#options = options;
    const { surroundings, timing } = options;
    this.#timers = new Timers(surroundings);
    this.#backoff = new Backoff({
      baseMilliseconds: timing.backoffBase,
      capMilliseconds: timing.backoffCap,
      random: () => surroundings.random(),
    });
  }

  get current(): Link | undefined {
    return this.#current;
  }

  connect(): void {
    const reason = this.#tokenReason;
    this.#askToken(
      reason,
      (token) => {
        this.#tokenReason = 'connect';
        this.#current = this.#createLink(token);
        this.#limitLife();
        this.#current.open();
      },
      () => this.#connectLater('token-failed'),
    );
  }

  /** Time may have passed unnoticed: asks the hub now, and if there is no socket, does not wait to open one. */
  wake(): void {
    if (this.#timers.has('connect')) {
      this.#timers.clear('connect');
      this.connect();
    } else this.#current?.askPage();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timers.stop();
    for (const patience of this.#patience) patience.stop();
    this.#current?.close();
    this.#next?.close();
    this.#current = this.#next = undefined;
  }

  subscribed(link: Link): void {
    if (link === this.#current) this.#options.connection.signal('subscribed', 'subscribed');
    this.#options.onSubscribed();
  }

  caughtUp(link: Link): void {
    if (link === this.#next) this.#promoteSubscribed();
    if (link !== this.#current) return;
    const { connection, timing, onCaughtUp } = this.#options;
    if (!this.#timers.has('stable')) this.#timers.set('stable', timing.stable, () => this.#backoff.reset());
    connection.signal('caught-up', 'caught-up');
    onCaughtUp();
  }

  more(link: Link): void {
    if (link === this.#current) this.#options.connection.signal('more', 'more-to-read');
  }

  heldUp(link: Link, reason: StatusReason, retryMilliseconds?: number): void {
    if (link === this.#current) this.#options.connection.signal('held-up', reason, retryMilliseconds);
  }

  wasReset(link: Link): void {
    if (link === this.#next) this.#promoteSubscribed();
    if (this.#next === undefined) return;
    this.#next.close();
    this.#next = undefined;
    this.#handOverLater();
  }

  lost(link: Link, reason: StatusReason): void {
    const isRefused = reason === 'token-refused' || reason === 'handshake-refused';
    if (link === this.#next) {
      this.#next = undefined;
      if (isRefused) this.#handOverReason = 'refused';
      this.#handOverLater();
    }
    if (link !== this.#current) return;
    this.#current = undefined;
    this.#timers.clear('stable');
    if (isRefused) this.#tokenReason = 'refused';
    const next = this.#next;
    if (next === undefined) {
      this.#connectLater(reason);
      return;
    }
    this.#promote();
    const { connection } = this.#options;
    connection.signal('lost', reason);
    if (next.isSubscribed) connection.signal('subscribed', 'subscribed');
  }

  needsReplacement(link: Link): void {
    if (link !== this.#current) return;
    this.#handOverReason = 'refused';
    this.#handOver();
  }

  refused(error: DeliveryError): void {
    this.#options.onRefused(error);
  }

  report(error: DeliveryError): void {
    this.#options.report(error);
  }

  acknowledged(cursor: Cursor): void {
    this.#options.onAcknowledged(cursor);
  }

  getToken(succeeded: (token: string) => void, failed: () => void): void {
    this.#askToken('renew', succeeded, failed);
  }

  #connectLater(reason: StatusReason): void {
    const wait = this.#backoff.next();
    this.#timers.clear('hand-over');
    this.#timers.set('connect', wait, () => this.connect());
    this.#options.connection.signal('lost', reason, wait);
  }

  /** Begins to replace the current link, unless that has begun. */
  #handOver(): void {
    if (this.#isStopped || this.#isPreparing || this.#next !== undefined || this.#current === undefined) return;
    this.#isPreparing = true;
    this.#askToken(
      this.#handOverReason,
      (token) => {
        this.#isPreparing = false;
        this.#handOverReason = 'connect';
        // The current one was lost meanwhile, and is being followed already.
        if (this.#current === undefined) return;
        this.#next = this.#createLink(token);
        this.#next.open();
      },
      () => {
        this.#isPreparing = false;
        this.#handOverLater();
      },
    );
  }

  #handOverLater(): void {
    const { timing } = this.#options;
    this.#timers.set('hand-over', timing.backoffBase + this.#backoff.next(), () => this.#handOver());
  }

  /** The current one may never have been subscribed: its answer may still be missing when the next has overtaken it. */
  #promoteSubscribed(): void {
    this.#promote();
    this.#options.connection.signal('subscribed', 'subscribed');
  }

  #promote(): void {
    const former = this.#current;
    this.#current = this.#next;
    this.#next = undefined;
    former?.close();
    this.#limitLife();
  }

  #limitLife(): void {
    const { timing, surroundings } = this.#options;
    const life = timing.socketLife * (1 - LIFE_JITTER * surroundings.random());
    this.#timers.set('hand-over', life, () => this.#handOver());
  }

  #createLink(token: string): Link {
    const { url, wish, intake, surroundings, timing } = this.#options;
    return new Link({ url, token, wish, intake, owner: this, surroundings, timing });
  }

  /** Asks the user for a token; one that takes too long has failed, and changes nothing if it comes all the same. */
  #askToken(reason: TokenReason, succeeded: (token: string) => void, failed: () => void): void {
    let isOver = false;
    const end = (act: () => void): void => {
      if (isOver || this.#isStopped) return;
      isOver = true;
      this.#patience.delete(patience);
      patience.stop();
      act();
    };
    const fail = (cause: unknown): void =>
      end(() => {
        this.report(new DeliveryError('TOKEN_FAILED', 'The token function gave no token', { cause }));
        if (!this.#isStopped) failed();
      });
    const { token, timing, surroundings } = this.#options;
    const patience = new Timers<'token'>(surroundings);
    this.#patience.add(patience);
    patience.set('token', timing.attempt, () => fail(new Error(`Nothing came within ${timing.attempt} ms`)));
    attempt(
      () => token(reason),
      (text) => {
        if (typeof text === 'string' && text !== '') end(() => succeeded(text));
        else fail(new TypeError('Expected a token, found none'));
      },
      fail,
    );
  }
}
