import type { AbortSignalLike } from '../publish/platform.ts';

export type { AbortSignalLike };

/** As much of a request as is used. */
export interface WebRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A redirection could lead the token elsewhere: the call fails. */
  readonly redirect: 'error';
  readonly signal: AbortSignalLike;
}

/** As much of a `Response` as is used. */
export interface WebResponse {
  readonly status: number;
  /** Left out by who cannot tell: then nobody is told how long to wait. */
  readonly headers?: { get(name: string): string | null };
  text(): Promise<string>;
}

/** `fetch`, or something that does the same. */
export interface Web {
  // A method, so that the system's own `fetch` fits although it names its types otherwise.
  fetch(url: string, request: WebRequest): Promise<WebResponse>;
}

interface WebPlatform {
  readonly fetch: Web['fetch'];
  readonly AbortController: new () => { readonly signal: AbortSignalLike; abort(): void };
  readonly URL: new (url: string) => { readonly origin: string; readonly protocol: string };
  readonly console?: { error(...values: unknown[]): void };
}

/** Read anew at each use: tests and polyfills come and go. */
export const webPlatform = (): WebPlatform => globalThis as unknown as WebPlatform;

/** The origin of an http(s) URL, or `undefined`. */
export function originOf(url: string): string | undefined {
  try {
    const { origin, protocol } = new (webPlatform().URL)(url);
    return /^https?:$/.test(protocol) ? origin : undefined;
  } catch {
    return undefined;
  }
}

/** Calls when a signal is aborted. @returns what ends that */
export function whenAborted(signal: AbortSignalLike | undefined, call: () => void): () => void {
  signal?.addEventListener('abort', call);
  return () => signal?.removeEventListener('abort', call);
}
