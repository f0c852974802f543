import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { OAuth2Issuer, OAuth2Service } from 'oauth2-mock-server';
import { type Form, Grants } from './grants.ts';
import { close, HOST, isObject, listen } from './http.ts';
import { messageOf, SandboxError } from './sandbox-error.ts';

/** The audience of every token. */
export const AUDIENCE = 'tidings';

const DEFAULT_SECONDS = 3600;
const JWKS_PATH = '/.well-known/jwks.json';

/** A token before it is signed, and an answer before it is sent; `oauth2-mock-server` lets one change both. */
interface Token {
  readonly header: Record<string, unknown>;
  readonly payload: Record<string, unknown> & { iat: number };
}
interface Answer {
  body: Record<string, unknown>;
  statusCode: number;
}
interface Redirection {
  readonly url: URL;
}

/**
 * An OAuth2 issuer that gives to anybody whatever claims they ask for: `tenant`, `organization`, `sub`, `roles`,
 * `scope` (lists separated by spaces), `audience`, `expires_in` (seconds; 0 or less makes a token that has expired)
 * and `not_before` (seconds until the token is good).
 *
 * A service asks for them at the token endpoint, by its client credentials. A page sends people to the authorization
 * endpoint, which asks nobody anything: it takes the same parameters, and PKCE, and sends them back with a code; the
 * tokens for it, and those for the refresh token that comes with them, have the claims.
 */
export class Issuer {
  readonly #issuer = new OAuth2Issuer();
  readonly #grants = new Grants();
  readonly #server;
  readonly #keyFile: string | undefined;
  #url = '';

  /** @param keyFile keeps the signing key, so that tokens outlive a restart */
  constructor(keyFile?: string) {
    this.#keyFile = keyFile;
    const service = new OAuth2Service(this.#issuer);
    service.on('beforeTokenSigning', (token: Token, request: IncomingMessage & { body: Form }) =>
      shape(token, { ...request.body, ...this.#grants.claimsFor(request.body) }),
    );
    service.on('beforeResponse', (answer: Answer, request: IncomingMessage & { body: Form }) =>
      this.#complete(answer, request.body),
    );
    service.on('beforeAuthorizeRedirect', ({ url }: Redirection, request: IncomingMessage & { query: Form }) => {
      const code = url.searchParams.get('code');
      const mistake = code === null ? undefined : this.#grants.authorize(code, request.query);
      if (mistake === undefined) return;
      url.searchParams.delete('code');
      url.searchParams.set('error', 'invalid_request');
      url.searchParams.set('error_description', mistake);
    });
    this.#server = createServer((request, response) => {
      // Where OAuth2 clients that know only the issuer's URL look for its keys.
      if (request.url === JWKS_PATH) request.url = '/jwks';
      service.requestHandler(request, response);
    });
  }

  /**
   * @returns the port
   * @throws SandboxError when the port is taken, or the key cannot be read or written
   */
  async start(port: number): Promise<number> {
    if (this.#keyFile !== undefined && existsSync(this.#keyFile)) await this.#readKey(this.#keyFile);
    else {
      await this.#issuer.keys.generate('RS256');
      const [key] = this.#issuer.keys.toJSON(true);
      if (this.#keyFile !== undefined) writeKey(this.#keyFile, key);
    }
    const taken = await listen(this.#server, port, 'issuer');
    this.#url = `http://${HOST}:${taken}`;
    this.#issuer.url = this.#url;
    return taken;
  }

  /** The `iss` of its tokens. */
  get url(): string {
    return this.#url;
  }

  get tokenUrl(): string {
    return `${this.#url}/token`;
  }

  end(): Promise<void> {
    return close(this.#server);
  }

  #complete(answer: Answer, form: Form): void {
    const claims = this.#grants.claimsFor(form);
    if (claims === undefined) {
      // Source: RFC 6749, section 5.2.
      answer.statusCode = 400;
      answer.body = {
        error: 'invalid_grant',
        error_description: 'No code or refresh token that this client was given',
      };
      return;
    }
    answer.body['expires_in'] = secondsOf(claims);
    answer.body['scope'] = claims['scope'];
    const offered = answer.body['refresh_token'];
    if (typeof offered === 'string') answer.body['refresh_token'] = this.#grants.renew(form, offered);
  }

  async #readKey(file: string): Promise<void> {
    try {
      const key: unknown = JSON.parse(readFileSync(file, 'utf8'));
      if (!isObject(key) || key['kty'] !== 'RSA' || typeof key['d'] !== 'string')
        throw new Error('it is another thing');
      await this.#issuer.keys.add({ ...key });
    } catch (error) {
      // Its text may be a secret, so no message shows any of it, as that of JSON.parse would.
      const reason = error instanceof SyntaxError ? 'it is no JSON' : messageOf(error);
      throw new SandboxError(
        `${file} is damaged: expected a private RSA key as a JWK, but ${reason}. Remove it for a new key: tokens of the old one end then`,
      );
    }
  }
}

/** At once or not at all, so that a sandbox which is killed meanwhile leaves no half of a key. */
function writeKey(file: string, key: unknown): void {
  const draft = `${file}.new`;
  try {
    writeFileSync(draft, JSON.stringify(key), { mode: 0o600 });
    renameSync(draft, file);
  } catch (error) {
    throw new SandboxError(`The signing key cannot be written to ${file} (${messageOf(error)})`);
  }
}

function shape({ header, payload }: Token, form: Form): void {
  const list = (text: string) => text.split(/\s+/).filter((entry) => entry !== '');
  payload['sub'] = form['sub'] ?? form['client_id'] ?? 'sandbox';
  // The other token is for the client: who has signed in, and no more. Source: OpenID Connect Core 1.0, section 2.
  if (!('scope' in payload)) return;
  payload['scope'] = form['scope'];
  // Source: RFC 9068, section 2.1.
  header['typ'] = 'at+jwt';
  payload['aud'] = form['audience'] ?? AUDIENCE;
  payload['exp'] = payload.iat + secondsOf(form);
  payload['client_id'] = form['client_id'] ?? 'sandbox';
  // A token that has expired was good once, so it must not say that it is not good yet.
  payload['nbf'] = Math.min(payload.iat, Number(payload['exp'])) - 1;
  if (form['not_before'] !== undefined) payload['nbf'] = payload.iat + Math.trunc(Number(form['not_before']));
  if (form['tenant'] !== undefined) payload['tenant_id'] = form['tenant'];
  if (form['organization'] !== undefined) payload['org_id'] = list(form['organization']);
  if (form['roles'] !== undefined) payload['roles'] = list(form['roles']);
}

function secondsOf(form: Form): number {
  const seconds = Number(form['expires_in'] ?? DEFAULT_SECONDS);
  return Number.isFinite(seconds) ? Math.trunc(seconds) : DEFAULT_SECONDS;
}
