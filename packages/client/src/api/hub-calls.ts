import { describe } from '@tidings/contracts';
import { Backoff } from '../delivery/backoff.ts';
import { completeSurroundings } from '../delivery/surroundings.ts';
import { webPlatform } from '../live/web.ts';
import { urlProblem } from '../publish/platform.ts';
import { type PublishSurroundings, pause } from '../publish/time-limit.ts';
import { PUBLISH_TIMING, type PublishTiming } from '../publish/timing.ts';
import { HubApi, type HubRequest } from './hub-api.ts';
import { aborted, HubError, isHubError } from './hub-error.ts';
import type { CallOptions, HubClientOptions } from './options.ts';

/** A question to the hub, and what may be done if it fails. */
export interface HubCall extends HubRequest {
  /** Whether asking twice does no more than asking once. @default true */
  readonly isRepeatable?: boolean;
  /** A code that says, when it answers a repeated call, that the one before did its work. */
  readonly doneBy?: HubError['code'];
}

/** Milliseconds after which nothing is tried again: somebody waits for these answers. */
const BUDGET = 45_000;

/** The HTTP API, for calls that somebody waits for: what may be tried again is tried again for a while. */
export class HubCalls {
  readonly #api: HubApi;
  readonly #surroundings: PublishSurroundings;
  readonly #timing: PublishTiming;

  /** @throws TypeError if the options cannot be used */
  constructor(options: HubClientOptions) {
    const { apiUrl, token, fetch } = options;
    const problem = urlProblem(apiUrl);
    if (problem !== undefined) throw new TypeError(`Not to be used as apiUrl: ${problem}`);
    if (typeof token !== 'function') {
      throw new TypeError(`Expected a token function, found ${describe(typeof token)}`);
    }
    if (fetch !== undefined && typeof fetch !== 'function') {
      throw new TypeError(`Expected fetch to be a function, found ${describe(typeof fetch)}`);
    }
    this.#surroundings = completeSurroundings(options.surroundings);
    this.#timing = { ...PUBLISH_TIMING, budget: BUDGET, ...options.timing };
    this.#api = new HubApi({
      apiUrl: apiUrl.replace(/\/+$/, ''),
      token: (reason) => token(reason),
      // Called without an owner: the system's own `fetch` bears no other.
      web: { fetch: (url, request) => (fetch ?? webPlatform().fetch)(url, request) },
      surroundings: this.#surroundings,
      limit: this.#timing.request,
      tokenMargin: this.#timing.tokenMargin,
    });
  }

  /**
   * A refused token is followed by a new one, once. Overload, failures of the hub and of the network are tried again with
   * back-off, and not sooner than the hub asks for; a call that is not repeatable only if it has surely not been served.
   * @returns the JSON of the answer; `undefined` if it has none
   * @throws HubError
   */
  async call({ isRepeatable = true, doneBy, ...request }: HubCall, { signal }: CallOptions = {}): Promise<unknown> {
    const { attempts, budget, backoffBase, backoffCap } = this.#timing;
    const surroundings = this.#surroundings;
    const begun = surroundings.now();
    const backoff = new Backoff({
      baseMilliseconds: backoffBase,
      capMilliseconds: backoffCap,
      random: () => surroundings.random(),
    });
    let hasNewToken = false;
    for (let tries = 1; ; ) {
      try {
        return await this.#api.send(request, signal);
      } catch (error) {
        if (!isHubError(error)) throw error;
        if (tries > 1 && error.code === doneBy) return undefined;
        if (error.status === 401 && !hasNewToken) {
          hasNewToken = true;
          continue;
        }
        const wait = Math.max(backoff.next(), error.retryAfter ?? 0);
        const isSafe = isRepeatable || error.status === 429 || error.code === 'TOKEN_FAILED';
        const isInTime = surroundings.now() - begun + wait < budget;
        if (!error.retryable || !isSafe || tries >= attempts || !isInTime) throw error;
        tries += 1;
        await rest(wait, surroundings, signal);
      }
    }
  }

  /** As {@link call}, for an answer that must be an object with these members. @throws HubError */
  async ask<Answer extends object>(
    call: HubCall,
    members: readonly (keyof Answer & string)[],
    options?: CallOptions,
  ): Promise<Answer> {
    const answer = await this.call(call, options);
    const isObject = typeof answer === 'object' && answer !== null;
    const missing = members.find((name) => !isObject || !Object.hasOwn(answer, name));
    if (isObject && missing === undefined) return answer as Answer;
    const found = isObject ? `one without ${missing}` : typeof answer;
    throw new HubError('ANSWER_INVALID', `Expected an object with ${members.join(', ')}, found ${found}`);
  }
}

async function rest(
  milliseconds: number,
  surroundings: PublishSurroundings,
  signal: CallOptions['signal'],
): Promise<void> {
  try {
    await pause(milliseconds, surroundings, signal);
  } catch {
    throw aborted();
  }
}
