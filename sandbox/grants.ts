/** What whoever asks for a token may ask for besides. Each is text, as in a form. */
export type Form = Readonly<Record<string, string | undefined>>;

/** What somebody has signed in as, until the code is exchanged, and for as long as tokens are refreshed. */
interface Grant {
  readonly claims: Form;
  readonly clientId: string | undefined;
  readonly redirectUri: string | undefined;
}

/** Parameters of an authorization request that become claims of the tokens. */
const CLAIMS = ['tenant', 'organization', 'sub', 'roles', 'scope', 'audience', 'expires_in', 'not_before'] as const;

/**
 * What the authorization-code flow remembers from one request to the next, which `oauth2-mock-server` does not: it checks
 * a verifier only where a client sends one, and gives tokens for any code.
 */
export class Grants {
  readonly #ofCodes = new Map<string, Grant>();
  readonly #ofRefreshTokens = new Map<string, Grant>();

  /**
   * Takes an authorization request.
   * @returns what is wrong with it, for its client
   */
  authorize(code: string, query: Form): string | undefined {
    if (query['client_id'] === undefined) return 'expected a client_id';
    if (query['code_challenge'] === undefined || query['code_challenge_method'] !== 'S256')
      return 'expected a code_challenge, and S256 as code_challenge_method: public clients use PKCE';
    const claims = Object.fromEntries(CLAIMS.map((name) => [name, query[name]]));
    this.#ofCodes.set(code, { claims, clientId: query['client_id'], redirectUri: query['redirect_uri'] });
    return undefined;
  }

  /**
   * The claims that a token request is for: its own, or those that its code or refresh token stands for.
   * @returns `undefined` for a code or refresh token that is none, or is another client's
   */
  claimsFor(form: Form): Form | undefined {
    const type = form['grant_type'];
    if (type === 'authorization_code') {
      const grant = this.#ofCodes.get(form['code'] ?? '');
      const isIts = grant?.clientId === form['client_id'] && grant?.redirectUri === form['redirect_uri'];
      return grant !== undefined && isIts && form['code_verifier'] !== undefined ? grant.claims : undefined;
    }
    if (type !== 'refresh_token') return form;
    const grant = this.#ofRefreshTokens.get(form['refresh_token'] ?? '');
    return grant?.clientId === form['client_id'] ? grant?.claims : undefined;
  }

  /**
   * Ends a code, which is good for once, and keeps what it stood for with the refresh token.
   * @returns the refresh token to answer with
   */
  renew(form: Form, offered: string): string {
    if (form['grant_type'] === 'refresh_token') return form['refresh_token'] ?? offered;
    const grant = this.#ofCodes.get(form['code'] ?? '');
    this.#ofCodes.delete(form['code'] ?? '');
    if (grant !== undefined) this.#ofRefreshTokens.set(offered, grant);
    return offered;
  }
}
