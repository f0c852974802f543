import type { Surroundings } from '../delivery/surroundings.ts';
import { type AbortSignalLike, type Web, type WebRequest, webPlatform, whenAborted } from './web.ts';

/** What came back. */
export interface WebAnswer {
  /** HTTP status. */
  readonly status: number;
  readonly text: string;
  /** Milliseconds that the hub asks to wait; `undefined` if it does not say. */
  readonly retryAfter: number | undefined;
}

/** Whether another try may be answered otherwise: the hub failed, had too many requests, or did not answer in time. */
export const isPassing = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status);

/** Calls over HTTP that end: after a time, or all together. */
export class WebCaller {
  readonly #web: Web;
  readonly #surroundings: Pick<Surroundings, 'schedule'>;
  readonly #milliseconds: number;
  readonly #ends = new Set<() => void>();

  /** @param milliseconds longest wait for an answer */
  constructor(web: Web, surroundings: Pick<Surroundings, 'schedule'>, milliseconds: number) {
    this.#web = web;
    this.#surroundings = surroundings;
    this.#milliseconds = milliseconds;
  }

  /** Ends all that are under way; they fail. */
  abort(): void {
    for (const end of this.#ends) end();
  }

  /**
   * @param prepare makes the request; it may wait, for instance for a token
   * @param signal ends this one alone
   * @throws what the network throws, or Error if nothing came in time
   */
  async call(
    url: string,
    prepare: () => Promise<Omit<WebRequest, 'signal' | 'redirect'>>,
    signal?: AbortSignalLike,
  ): Promise<WebAnswer> {
    const controller = new (webPlatform().AbortController)();
    let end = (): void => undefined;
    // Whoever answers for the token or the network may not heed the signal.
    const ended = new Promise<never>((_, reject) => {
      end = () => {
        controller.abort();
        reject(new Error('Nothing came in time'));
      };
    });
    this.#ends.add(end);
    const forget = whenAborted(signal, end);
    if (signal?.aborted) end();
    const cancel = this.#surroundings.schedule(this.#milliseconds, end);
    const answered = async (): Promise<WebAnswer> => {
      const request = await prepare();
      const response = await this.#web.fetch(url, { ...request, redirect: 'error', signal: controller.signal });
      const retryAfter = millisecondsOf(response.headers?.get('retry-after'));
      return { status: response.status, text: await response.text(), retryAfter };
    };
    try {
      return await Promise.race([answered(), ended]);
    } finally {
      cancel();
      forget();
      this.#ends.delete(end);
    }
  }
}

/** Of a Retry-After in seconds, as hubs say it. Who asks for a quarter of an hour or more is not believed. */
const millisecondsOf = (seconds: string | null | undefined): number | undefined =>
  /^[1-8]?\d{1,2}$/.test(seconds ?? '') ? Number(seconds) * 1000 : undefined;
