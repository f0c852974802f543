import type { TokenReason } from '../delivery/options.ts';
import type { Surroundings } from '../delivery/surroundings.ts';
import { isSendable } from '../delivery/token.ts';
import type { Web } from '../live/web.ts';
import { type WebAnswer, WebCaller } from '../live/web-caller.ts';
import { failureText } from '../publish/failure-text.ts';
import type { AbortSignalLike } from '../publish/platform.ts';
import { aborted, HubError, isHubError, refusalOf } from './hub-error.ts';
import { KeptToken } from './kept-token.ts';

/** A token that lasts so many milliseconds will do for a request. */
const SAFE = 10_000;

export interface HubApiOptions {
  /** Without a slash at its end. */
  readonly apiUrl: string;
  readonly token: (reason: TokenReason) => string | PromiseLike<string>;
  readonly web: Web;
  readonly surroundings: Pick<Surroundings, 'now' | 'schedule'>;
  /** Milliseconds for a token and an answer together. */
  readonly limit: number;
  readonly tokenMargin: number;
}

/** What is asked of the hub. */
export interface HubRequest {
  readonly method: string;
  /** From the slash after `apiUrl` on. */
  readonly path: string;
  /** Becomes JSON. */
  readonly body?: unknown;
}

/** Authorised requests over HTTP, each tried once. */
export class HubApi {
  readonly #options: HubApiOptions;
  readonly #caller: WebCaller;
  readonly #tokens: KeptToken;

  constructor(options: HubApiOptions) {
    this.#options = options;
    const { token, web, surroundings, limit, tokenMargin } = options;
    this.#caller = new WebCaller(web, surroundings, limit);
    this.#tokens = new KeptToken({ token, surroundings, margin: Math.min(tokenMargin, SAFE) });
  }

  /** Ends what is under way; what is asked for later goes on. */
  abort(): void {
    this.#tokens.forget();
    this.#caller.abort();
  }

  /**
   * After a token was refused, the next request asks for a new one.
   * @returns the JSON of the answer; `undefined` if it has none
   * @throws HubError
   */
  async send({ method, path, body }: HubRequest, signal?: AbortSignalLike): Promise<unknown> {
    const { apiUrl, limit } = this.#options;
    if (signal?.aborted) throw aborted();
    let token: string | undefined;
    const prepare = async () => {
      token = await this.#usableToken();
      const headers = { authorization: `Bearer ${token}`, accept: 'application/json, application/problem+json' };
      if (body === undefined) return { method, headers };
      return { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
    };
    let answer: WebAnswer;
    try {
      answer = await this.#caller.call(`${apiUrl}${path}`, prepare, signal);
    } catch (thrown) {
      if (isHubError(thrown)) throw thrown;
      if (signal?.aborted) throw aborted();
      if (token !== undefined) {
        throw new HubError('NETWORK_FAILED', `The hub could not be reached: ${failureText(thrown, [token])}`, {
          retryable: true,
        });
      }
      // Who has not answered for so long is not waited for by the next request.
      this.#tokens.forget();
      throw new HubError('TOKEN_FAILED', `No token came within ${limit} ms`, { retryable: true });
    }
    const { status, text, retryAfter } = answer;
    if (status >= 200 && status < 300) return jsonOf(status, text);
    if (status === 401 && token !== undefined) this.#tokens.refuse(token);
    throw refusalOf(status, text, retryAfter);
  }

  async #usableToken(): Promise<string> {
    let token: unknown;
    try {
      token = await this.#tokens.get();
    } catch (cause) {
      throw new HubError('TOKEN_FAILED', `The token function failed: ${failureText(cause)}`, { cause });
    }
    if (isSendable(token)) return token;
    // The system's own complaint about one that cannot stand in a header would quote it.
    const found = typeof token === 'string' ? 'a string that is empty or has other characters' : typeof token;
    throw new HubError('TOKEN_FAILED', `Expected a token of printable ASCII characters, found ${found}`);
  }
}

function jsonOf(status: number, text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new HubError('ANSWER_INVALID', 'Expected JSON, found something else', { status, retryable: true });
  }
}
