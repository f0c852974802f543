import type { Surroundings } from '../delivery/surroundings.ts';
import { type Web, type WebRequest, webPlatform } from './web.ts';

/** What came back. */
export interface WebAnswer {
  /** HTTP status. */
  readonly status: number;
  readonly text: string;
}

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
   * @throws what the network throws, or Error if nothing came in time
   */
  async call(url: string, prepare: () => Promise<Omit<WebRequest, 'signal' | 'redirect'>>): Promise<WebAnswer> {
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
    const cancel = this.#surroundings.schedule(this.#milliseconds, end);
    const answered = async (): Promise<WebAnswer> => {
      const { signal } = controller;
      const response = await this.#web.fetch(url, { ...(await prepare()), redirect: 'error', signal });
      return { status: response.status, text: await response.text() };
    };
    try {
      return await Promise.race([answered(), ended]);
    } finally {
      cancel();
      this.#ends.delete(end);
    }
  }
}
