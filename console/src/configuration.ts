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
  const answer = await fetch('./config.json');
  if (!answer.ok) throw new Error(`config.json beside this page: expected the hub's addresses, found ${answer.status}`);
  const found: unknown = await answer.json().catch(() => undefined);
  return checked(found);
}

function checked(found: unknown): Configuration {
  const configuration = found as Configuration;
  const missing = ['environment', 'apiUrl', 'socketUrl', 'modules', 'claims', 'signIn'].filter(
    (name) => (found as Record<string, unknown> | undefined | null)?.[name] === undefined,
  );
  if (missing.length > 0) throw new Error(`config.json beside this page lacks ${missing.join(', ')}`);
  return configuration;
}
