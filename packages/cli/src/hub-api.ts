import { setTimeout as sleep } from 'node:timers/promises';
import { asSequence, type Cursor, type Filter, NO_EPOCH, type RecordedEvent } from '@tidings/contracts';
import type { Place } from './cursor-text.ts';
import { Failure, Stopped, Unreachable, UsageError } from './failure.ts';
import { type Answer, request } from './http.ts';
import { refusal } from './problem.ts';
import type { Target } from './target.ts';
import type { Tokens } from './tokens.ts';

/** Tries of a request that failed in a way that may pass, and the longest first pause between two, in milliseconds. */
const TRIES = 5;
const PAUSE_MILLISECONDS = 400;

/** A page of a log or of a durable subscription. */
export interface Page {
  /** The history that its numbers count in; empty before the tenant's first event. */
  readonly epoch: string;
  readonly events: readonly RecordedEvent[];
  /** Everything up to here is in it, in an earlier one, or not for this reader. */
  readonly through: number;
  readonly head: number;
}

export interface HubApiOptions {
  readonly target: Target;
  readonly tokens: Tokens;
  /** Ends what is under way. */
  readonly stop?: AbortSignal;
  /** Told of what is tried again. */
  readonly onTrouble?: (trouble: string) => void;
  /** @default {@link PAUSE_MILLISECONDS} */
  readonly pauseMilliseconds?: number;
}

/** A request, without its token. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly content: { readonly type: string; readonly text: string } | undefined;
  /** Whether asking twice does no more than asking once. */
  readonly mayRepeat: boolean;
}

/** The HTTP API of a hub, with a token for every request. What may pass is tried again. */
export class HubApi {
  readonly #options: HubApiOptions;
  #hasAnswered = false;

  constructor(options: HubApiOptions) {
    this.#options = options;
  }

  /**
   * @param mayRepeat whether asking twice does no more than asking once
   * @returns the body of a 2xx answer
   * @throws Failure when the hub refuses, with what it says and what to do
   * @throws Unreachable, Stopped as {@link exchange} does
   */
  async call(
    method: string,
    path: string,
    { body, mayRepeat = method === 'GET' }: { readonly body?: unknown; readonly mayRepeat?: boolean } = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    const content = body === undefined ? undefined : { type: 'application/json', text: JSON.stringify(body) };
    const answer = await this.exchange({ method, path, content, mayRepeat });
    if (answer.status >= 200 && answer.status < 300) return answer.body ?? {};
    throw refusal('the hub refuses', answer);
  }

  /**
   * Makes a request, and makes it again while that may help.
   * @returns whatever the hub has answered in the end
   * @throws Unreachable when it does not answer
   * @throws Failure when there is no token
   * @throws Stopped
   */
  async exchange(exchange: Exchange): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      const isLast = tries === TRIES || !exchange.mayRepeat;
      const outcome = await this.#try(exchange);
      if (outcome instanceof Unreachable) {
        // Nobody was ever there: then the address is wrong, or the hub does not run.
        if (isLast || !this.#hasAnswered) throw outcome;
        await this.#pause(tries, outcome.message);
      } else {
        if (isLast || !mayPass(outcome.status)) return outcome;
        await this.#pause(tries, refusal('the hub refuses', outcome).message);
      }
    }
  }

  /** @throws as {@link call} does; Failure for an answer that is no page */
  async page(path: string, query: Readonly<Record<string, string | undefined>>): Promise<Page> {
    const set = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const text = new URLSearchParams(set).toString();
    const body = await this.call('GET', text === '' ? path : `${path}?${text}`);
    const { epoch, events, through, head } = body;
    if (Array.isArray(events) && typeof through === 'number' && typeof head === 'number') {
      return { epoch: typeof epoch === 'string' ? epoch : NO_EPOCH, events: events as RecordedEvent[], through, head };
    }
    throw new Failure(`the hub at ${this.#options.target.apiUrl} answers ${path} by something that is no page`, {
      notes: ['Check that "apiUrl" of the target is that of a Tidings hub'],
    });
  }

  /**
   * The cursor that a place stands for.
   * @returns undefined for `now`
   * @throws UsageError for a sequence that lies ahead of the log
   */
  async cursorAt(place: Place): Promise<Cursor | 'oldest' | undefined> {
    if (place === 'now') return undefined;
    if (place === 'oldest') return place;
    if (place.epoch !== undefined) return place;
    if (place.sequence === 0) return 'oldest';
    const { epoch, head } = await this.page('/events', { after: `${place.sequence}`, limit: '1' });
    if (place.sequence <= head) return { epoch, sequence: asSequence(place.sequence) };
    throw new UsageError(`there is no sequence ${place.sequence} yet: the log ends with ${head}`);
  }

  async #try({ method, path, content }: Exchange): Promise<Answer | Unreachable> {
    const { target, tokens, stop } = this.#options;
    let answer: Answer | undefined;
    try {
      for (const isNew of [false, true]) {
        const token = await tokens.next(isNew);
        answer = await request('the hub', `${target.apiUrl}${path}`, {
          method,
          headers: {
            authorization: `Bearer ${token.text}`,
            ...(content !== undefined && { 'content-type': content.type }),
          },
          ...(content !== undefined && { body: content.text }),
          signal: stop,
        });
        this.#hasAnswered = true;
        if (answer.status !== 401 || !tokens.isRenewable) break;
      }
    } catch (error) {
      if (stop?.aborted) throw new Stopped('Stopped while a request was under way', { cause: error });
      if (error instanceof Unreachable) return error;
      throw error;
    }
    return answer ?? { status: 0, body: undefined };
  }

  async #pause(tries: number, trouble: string): Promise<void> {
    const { stop, onTrouble, pauseMilliseconds = PAUSE_MILLISECONDS } = this.#options;
    const pause = pauseMilliseconds * 2 ** (tries - 1) * (0.5 + Math.random() / 2);
    onTrouble?.(`${trouble}; trying again in ${(pause / 1000).toFixed(1)} s`);
    try {
      await sleep(pause, undefined, stop && { signal: stop });
    } catch (cause) {
      throw new Stopped('Stopped before another try', { cause });
    }
  }
}

/** The filter as the query of `GET /events` has it. */
export const filterQuery = (filter: Filter): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(filter).map(([name, values]) => [name, (values as readonly string[]).join(',')]));

const mayPass = (status: number): boolean => status === 429 || status >= 500;
