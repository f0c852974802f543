import { TidingsError } from '@tidings/contracts';
import type { Identity, Recipient } from './identity.ts';

/**
 * The bearer token of an `Authorization` header. Source: RFC 6750, section 2.1.
 * @throws TidingsError TOKEN_MISSING, TOKEN_MALFORMED
 */
export function tokenOf(authorization: string | undefined): string {
  if (authorization === undefined || authorization.trim() === '') {
    throw new TidingsError('TOKEN_MISSING', 'Expected an access token as "Authorization: Bearer <token>"; found none');
  }
  const token = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i.exec(authorization)?.[1];
  if (token === undefined) {
    throw new TidingsError('TOKEN_MALFORMED', 'Expected "Authorization: Bearer <token>"; found another form');
  }
  return token;
}

/**
 * The identity as one that may receive events.
 * @param readScope the scope that reading takes in this environment; `null` where it takes none
 * @throws TidingsError TENANT_CLAIM_MISSING
 */
export function asRecipient(identity: Identity, readScope: string | null): Recipient {
  const { tenant, subject, organizations, roles, expiresAt } = identity;
  if (tenant === undefined) {
    throw new TidingsError('TENANT_CLAIM_MISSING', 'Receiving events takes a token with a tenant; this one has none');
  }
  return { tenant, subject, organizations, roles, expiresAt, mayRead: hasScope(identity, readScope) };
}

/**
 * Makes sure that a token has a scope.
 * @param scope `null` where the environment asks for none
 * @throws TidingsError SCOPE_MISSING
 */
export function assertScope(identity: Identity, scope: string | null): void {
  if (hasScope(identity, scope)) return;
  throw new TidingsError('SCOPE_MISSING', `This takes the scope "${scope}", which the token lacks`);
}

const hasScope = ({ scopes }: Identity, scope: string | null): boolean => scope === null || scopes.includes(scope);
