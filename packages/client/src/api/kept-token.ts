import type { TokenReason } from '../delivery/options.ts';
import type { Surroundings } from '../delivery/surroundings.ts';
import { endOf } from '../delivery/token.ts';

export interface KeptTokenOptions {
  readonly token: (reason: TokenReason) => string | PromiseLike<string>;
  readonly surroundings: Pick<Surroundings, 'now'>;
  /** Milliseconds before its end from which a token is not used any more. */
  readonly margin: number;
}

/** A token that is used for many requests: asked for once whoever waits for it, until it ends or the hub refuses it. */
export class KeptToken {
  readonly #options: KeptTokenOptions;
  #token: string | undefined;
  #reason: TokenReason = 'connect';
  #asking: Promise<string> | undefined;

  constructor(options: KeptTokenOptions) {
    this.#options = options;
  }

  /** @throws whatever the token function throws */
  get(): Promise<string> {
    const { surroundings, margin } = this.#options;
    const token = this.#token;
    if (token === undefined) return this.#ask(this.#reason);
    const end = endOf(token);
    return end === undefined || end - surroundings.now() > margin ? Promise.resolve(token) : this.#ask('renew');
  }

  /** The hub does not take a token: it is not given out again. */
  refuse(token: string): void {
    if (this.#token !== token) return;
    this.#token = undefined;
    this.#reason = 'refused';
  }

  /** Waits for the token function no more: it is asked anew for the next request. */
  forget(): void {
    this.#asking = undefined;
  }

  #ask(reason: TokenReason): Promise<string> {
    if (this.#asking !== undefined) return this.#asking;
    const asking = Promise.resolve()
      .then(() => this.#options.token(reason))
      .then((token) => {
        this.#token = token;
        this.#reason = 'connect';
        return token;
      })
      .finally(() => {
        if (this.#asking === asking) this.#asking = undefined;
      });
    this.#asking = asking;
    return asking;
  }
}
