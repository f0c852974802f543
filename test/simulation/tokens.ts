import { asTenantId, TidingsError } from '@tidings/contracts';
import type { Identity } from '../../lambdas/core/identity.ts';

/** The issuer: hands out tokens, and says what one is worth. */
export class Tokens {
  readonly #issued = new Map<string, Identity>();

  issue(identity: Omit<Identity, 'tenant'> & { readonly tenant: string }): string {
    const payload = Buffer.from(JSON.stringify({ exp: identity.expiresAt })).toString('base64url');
    const token = `header.${payload}.${this.#issued.size + 1}`;
    this.#issued.set(token, { ...identity, tenant: asTenantId(identity.tenant) });
    return token;
  }

  /** @param now what the verifier takes for the time, epoch milliseconds */
  verify(token: string, now: number): Identity {
    const identity = this.#issued.get(token);
    if (identity === undefined) throw new TidingsError('TOKEN_SIGNATURE_INVALID', 'Nobody has issued this token');
    if (identity.expiresAt * 1000 <= now) throw new TidingsError('TOKEN_EXPIRED', 'The token has expired');
    return identity;
  }
}
