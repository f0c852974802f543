import type { ClaimNames } from '../configuration.ts';

/** Who a token says that one is. The hub decides by the same claims; here they are only shown. */
export interface Identity {
  /** Absent: the token is for no tenant, as that of an operator may be. */
  readonly tenant: string | undefined;
  readonly organizations: readonly string[];
  readonly user: string | undefined;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  /** Milliseconds since 1970; absent if the token does not say. */
  readonly expiresAt: number | undefined;
}

/** Reads a token without verifying it. What is no token has no claims. */
export function identityOf(token: string, names: ClaimNames): Identity {
  const claims = claimsOf(token);
  const expires = claims['exp'];
  return {
    tenant: textOf(claims[names.tenant]),
    organizations: listOf(claims[names.organizations]),
    user: textOf(claims[names.subject]),
    roles: listOf(claims[names.roles]),
    scopes: [...listOf(claims[names.scope]), ...listOf(claims['scp'])],
    expiresAt: typeof expires === 'number' ? expires * 1000 : undefined,
  };
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const [, payload = ''] = token.split('.');
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const textOf = (claim: unknown): string | undefined => (typeof claim === 'string' && claim !== '' ? claim : undefined);

/** An array, or a string separated by spaces, as the hub reads it. */
function listOf(claim: unknown): readonly string[] {
  if (Array.isArray(claim)) return claim.filter((entry) => typeof entry === 'string');
  return typeof claim === 'string' ? claim.split(' ').filter((entry) => entry !== '') : [];
}
