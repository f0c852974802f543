/** As much of an `AbortSignal` as is used. Declared here, because the types of Node and of browsers do not fit each other. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(name: 'abort', listener: () => void): void;
  removeEventListener(name: 'abort', listener: () => void): void;
}

export interface FetchInit {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly redirect: 'manual';
  readonly signal: AbortSignalLike;
}

/** As much of a `Response` as is used. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** `fetch`, or something that does the same. Tokens are asked for by it too, so it has to give real `Response`s. */
export interface Fetch {
  // A method, so that the system's own `fetch` fits although it names its types otherwise.
  fetch(url: string, init: FetchInit): Promise<FetchResponse>;
}

interface UrlLike {
  readonly protocol: string;
  readonly hostname: string;
  readonly origin: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
  readonly username: string;
  readonly password: string;
}

/** What browsers and Node have alike; and `process`, which browsers do not have. */
interface Platform {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
  readonly fetch?: Fetch['fetch'];
  readonly crypto?: { randomUUID?(): string };
  readonly AbortController: new () => { readonly signal: AbortSignalLike; abort(): void };
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  readonly URL: new (url: string) => UrlLike;
}

/** Read anew at each use: tests and polyfills come and go. */
export const platform = (): Platform => globalThis as unknown as Platform;

/** Bytes of a text in UTF-8. */
export const utf8Bytes = (text: string): number => new (platform().TextEncoder)().encode(text).length;

/** A URL from text, or `undefined`. */
export function parseUrl(text: unknown): UrlLike | undefined {
  try {
    return new (platform().URL)(String(text));
  } catch {
    return undefined;
  }
}

/** Whether a host is this machine: what is sent there crosses no network, so it needs no TLS. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127(?:\.\d{1,3}){3}$/.test(hostname);

/** Why tokens are not to be sent to a URL, because others could read them on the way; `undefined` if they may. */
export function urlProblem(value: unknown): string | undefined {
  const url = parseUrl(value);
  const expected = 'expected an https URL without user name (http for this machine only)';
  if (url === undefined) return `${expected}, found none`;
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  if (isSafe && url.username === '' && url.password === '') return undefined;
  return `${expected}, found one of ${url.protocol}//${url.hostname}`;
}
