import type { TokenReason } from '@tidings/client';
import type { Configuration } from '../configuration.ts';
import { type Identity, identityOf } from './identity.ts';
import { type Persona, personaToken } from './persona.ts';

/** Whether there are tokens: `expired` when there is none any more, and somebody must sign in again. */
export type SessionState = 'active' | 'expired';

/** A token that ends within this time is not begun with: it could end on its way. */
const ENDS_SOON_MILLISECONDS = 10_000;

/** Gives tokens. `isNew` asks for another than the last one. @throws SignedOut when there is none to be had */
export type TokenGiver = (isNew: boolean) => Promise<string>;

/** Nobody is signed in any more. */
export class SignedOut extends Error {
  override readonly name = 'SignedOut';
}

/** Somebody who is signed in: who they are, and tokens for as long as there are any. Tokens stay in memory. */
export class Session {
  readonly #give: TokenGiver;
  readonly #configuration: Configuration;
  readonly #listeners = new Set<() => void>();
  #token: string | undefined;
  #identity: Identity;
  #state: SessionState = 'active';
  #asking: Promise<string> | undefined;

  private constructor(configuration: Configuration, give: TokenGiver, token: string) {
    this.#configuration = configuration;
    this.#give = give;
    this.#token = token;
    this.#identity = identityOf(token, configuration.claims);
  }

  /** @throws what the giver throws */
  static async begin(configuration: Configuration, give: TokenGiver): Promise<Session> {
    return new Session(configuration, give, await give(false));
  }

  /** A session of one of the sandbox's personas. */
  static ofPersona(configuration: Configuration, persona: Persona): Promise<Session> {
    const { sandbox } = configuration;
    if (sandbox === undefined) throw new Error('Only a sandbox gives tokens for personas');
    return Session.begin(configuration, () => personaToken(sandbox.tokenUrl, persona));
  }

  /** The same object until somebody else, or a token with other claims, is there. */
  get identity(): Identity {
    return this.#identity;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** A token for the hub's clients; what `TidingsLive` and all others take as `token`. Unbound use is fine. */
  readonly token = async (reason: TokenReason = 'connect'): Promise<string> => {
    const last = this.#token;
    if (reason === 'connect' && last !== undefined && !this.#endsSoon()) return last;
    // Whoever asks meanwhile waits for the same one: an issuer may take a refresh token once only.
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return await this.#asking;
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async #ask(): Promise<string> {
    try {
      const token = await this.#give(true);
      this.#token = token;
      this.#identity = identityOf(token, this.#configuration.claims);
      this.#enter('active');
      return token;
    } catch (error) {
      if (error instanceof SignedOut) this.#enter('expired');
      throw error;
    }
  }

  #endsSoon(): boolean {
    const { expiresAt } = this.#identity;
    return expiresAt !== undefined && expiresAt - Date.now() < ENDS_SOON_MILLISECONDS;
  }

  #enter(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
