import {
  type ACCESS_OPTIONS,
  type AccessToken,
  type CLAIM_OPTIONS,
  getToken,
  readClaims,
  readCredentials,
  readOwnToken,
  type TOKEN_OPTION,
  type WantedClaims,
} from './access-token.ts';
import type { Arguments } from './arguments.ts';
import type { Target } from './target.ts';
import type { Terminal } from './terminal.ts';

/** Reading events takes it. */
export const READ_SCOPE = 'events:read';

/** Creating, changing and deleting durable subscriptions takes it. */
export const MANAGE_SCOPE = 'subscriptions:write';

/** Whose events are made and read where nobody says. */
export const DEFAULT_TENANT = 'acme';

/** Who reads them, in the sandbox. */
export const DEFAULT_USER = 'alice';

/** Gives tokens to a command that may need several, one after the other. */
export interface Tokens {
  /** Whether a token that has ended can be followed by another. The user's own cannot. */
  readonly isRenewable: boolean;
  /**
   * A token that is good for a while; the same one again until it ends soon.
   * @param isNew asks for another than the last
   * @throws Unreachable when the issuer does not answer
   * @throws Failure when it refuses
   */
  next(isNew?: boolean): Promise<AccessToken>;
}

type TokenArguments = Arguments<keyof typeof TOKEN_OPTION | keyof typeof ACCESS_OPTIONS | keyof typeof CLAIM_OPTIONS>;

/** Tokens for a command that reads: the user's own, or such as the target's issuer gives. */
export function readTokens(given: TokenArguments, terminal: Terminal, target: Target, scope: string): Tokens {
  const own = readOwnToken(given, terminal);
  if (own !== undefined) return { isRenewable: false, next: async () => own };
  const credentials = readCredentials(given, terminal, target);
  const claims = withDefaults(readClaims(given), target);
  return renewing(() => getToken(target, credentials, scope, claims));
}

/** Keeps a token until it ends soon. */
export function renewing(get: () => Promise<AccessToken>): Tokens {
  let kept: { readonly token: AccessToken; readonly renewAt: number } | undefined;
  return {
    isRenewable: true,
    async next(isNew = false) {
      if (!isNew && kept !== undefined && Date.now() < kept.renewAt) return kept.token;
      const token = await get();
      const left = token.expiresAt === undefined ? 0 : token.expiresAt.getTime() - Date.now();
      // A fifth of its life is kept for getting the next, but no more than a minute.
      kept = { token, renewAt: Date.now() + Math.max(left - 60_000, left * 0.8) };
      return token;
    },
  };
}

export const hasEnded = ({ expiresAt }: AccessToken): boolean =>
  expiresAt !== undefined && expiresAt.getTime() <= Date.now();

const withDefaults = (claims: WantedClaims, { isSandbox }: Target): WantedClaims =>
  isSandbox ? { ...claims, tenant: claims.tenant ?? DEFAULT_TENANT, sub: claims.sub ?? DEFAULT_USER } : claims;
