import * as oauth from 'oauth4webapi';
import { failureText, withoutSecrets } from './failure-text.ts';
import { type AbortSignalLike, type Fetch, isLoopback, parseUrl, urlProblem } from './platform.ts';
import { failed, type PublishError } from './publish-error.ts';
import type { Grant } from './token-source.ts';

/** An OAuth2 client. Source: RFC 6749, section 4.4. */
export type ClientCredentials = {
  readonly clientId: string;
  readonly clientSecret: string;
  /** @default the modules of the events of the call: that is what the hub asks for */
  readonly scope?: string | readonly string[];
  /** The audience of the token, where the issuer wants to be told. */
  readonly audience?: string;
  /** How the secret is sent. @default `basic`, unless discovery says that only `post` is taken */
  readonly authentication?: 'basic' | 'post';
  /** Further fields of the token request. */
  readonly parameters?: Readonly<Record<string, string>>;
} & (
  | {
      /** The token endpoint. */
      readonly tokenUrl: string;
      readonly issuer?: never;
    }
  | {
      /** The issuer, which says itself where its token endpoint is. Source: OpenID Discovery; RFC 8414. */
      readonly issuer: string;
      readonly tokenUrl?: never;
    }
);

/** @throws PublishError CREDENTIALS_MISSING, OPTIONS_INVALID */
export function checkCredentials(credentials: ClientCredentials): void {
  for (const name of ['clientId', 'clientSecret'] as const) {
    const value: unknown = credentials[name];
    if (typeof value === 'string' && value.trim() !== '') continue;
    const found = value === undefined ? 'nothing' : typeof value === 'string' ? 'an empty string' : typeof value;
    throw failed('CREDENTIALS_MISSING', `Expected credentials.${name} to be a string with characters, found ${found}`);
  }
  const { tokenUrl, issuer } = credentials;
  if ((tokenUrl === undefined) === (issuer === undefined)) {
    const found = tokenUrl === undefined ? 'neither' : 'both';
    throw failed('CREDENTIALS_MISSING', `Expected credentials.tokenUrl or credentials.issuer, found ${found}`);
  }
  assertSafeUrl(`credentials.${tokenUrl === undefined ? 'issuer' : 'tokenUrl'}`, tokenUrl ?? issuer);
}

/** @throws PublishError OPTIONS_INVALID unless what is sent there cannot be read on the way */
export function assertSafeUrl(option: string, value: unknown): void {
  const message = urlProblem(value);
  if (message !== undefined) throw failed('OPTIONS_INVALID', `Not to be used as ${option}: ${message}`);
}

/** Asks an issuer for tokens. Nothing of the client's secret shows in what it throws. */
export class CredentialsGrant {
  readonly #credentials: ClientCredentials;
  readonly #fetch: Fetch['fetch'];
  #server: Promise<oauth.AuthorizationServer> | undefined;

  constructor(credentials: ClientCredentials, fetch: Fetch['fetch']) {
    checkCredentials(credentials);
    this.#credentials = credentials;
    this.#fetch = fetch;
  }

  /** @throws PublishError TOKEN_FAILED; retryable if it is the network or the issuer that fails */
  async request(scopes: readonly string[], signal: AbortSignalLike): Promise<Grant> {
    const { clientId, scope, audience, parameters } = this.#credentials;
    const wanted = scope === undefined ? scopes.join(' ') : typeof scope === 'string' ? scope : scope.join(' ');
    try {
      const server = await this.#discover(signal);
      const client = { client_id: clientId };
      const response = await oauth.clientCredentialsGrantRequest(
        server,
        client,
        this.#authentication(server),
        { ...parameters, ...(audience !== undefined && { audience }), ...(wanted !== '' && { scope: wanted }) },
        this.#options(server.token_endpoint, signal),
      );
      if (isTemporary(response.status)) throw temporary(`The token endpoint answered ${response.status}`);
      const { access_token, expires_in, token_type } = await oauth.processClientCredentialsResponse(
        server,
        client,
        response,
      );
      if (token_type !== 'bearer') throw failed('TOKEN_FAILED', `Expected a bearer token, found another type`);
      return { token: access_token, expiresIn: expires_in };
    } catch (error) {
      // Where the endpoint is may have changed.
      this.#server = undefined;
      throw this.#explain(error);
    }
  }

  async #discover(signal: AbortSignalLike): Promise<oauth.AuthorizationServer> {
    const { tokenUrl, issuer = '' } = this.#credentials;
    if (tokenUrl !== undefined) return { issuer: parseUrl(tokenUrl)?.origin ?? tokenUrl, token_endpoint: tokenUrl };
    this.#server ??= this.#readMetadata(issuer, signal);
    return await this.#server;
  }

  async #readMetadata(issuer: string, signal: AbortSignalLike): Promise<oauth.AuthorizationServer> {
    // Its own type is that of the system, which differs from one to the other.
    const url = parseUrl(issuer) as never;
    for (const algorithm of ['oidc', 'oauth2'] as const) {
      const response = await oauth.discoveryRequest(url, { ...this.#options(issuer, signal), algorithm });
      if (isTemporary(response.status)) throw temporary(`The issuer's discovery answered ${response.status}`);
      if (response.status === 404 && algorithm === 'oidc') continue;
      const server = await oauth.processDiscoveryResponse(url, response);
      const message = urlProblem(server.token_endpoint);
      if (message !== undefined) throw failed('TOKEN_FAILED', `The issuer names a token endpoint: ${message}`);
      return server;
    }
    throw failed('TOKEN_FAILED', 'The issuer describes itself nowhere');
  }

  #authentication(server: oauth.AuthorizationServer): oauth.ClientAuth {
    const { clientSecret, authentication } = this.#credentials;
    const methods = server.token_endpoint_auth_methods_supported;
    const takesBasic = methods === undefined || methods.includes('client_secret_basic');
    const method = authentication ?? (takesBasic || !methods.includes('client_secret_post') ? 'basic' : 'post');
    return method === 'basic' ? oauth.ClientSecretBasic(clientSecret) : oauth.ClientSecretPost(clientSecret);
  }

  #options(url: string | undefined, signal: AbortSignalLike) {
    const hostname = parseUrl(url)?.hostname ?? '';
    return {
      [oauth.customFetch]: this.#fetch as never,
      [oauth.allowInsecureRequests]: isLoopback(hostname),
      signal: signal as never,
    };
  }

  #explain(error: unknown): PublishError {
    if (error instanceof Error && error.name === 'PublishError') return error as PublishError;
    const secrets = [this.#credentials.clientSecret];
    if (error instanceof oauth.ResponseBodyError) {
      const oauthError = withoutSecrets(error.error, secrets);
      const described =
        error.error_description === undefined ? '' : `: ${withoutSecrets(error.error_description, secrets)}`;
      return failed('TOKEN_FAILED', `The issuer refuses a token with ${oauthError}${described}`, {
        oauthError,
        status: error.status,
      });
    }
    if (error instanceof oauth.WWWAuthenticateChallengeError) {
      // Source: RFC 6749, section 5.2: this is how a client that used Basic is told that it is unknown.
      const options = { oauthError: 'invalid_client', status: error.status };
      return failed('TOKEN_FAILED', `The issuer answered ${error.status} and refuses the client`, options);
    }
    if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError) {
      // Its cause may hold the whole answer, so only its text is told.
      return failed('TOKEN_FAILED', `The issuer's answer cannot be used: ${withoutSecrets(error.message, secrets)}`);
    }
    return temporary(`The issuer cannot be reached: ${failureText(error, secrets)}`);
  }
}

const isTemporary = (status: number): boolean => status === 429 || status >= 500;

const temporary = (detail: string): PublishError => failed('TOKEN_FAILED', detail, { retryable: true });
