import { endOf, isSendable, renewalIn } from '../delivery/token.ts';
import { failed } from './publish-error.ts';
import type { PublishSurroundings } from './time-limit.ts';
import type { PublishTiming } from './timing.ts';

/** Where a client has its tokens from. */
export interface TokenSource {
  /** @throws PublishError TOKEN_FAILED, or whatever a function of the user's throws */
  get(scopes: readonly string[]): Promise<string>;
  /** The hub refuses a token: it is not to be given out again. */
  drop(token: string): void;
}

/** A token as an issuer gives it. */
export interface Grant {
  readonly token: string;
  /** Seconds that it is good for, where the issuer says it. */
  readonly expiresIn?: number | undefined;
}

interface Entry {
  readonly token: string;
  readonly renewAt: number;
  readonly endsAt: number;
}

/** Milliseconds that a token is used which does not say when it ends. Once it is refused, there is a new one anyway. */
const UNKNOWN_LIFE = 5 * 60_000;

/** Tokens by set of scopes: asked for once whoever waits for them, and renewed before they end. */
export class TokenCache implements TokenSource {
  readonly #request: (scopes: readonly string[]) => Promise<Grant>;
  readonly #timing: PublishTiming;
  readonly #surroundings: PublishSurroundings;
  readonly #entries = new Map<string, Entry>();
  readonly #underWay = new Map<string, Promise<string>>();

  constructor(
    request: (scopes: readonly string[]) => Promise<Grant>,
    timing: PublishTiming,
    surroundings: PublishSurroundings,
  ) {
    this.#request = request;
    this.#timing = timing;
    this.#surroundings = surroundings;
  }

  async get(scopes: readonly string[]): Promise<string> {
    const key = [...new Set(scopes)].sort().join(' ');
    const entry = this.#entries.get(key);
    const now = this.#surroundings.now();
    if (entry !== undefined && now < entry.renewAt) return entry.token;
    try {
      return await this.#renew(key);
    } catch (error) {
      // It was early: what is left of the old one is enough for now.
      if (entry !== undefined && now < entry.endsAt && this.#entries.get(key) === entry) return entry.token;
      throw error;
    }
  }

  drop(token: string): void {
    for (const [key, entry] of this.#entries) if (entry.token === token) this.#entries.delete(key);
  }

  #renew(key: string): Promise<string> {
    const known = this.#underWay.get(key);
    if (known !== undefined) return known;
    const renewal = this.#ask(key).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, renewal);
    return renewal;
  }

  async #ask(key: string): Promise<string> {
    const asked = this.#surroundings.now();
    const { token, expiresIn } = await this.#request(key === '' ? [] : key.split(' '));
    const tokenEnd = expiresIn === undefined ? endOf(token) : asked + expiresIn * 1000;
    const remaining = tokenEnd === undefined ? UNKNOWN_LIFE : tokenEnd - asked;
    const renewAt = asked + renewalIn(remaining, this.#timing.tokenMargin, this.#surroundings.random());
    this.#entries.set(key, { token, renewAt, endsAt: asked + remaining });
    return token;
  }
}

/** Why a token is asked for: for a request, or because the hub has just refused the last one. */
export type PublishTokenReason = 'request' | 'refused';

export type TokenFunction = (scopes: readonly string[], reason: PublishTokenReason) => string | Promise<string>;

/** Tokens of the user's own. They are asked for at each request: who keeps them knows when they end, and whose they are. */
export class TokenFunctionSource implements TokenSource {
  readonly #token: TokenFunction;
  #refused: string | undefined;

  constructor(token: TokenFunction) {
    this.#token = token;
  }

  async get(scopes: readonly string[]): Promise<string> {
    const reason = this.#refused === undefined ? 'request' : 'refused';
    this.#refused = undefined;
    return await this.#token(scopes, reason);
  }

  drop(token: string): void {
    this.#refused = token;
  }
}

/**
 * The token, if it can stand in a header. The system's own complaint about one that cannot would quote it.
 * @throws PublishError TOKEN_FAILED
 */
export function usableToken(token: unknown): string {
  if (isSendable(token)) return token;
  const found = typeof token === 'string' ? 'a string that is empty or has other characters' : typeof token;
  throw failed('TOKEN_FAILED', `Expected a token of printable ASCII characters, found ${found}`);
}
