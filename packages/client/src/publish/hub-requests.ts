import { LIMITS } from '@tidings/contracts';
import { failureText } from './failure-text.ts';
import { type HubAnswer, readAnswer } from './hub-answer.ts';
import type { Transport, Verdict } from './outbox.ts';
import type { AbortSignalLike, Fetch } from './platform.ts';
import type { PreparedEvent } from './prepare.ts';
import { failed, isPublishError, type PublishError, problemOf } from './publish-error.ts';
import { Interrupted, type PublishSurroundings, within } from './time-limit.ts';
import type { PublishTiming } from './timing.ts';
import { type TokenSource, usableToken } from './token-source.ts';

const STRUCTURED = 'application/cloudevents+json';
const BATCHED = 'application/cloudevents-batch+json';

/** What requests need, whichever call they belong to. */
export interface HubAccess {
  readonly url: string;
  readonly fetch: Fetch['fetch'];
  readonly tokens: TokenSource;
  readonly surroundings: PublishSurroundings;
  readonly timing: PublishTiming;
}

/** The requests of one call. One token is asked for all of its modules, unless the issuer refuses it. */
export class HubRequests implements Transport {
  // The brackets around a batch, and a comma after each event but the last.
  readonly limits = { events: LIMITS.batchEvents, bytes: LIMITS.batchBytes - 1 };
  readonly #access: HubAccess;
  readonly #scopes: readonly string[];
  #areApart = false;

  /** @param events all of the call */
  constructor(access: HubAccess, events: readonly PreparedEvent[]) {
    this.#access = access;
    this.#scopes = modulesOf(events);
  }

  bytesOf({ bytes }: PreparedEvent): number {
    return bytes + 1;
  }

  async send(events: readonly PreparedEvent[], signal: AbortSignalLike): Promise<readonly Verdict[]> {
    const scopes = this.#areApart ? modulesOf(events) : this.#scopes;
    try {
      const token = await this.#token(scopes, signal);
      const answer = await this.#post(events, token, signal);
      if (answer.status !== 401) return this.#read(answer, events);
      // It may have been revoked, or the hub's clock may be ahead.
      this.#access.tokens.drop(token);
      return this.#read(await this.#post(events, await this.#token(scopes, signal), signal), events);
    } catch (error) {
      if (signal.aborted || !isPublishError(error)) throw error;
      if (error.oauthError === 'invalid_scope' && modulesOf(events).length > 1) {
        this.#areApart = true;
        return events.map(() => ({ kind: 'apart', by: 'module' }));
      }
      if (error.oauthError === 'invalid_scope' && scopes.length > 1) {
        this.#areApart = true;
        return await this.send(events, signal);
      }
      return events.map(() => toVerdict(error));
    }
  }

  #read(answer: HubAnswer, events: readonly PreparedEvent[]): readonly Verdict[] {
    return readAnswer(answer, events, this.#access.surroundings.now());
  }

  /** @throws PublishError TOKEN_FAILED */
  async #token(scopes: readonly string[], signal: AbortSignalLike): Promise<string> {
    const { surroundings, timing, tokens } = this.#access;
    try {
      const limits = { surroundings, limit: timing.request, signal };
      return usableToken(await within(limits, async () => await tokens.get(scopes)));
    } catch (error) {
      if (isPublishError(error)) throw error;
      if (error instanceof Interrupted) {
        throw failed('TOKEN_FAILED', `No token came within ${timing.request} ms`, { retryable: true });
      }
      throw failed('TOKEN_FAILED', `The token function failed: ${failureText(error)}`);
    }
  }

  /** @throws PublishError NETWORK_FAILED */
  async #post(events: readonly PreparedEvent[], token: string, signal: AbortSignalLike): Promise<HubAnswer> {
    const { surroundings, timing, fetch, url } = this.#access;
    const [first] = events;
    const isSingle = events.length === 1 && first !== undefined;
    try {
      return await within({ surroundings, limit: timing.request, signal }, async (ended) => {
        const response = await fetch(url, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': isSingle ? STRUCTURED : BATCHED,
            accept: 'application/json, application/problem+json',
          },
          body: isSingle ? first.json : `[${events.map(({ json }) => json).join(',')}]`,
          redirect: 'manual',
          signal: ended,
        });
        const text = await response.text();
        return { status: response.status, retryAfter: response.headers.get('retry-after'), text };
      });
    } catch (error) {
      const why = error instanceof Interrupted ? `no answer within ${timing.request} ms` : failureText(error, [token]);
      throw failed('NETWORK_FAILED', `The hub could not be reached: ${why}`, { outcome: 'unknown', retryable: true });
    }
  }
}

const modulesOf = (events: readonly PreparedEvent[]): readonly string[] => [
  ...new Set(events.map(({ module }) => module)),
];

/** A refused scope concerns the events of its modules; without a token or a network nothing can be sent at all. */
function toVerdict(error: PublishError): Verdict {
  const concernsAll = error.oauthError !== 'invalid_scope';
  return { kind: error.retryable ? 'again' : 'refused', problem: problemOf(error), concernsAll };
}
