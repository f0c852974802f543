import type { EventTypeName, NewEvent } from '../events/typed-events.ts';
import { assertSafeUrl, type ClientCredentials, CredentialsGrant } from './client-credentials.ts';
import { type HubAccess, HubRequests } from './hub-requests.ts';
import { type Fetch, parseUrl, platform } from './platform.ts';
import { failed } from './publish-error.ts';
import { type CommonOptions, PublishingCalls } from './publish-list.ts';
import type { PublishedEvent, Publisher, PublishOptions, PublishResult } from './publisher.ts';
import { Interrupted, within } from './time-limit.ts';
import { TokenCache, type TokenFunction, TokenFunctionSource, type TokenSource } from './token-source.ts';

export type ApiClientOptions = CommonOptions &
  Partial<Fetch> & {
    /** Base URL of the hub's HTTP API: https, or http for this machine. */
    readonly apiUrl: string;
  } & (
    | { readonly credentials: ClientCredentials; readonly token?: undefined }
    | {
        /** Gives an access token that has the scopes. It is asked at each request, and keeps its tokens itself. */
        readonly token: TokenFunction;
        readonly credentials?: undefined;
      }
  );

/**
 * Publishes over HTTP, from anywhere.
 *
 * What may be tried again is tried again, after growing waits and always under the same id: so it is recorded once. What
 * was accepted is not sent again.
 */
export class TidingsApiClient implements Publisher {
  readonly #calls: PublishingCalls;
  readonly #access: HubAccess;

  /** @throws PublishError OPTIONS_INVALID, CREDENTIALS_MISSING */
  constructor(options: ApiClientOptions) {
    const calls = new PublishingCalls(options);
    const fetch = fetchOf(options);
    const url = `${baseOf(options.apiUrl)}/events`;
    const { surroundings, timing } = calls;
    this.#calls = calls;
    this.#access = { url, fetch, surroundings, timing, tokens: tokensOf(options, fetch, calls) };
  }

  publish(events: readonly NewEvent[], options?: PublishOptions): Promise<PublishResult>;
  publish<Type extends EventTypeName>(event: NewEvent<Type>, options?: PublishOptions): Promise<PublishedEvent>;
  publish(given: unknown, options: PublishOptions = {}): Promise<PublishedEvent | PublishResult> {
    return this.#calls.publish(given, options, (events) => new HubRequests(this.#access, events));
  }
}

function baseOf(apiUrl: unknown): string {
  assertSafeUrl('apiUrl', apiUrl);
  const url = parseUrl(apiUrl);
  if (url === undefined || url.search !== '' || url.hash !== '') {
    throw failed('OPTIONS_INVALID', 'Expected apiUrl to be a URL without query and fragment, found one with');
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function fetchOf(options: Partial<Fetch>): Fetch['fetch'] {
  if (options.fetch !== undefined && typeof options.fetch !== 'function') {
    throw failed('OPTIONS_INVALID', `Expected fetch to be a function, found ${typeof options.fetch}`);
  }
  return (url, init) => {
    // The system's own wants to be called as what it is, and may be replaced later, by instrumentation for example.
    const { fetch } = options.fetch === undefined ? platform() : options;
    if (fetch === undefined)
      throw failed('OPTIONS_INVALID', 'Expected a global fetch, found none: pass one as `fetch`');
    return options.fetch === undefined ? fetch.call(globalThis, url, init) : fetch(url, init);
  };
}

function tokensOf(
  { credentials, token }: ApiClientOptions,
  fetch: Fetch['fetch'],
  { timing, surroundings }: PublishingCalls,
): TokenSource {
  if (typeof token === 'function') return new TokenFunctionSource(token);
  if (typeof credentials !== 'object' || credentials === null) {
    throw failed('CREDENTIALS_MISSING', 'Expected credentials or a token function, found neither');
  }
  const grant = new CredentialsGrant(credentials, fetch);
  const request = async (scopes: readonly string[]) => {
    try {
      // Not the caller's signal: others may wait for the same token.
      return await within({ surroundings, limit: timing.request }, (signal) => grant.request(scopes, signal));
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      throw failed('TOKEN_FAILED', `The issuer has not answered within ${timing.request} ms`, { retryable: true });
    }
  };
  const cache = new TokenCache(request, timing, surroundings);
  if (credentials.scope === undefined) return cache;
  // The scopes are fixed, so there is one token whatever is published.
  return { get: () => cache.get([]), drop: (refused) => cache.drop(refused) };
}
