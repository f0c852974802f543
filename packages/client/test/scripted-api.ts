import type { HubClientOptions } from '../src/api/index.ts';
import type { WebRequest, WebResponse } from '../src/live/web.ts';
import { answer } from './scripted-hub.ts';
import { VirtualTime } from './virtual-time.ts';

/** A request to the HTTP API as the hub has seen it. */
export interface AskedRequest extends Pick<WebRequest, 'method' | 'redirect'> {
  /** What follows `apiUrl`. */
  readonly path: string;
  readonly token: string;
  readonly body: unknown;
  /** Milliseconds since the beginning. */
  readonly at: number;
}

/** What the hub does with a request. A throw is a network that fails; `never` an answer that does not come. */
export type ApiReaction = (request: AskedRequest) => WebResponse | 'never';

const URL = 'https://hub.example/v1';

/** A hub that reacts as its script says, the last part of it again and again, on a clock that leaps. */
export class ScriptedApi {
  readonly requests: AskedRequest[] = [];
  readonly time = new VirtualTime();
  readonly #script: readonly ApiReaction[];

  constructor(...script: readonly ApiReaction[]) {
    this.#script = script;
  }

  get paths(): readonly string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  /** Options for who asks it; its tokens are named by the reasons for which they are asked. */
  options(rest: Partial<HubClientOptions> = {}): HubClientOptions {
    return {
      apiUrl: `${URL}/`,
      token: (reason) => `token-${reason}`,
      fetch: this.#fetch,
      surroundings: this.time,
      ...rest,
    };
  }

  readonly #fetch: NonNullable<HubClientOptions['fetch']> = async (
    url,
    { method, headers, body, redirect, signal },
  ) => {
    const request = {
      method,
      redirect,
      path: url.replace(URL, ''),
      token: headers['authorization']?.replace('Bearer ', '') ?? '',
      body: body === undefined ? undefined : (JSON.parse(body) as unknown),
      at: this.time.elapsed,
    };
    this.requests.push(request);
    const reaction = this.#script[Math.min(this.requests.length, this.#script.length) - 1] ?? (() => answer(200, {}));
    const given = reaction(request);
    if (given !== 'never') return given;
    return await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  };
}

/** What something throws, if it does. */
export const thrownBy = async (promise: Promise<unknown>): Promise<unknown> => {
  const outcome = await promise.then(
    () => ({ error: undefined }),
    (error: unknown) => ({ error }),
  );
  if (outcome.error === undefined) throw new Error('Expected a throw, found none');
  return outcome.error;
};
