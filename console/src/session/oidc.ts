import { ErrorResponse, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { Configuration } from '../configuration.ts';
import { SignedOut, type TokenGiver } from './session.ts';

/** What an issuer says when it would take the same request later. Other refusals mean that nobody is signed in. */
const PASSING: ReadonlySet<string | null> = new Set([
  'temporarily_unavailable',
  'server_error',
  'too_many_requests',
  'slow_down',
]);

/** All who need a token wait for one request, so it must end where the network has gone silent. */
const REQUEST_SECONDS = 30;

/**
 * Signing in by OpenID Connect: authorization code with PKCE. Everything is kept in `sessionStorage`, which ends with
 * the tab. Tokens are renewed with a refresh token where the issuer gives one; there are no hidden frames.
 */
export function createOidc({ signIn }: Configuration) {
  const { issuer, clientId, audience, scopes } = signIn;
  const home = new URL('./', location.href).href.split('#')[0] ?? '';
  const store = () => new WebStorageStateStore({ store: sessionStorage, prefix: 'tidings.' });
  const manager = new UserManager({
    authority: issuer,
    client_id: clientId,
    redirect_uri: home,
    post_logout_redirect_uri: home,
    scope: scopes.join(' '),
    userStore: store(),
    stateStore: store(),
    // Issuers that give opaque tokens unless they are told for whom ask for it.
    extraQueryParams: { audience },
    automaticSilentRenew: false,
    monitorSession: false,
    loadUserInfo: false,
    requestTimeoutInSeconds: REQUEST_SECONDS,
  });

  const give: TokenGiver = async (isNew) => {
    const user = await manager.getUser();
    if (user !== null && !isNew && user.expired !== true) return user.access_token;
    if (user?.refresh_token === undefined) throw new SignedOut('The session has ended; sign in again');
    try {
      const renewed = await manager.signinSilent();
      if (renewed !== null) return renewed.access_token;
    } catch (error) {
      // Anything but a refusal may pass, as a network that is down.
      if (!(error instanceof ErrorResponse) || PASSING.has(error.error)) throw error;
    }
    throw new SignedOut('The session has ended; sign in again');
  };

  return {
    give,

    /** Whether this tab has signed in before. */
    isSignedIn: async (): Promise<boolean> => (await manager.getUser()) !== null,

    /** Leaves this page for the issuer's; it comes back to where it was. */
    signIn: (): Promise<void> => manager.signinRedirect({ state: location.hash }),

    /**
     * Takes what the issuer has sent back, where it has, and takes it out of the address.
     * @returns whether it had
     * @throws ErrorResponse when the issuer refused
     */
    async comeBack(): Promise<boolean> {
      const query = new URLSearchParams(location.search);
      if (!query.has('state') || !(query.has('code') || query.has('error'))) return false;
      try {
        const user = await manager.signinCallback();
        history.replaceState(null, '', `${location.pathname}${typeof user?.state === 'string' ? user.state : ''}`);
      } catch (error) {
        history.replaceState(null, '', location.pathname);
        throw error;
      }
      return true;
    },

    /** Tokens end here and, where the issuer has a way to say so, there; then it may end its own session. */
    async signOut(): Promise<void> {
      await manager.revokeTokens(['refresh_token']).catch(() => undefined);
      // Before the redirection: the library would write the token of who is signed in into the address.
      await manager.removeUser();
      const end = await manager.metadataService.getEndSessionEndpoint().catch(() => undefined);
      if (end !== undefined) await manager.signoutRedirect();
    },
  };
}

export type Oidc = ReturnType<typeof createOidc>;
