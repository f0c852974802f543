import { asTenantId, identifierProblem, TidingsError } from '@tidings/contracts';
import type { Identity } from '../core/identity.ts';
import type { ClaimNames } from '../variables.ts';

/** Header or payload of a token. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * Who the claims of a verified token speak for.
 * @throws TidingsError TOKEN_CLAIM_INVALID
 */
export function toIdentity(claims: Claims, names: ClaimNames): Identity {
  const tenant = claims[names.tenant];
  if (tenant !== undefined && identifierProblem(tenant) !== undefined) {
    throw refused('TOKEN_CLAIM_INVALID', names.tenant, 'to be one tenant');
  }
  const subject = claims[names.subject];
  if (subject !== undefined && typeof subject !== 'string') {
    throw refused('TOKEN_CLAIM_INVALID', names.subject, 'to be a string');
  }
  return {
    tenant: typeof tenant === 'string' ? asTenantId(tenant) : undefined,
    subject,
    organizations: readList(claims, names.organizations),
    roles: readList(claims, names.roles),
    scopes: [...readList(claims, names.scope), ...readList(claims, 'scp')],
    expiresAt: Number(claims['exp']),
  };
}

function readList(claims: Claims, name: string): readonly string[] {
  const value = claims[name];
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return value.split(' ').filter((part) => part !== '');
  if (Array.isArray(value) && value.every((part) => typeof part === 'string')) return value;
  throw refused('TOKEN_CLAIM_INVALID', name, 'to be a list of strings, or a string separated by spaces');
}

/** Names the claim and what it should be, never its value: messages reach callers and logs. */
export const refused = (code: TidingsError['code'], claim: string, expected: string): TidingsError =>
  new TidingsError(code, `Expected the claim "${claim}" ${expected}; it does not or is missing`);
