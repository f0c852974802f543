import type { ErrorFrame, RenewedFrame } from '@tidings/contracts';
import { Backoff } from './backoff.ts';
import type { Surroundings } from './surroundings.ts';
import { Timers } from './timers.ts';
import type { Timing } from './timing.ts';
import { endOf, renewalIn } from './token.ts';

export interface TokenRenewalOptions {
  readonly surroundings: Surroundings;
  readonly timing: Timing;
  readonly getToken: (succeeded: (token: string) => void, failed: () => void) => void;
  /** @returns the id of the request */
  readonly send: (token: string) => string;
  readonly onSilent: () => void;
  /** The hub does not take another token on this socket; the one it has goes on until it ends. */
  readonly onRefused: () => void;
}

/** Gives a socket a new token before its own ends. */
export class TokenRenewal {
  readonly #options: TokenRenewalOptions;
  readonly #timers: Timers<'due' | 'answer'>;
  readonly #backoff: Backoff;
  #request: string | undefined;
  #isStopped = false;

  constructor(options: TokenRenewalOptions) {
    this.#options = options;
    const { surroundings, timing } = options;
    this.#timers = new Timers(surroundings);
    this.#backoff = new Backoff({
      baseMilliseconds: timing.backoffBase,
      capMilliseconds: timing.backoffCap,
      random: () => surroundings.random(),
    });
  }

  /** Begins to watch a token. One that does not say when it ends is not renewed. */
  begin(token: string): void {
    const end = endOf(token);
    if (end !== undefined) this.#plan(end);
  }

  /** @returns whether the answer was to us */
  renewed({ id, expires }: RenewedFrame): boolean {
    if (id === undefined || id !== this.#request) return false;
    this.#request = undefined;
    this.#timers.clear('answer');
    this.#plan(expires * 1000);
    return true;
  }

  /** @returns whether the error was for us */
  refused({ id }: ErrorFrame): boolean {
    if (id === undefined || id !== this.#request) return false;
    this.#request = undefined;
    this.#timers.clear('answer');
    this.#options.onRefused();
    return true;
  }

  stop(): void {
    this.#isStopped = true;
    this.#timers.stop();
  }

  #plan(end: number): void {
    const { surroundings, timing } = this.#options;
    const remaining = end - surroundings.now();
    // A token that has ended already as it comes: old, or our clock is ahead. Either way, not too often.
    const hasTime = remaining > timing.backoffBase;
    if (hasTime) this.#backoff.reset();
    const wait = hasTime ? renewalIn(remaining, timing.tokenMargin, surroundings.random()) : this.#waitAfterFailure();
    this.#timers.set('due', wait, () => this.#renew());
  }

  #waitAfterFailure(): number {
    return this.#options.timing.backoffBase + this.#backoff.next();
  }

  #renew(): void {
    const { getToken, send, onSilent, timing } = this.#options;
    getToken(
      (token) => {
        if (this.#isStopped) return;
        this.#request = send(token);
        this.#timers.set('answer', timing.answer, onSilent);
      },
      () => this.#timers.set('due', this.#waitAfterFailure(), () => this.#renew()),
    );
  }
}
