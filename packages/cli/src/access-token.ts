import type { Arguments, Options } from './arguments.ts';
import { Failure, UsageError } from './failure.ts';
import { type Answer, request } from './http.ts';
import type { Target } from './target.ts';
import { harmless, type Terminal } from './terminal.ts';

/** Where a token comes from. All commands have these. */
export const ACCESS_OPTIONS = {
  target: {
    type: 'string',
    value: 'FILE',
    summary: 'the hub to talk to: a file, or the name of .tidings/targets/NAME.json (or TIDINGS_TARGET)',
    complete: 'target',
  },
  'client-id': { type: 'string', value: 'ID', summary: 'OAuth2 client (or TIDINGS_CLIENT_ID)' },
  'client-secret': { type: 'string', value: 'SECRET', summary: 'its secret (or TIDINGS_CLIENT_SECRET)' },
} as const satisfies Options;

/** A token to use instead of asking for one. */
export const TOKEN_OPTION = {
  token: {
    type: 'string',
    value: 'TOKEN',
    summary: 'use this access token (or TIDINGS_TOKEN, which no list of processes shows)',
  },
} as const satisfies Options;

/** Who a token of the sandbox is for. */
export const CLAIM_OPTIONS = {
  tenant: { type: 'string', value: 'TENANT', summary: 'tenant in the token' },
  organization: {
    type: 'string',
    multiple: true,
    value: 'ORGANIZATION',
    summary: 'organisation in the token; may be given several times',
  },
  sub: { type: 'string', value: 'USER', summary: 'user in the token' },
  roles: { type: 'string', multiple: true, value: '"ROLE …"', summary: 'roles in the token' },
  'expires-in': { type: 'string', value: 'SECONDS', summary: 'life of the token; 0 makes one that has ended' },
} as const satisfies Options;

/** Claims that a client may ask the sandbox for. An issuer elsewhere decides about them itself. */
export interface WantedClaims {
  readonly tenant?: string | undefined;
  readonly organizations?: readonly string[];
  readonly sub?: string | undefined;
  readonly roles?: readonly string[];
  readonly expiresInSeconds?: number | undefined;
}

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface AccessToken {
  readonly text: string;
  /** When it ends; unknown for a token that does not say. */
  readonly expiresAt: Date | undefined;
}

/** The claims that the options of a command ask for. */
export const readClaims = (given: Arguments<keyof typeof CLAIM_OPTIONS>): WantedClaims => ({
  tenant: given.text('tenant'),
  organizations: given.list('organization'),
  sub: given.text('sub'),
  roles: given.list('roles'),
  expiresInSeconds: given.wholeNumber('expires-in', 0),
});

/**
 * The client to get tokens as. The sandbox gives tokens to anyone, so there nobody needs to say.
 * @throws UsageError when they are missing for another issuer
 */
export function readCredentials(
  given: Arguments<'client-id' | 'client-secret'>,
  { environment }: Pick<Terminal, 'environment'>,
  { isSandbox }: Target,
): Credentials {
  const read = (option: 'client-id' | 'client-secret', variable: string, sandbox: string): string => {
    const value = given.text(option) ?? (environment[variable] || undefined) ?? (isSandbox ? sandbox : undefined);
    if (value !== undefined) return value;
    throw new UsageError(`tokens of this hub take a client: set ${variable} or pass --${option}, or pass --token`);
  };
  return {
    clientId: read('client-id', 'TIDINGS_CLIENT_ID', 'tidings-cli'),
    clientSecret: read('client-secret', 'TIDINGS_CLIENT_SECRET', 'sandbox'),
  };
}

/** The token that the user has brought, or none. */
export function readOwnToken(
  given: Arguments<'token'>,
  { environment }: Pick<Terminal, 'environment'>,
): AccessToken | undefined {
  const text = (given.text('token') ?? environment['TIDINGS_TOKEN'])?.trim() || undefined;
  if (text === undefined) return undefined;
  // It becomes part of a header, where anything else could not travel. Source: RFC 7515, section 7.1.
  if (!/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)*$/.test(text)) {
    throw new UsageError('the token is no JWT: expected base64url parts separated by dots');
  }
  return { text, expiresAt: readExpiry(text) };
}

/**
 * Gets an access token for client credentials. Source: RFC 6749, section 4.4; `tenant` and the following are the
 * sandbox's own.
 * @throws Unreachable when the issuer does not answer
 * @throws Failure when it refuses
 */
export async function getToken(
  { tokenUrl, file }: Target,
  credentials: Credentials,
  scope: string,
  claims: WantedClaims,
): Promise<AccessToken> {
  if (tokenUrl === undefined) {
    throw new Failure(`the target ${file} has no "tokenUrl" to get a token from: pass --token, or set TIDINGS_TOKEN`);
  }
  const { tenant, organizations = [], sub, roles = [], expiresInSeconds } = claims;
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret,
    scope,
    ...(tenant !== undefined && { tenant }),
    ...(organizations.length > 0 && { organization: organizations.join(' ') }),
    ...(sub !== undefined && { sub }),
    ...(roles.length > 0 && { roles: roles.join(' ') }),
    ...(expiresInSeconds !== undefined && { expires_in: `${expiresInSeconds}` }),
  });
  const answer = await request('the issuer', tokenUrl, { method: 'POST', body: form });
  const text = answer.body?.['access_token'];
  if (answer.status !== 200 || typeof text !== 'string') throw refusal(tokenUrl, answer);
  const lifetime = answer.body?.['expires_in'];
  // From here on, whatever this machine's clock says. Tokens end at a whole second, so up to one sooner.
  const expiresAt = typeof lifetime === 'number' ? new Date(Date.now() + (lifetime - 1) * 1000) : readExpiry(text);
  return { text, expiresAt };
}

function refusal(tokenUrl: string, { status, body }: Answer): Failure {
  const reasons = ['error', 'error_description'].map((name) => body?.[name]).filter((text) => typeof text === 'string');
  const reason = reasons.length === 0 ? 'without a reason' : harmless(reasons.join(': '));
  return new Failure(`the issuer at ${tokenUrl} gives no token (${status}): ${reason}`);
}

/** When a JWT ends, read without verifying anything: it only tells when to get another. */
function readExpiry(token: string): Date | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const expiry = typeof claims === 'object' && claims !== null && 'exp' in claims ? claims.exp : undefined;
    return typeof expiry === 'number' ? new Date(expiry * 1000) : undefined;
  } catch {
    return undefined;
  }
}
