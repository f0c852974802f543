import { recall, remember } from './tab-storage.ts';

/** Somebody whom the sandbox gives a real token for. */
export interface Persona {
  readonly tenant: string;
  readonly organizations: readonly string[];
  readonly user: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  /** Seconds that each token of theirs is good for. */
  readonly tokenSeconds: number;
}

const KEY = 'tidings.persona';

export const DEFAULT_TOKEN_SECONDS = 3600;

/** Somebody waits for it, and an issuer on the same machine needs a moment. */
const TOKEN_MILLISECONDS = 15_000;

/** Who looks at the console of a sandbox at first. The command line's tokens are of the same tenant. */
export const firstPersona = (scopes: readonly string[]): Persona => ({
  tenant: 'acme',
  organizations: ['north'],
  user: 'ada',
  roles: ['admin'],
  scopes,
  tokenSeconds: DEFAULT_TOKEN_SECONDS,
});

/** The persona that this tab has chosen before. It is no secret, and it ends with the tab. */
export const rememberedPersona = (): Persona | undefined => recall(KEY) as Persona | undefined;

export const rememberPersona = (persona: Persona): void => remember(KEY, persona);

/** A real token with a persona's claims. */
export async function personaToken(tokenUrl: string, persona: Persona): Promise<string> {
  const { tenant, organizations, user, roles, scopes, tokenSeconds } = persona;
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'tidings-console',
    client_secret: 'sandbox',
    scope: scopes.join(' '),
    sub: user,
    expires_in: String(tokenSeconds),
  });
  if (tenant !== '') form.set('tenant', tenant);
  if (organizations.length > 0) form.set('organization', organizations.join(' '));
  if (roles.length > 0) form.set('roles', roles.join(' '));
  const signal = AbortSignal.timeout(TOKEN_MILLISECONDS);
  const answer = await fetch(tokenUrl, { method: 'POST', body: form, signal }).catch((cause: unknown) => {
    const what = signal.aborted ? `did not answer within ${TOKEN_MILLISECONDS / 1000} s` : 'could not be reached';
    throw new Error(`The sandbox's issuer ${what}. Is the sandbox running?`, { cause });
  });
  if (!answer.ok) throw new Error(`The sandbox's issuer refused a token: ${answer.status}`);
  const found: unknown = await answer.json().catch(() => undefined);
  const token = (found as { readonly access_token?: unknown } | null | undefined)?.access_token;
  if (typeof token !== 'string') throw new Error("The sandbox's issuer answered without a token");
  return token;
}
