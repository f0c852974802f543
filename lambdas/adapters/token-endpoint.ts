import type { Surroundings } from '../core/ports/surroundings.ts';

/** Source: OpenID Connect Discovery 1.0, section 4, and RFC 8414, section 3. */
const METADATA = ['openid-configuration', 'oauth-authorization-server'];
const FETCH_MILLISECONDS = 2000;
const RETRY_MILLISECONDS = 60_000;

interface Options {
  readonly issuer: string;
  readonly fetch?: typeof fetch;
  readonly surroundings: Pick<Surroundings, 'now'>;
}

/**
 * The token endpoint of an issuer, as its metadata says. Asked for once; an issuer that does not tell is asked again
 * after a minute, so that callers cannot make the hub ask more often.
 *
 * @returns a function that gives the URL, or `undefined` while it is not known; it never throws
 */
export function createTokenEndpoint({ issuer, fetch: get = fetch, surroundings }: Options) {
  let known: Promise<string | undefined> | undefined;
  let askedAt = 0;
  let isFound = false;
  return (): Promise<string | undefined> => {
    const now = surroundings.now().getTime();
    if (known === undefined || (!isFound && now - askedAt >= RETRY_MILLISECONDS)) {
      askedAt = now;
      known = ask(issuer, get).then((url) => {
        isFound = url !== undefined;
        return url;
      });
    }
    return known;
  };
}

async function ask(issuer: string, get: typeof fetch): Promise<string | undefined> {
  for (const name of METADATA) {
    try {
      const url = `${issuer.replace(/\/$/, '')}/.well-known/${name}`;
      const response = await get(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_MILLISECONDS) });
      const metadata: unknown = response.ok ? await response.json() : undefined;
      const endpoint =
        typeof metadata === 'object' && metadata !== null && 'token_endpoint' in metadata && metadata.token_endpoint;
      if (typeof endpoint === 'string' && URL.canParse(endpoint)) return endpoint;
    } catch {
      // A description without it is still worth having.
    }
  }
  return undefined;
}
