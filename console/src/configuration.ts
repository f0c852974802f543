/** What the page is told by `config.json` beside it; the stack writes that file when it is deployed. */
export interface Configuration {
  /** `dev`, `pre-prod` or `prod`. */
  readonly environment: string;
  /** Base URL of the HTTP API. */
  readonly apiUrl: string;
  readonly socketUrl: string;
  readonly region: string;
  /** Modules that have a bus. Each is also the scope that publishing its events takes. */
  readonly modules: readonly string[];
  /** The scope that reading takes; `null` where the environment checks none. */
  readonly readScope: string | null;
  readonly claims: ClaimNames;
  readonly signIn: SignIn;
  /** Only where a sandbox serves the page. */
  readonly sandbox?: SandboxAddresses;
}

/** Where a token says who somebody is. */
export interface ClaimNames {
  readonly tenant: string;
  readonly organizations: string;
  readonly roles: string;
  readonly subject: string;
  readonly scope: string;
}

/** How people sign in: OpenID Connect, code flow with PKCE. */
export interface SignIn {
  readonly issuer: string;
  readonly clientId: string;
  readonly audience: string;
  readonly scopes: readonly string[];
}

/** What a sandbox has, and a deployed hub has not. */
export interface SandboxAddresses {
  /** Gives a token with whatever claims one asks for. */
  readonly tokenUrl: string;
  /** Answers the AWS SDK; below the page's own origin. */
  readonly awsEndpointUrl: string;
  /** Module → name of its bus. */
  readonly buses: Readonly<Record<string, string>>;
}

/** @throws Error that says what is wrong with the file, in words for whoever has deployed it */
export async function loadConfiguration(): Promise<Configuration> {
  // As index.html asks for it in advance; its host lets nobody keep it without asking.
  const answer = await fetch('./config.json').catch((cause: unknown) => {
    throw new Error('config.json beside this page could not be fetched. Is there a network?', { cause });
  });
  if (!answer.ok) throw new Error(`config.json beside this page: expected the hub's addresses, found ${answer.status}`);
  const found: unknown = await answer.json().catch(() => undefined);
  return checked(found);
}

/** @throws Error that names each member which the page cannot begin with */
export function checked(found: unknown): Configuration {
  const members = objectOf(found);
  const missing = Object.keys(EXPECTED).filter((name) => name !== 'sandbox' && members[name] === undefined);
  if (missing.length > 0) throw new Error(`config.json beside this page lacks ${missing.join(', ')}`);
  const wrong = Object.entries(EXPECTED).filter(([name, { is }]) => !is(members[name]));
  if (wrong.length > 0) {
    const all = wrong.map(([name, { words }]) => `${name} to be ${words}`).join(', and ');
    throw new Error(`config.json beside this page cannot be used: expected ${all}`);
  }
  return found as Configuration;
}

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const hasTexts =
  (...names: readonly string[]) =>
  (value: unknown): boolean =>
    names.every((name) => isText(objectOf(value)[name]));
/** What the client takes: without TLS only to this machine. */
const isUrl =
  (protocol: 'http' | 'ws') =>
  (value: unknown): boolean => {
    if (typeof value !== 'string' || !URL.canParse(value)) return false;
    const { protocol: found, hostname, username } = new URL(value);
    const isHere = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
    return username === '' && (found === `${protocol}s:` || (isHere && found === `${protocol}:`));
  };

const EXPECTED: Readonly<Record<string, { readonly is: (value: unknown) => boolean; readonly words: string }>> = {
  environment: { is: isText, words: 'a name' },
  apiUrl: { is: isUrl('http'), words: 'an https URL' },
  socketUrl: { is: isUrl('ws'), words: 'a wss URL' },
  modules: { is: areTexts, words: 'a list of names' },
  claims: {
    is: hasTexts('tenant', 'organizations', 'roles', 'subject', 'scope'),
    words: 'names for tenant, organizations, roles, subject and scope',
  },
  signIn: {
    is: (value) => hasTexts('issuer', 'clientId', 'audience')(value) && areTexts(objectOf(value)['scopes']),
    words: 'issuer, clientId, audience and scopes',
  },
  sandbox: {
    is: (value) => value === undefined || hasTexts('tokenUrl', 'awsEndpointUrl')(value),
    words: 'tokenUrl, awsEndpointUrl and buses, or absent',
  },
};
