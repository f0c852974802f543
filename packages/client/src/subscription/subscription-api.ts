import {
  type Cursor,
  type Filter,
  type RecordedEvent,
  type ResetReason,
  type Start,
  subscriptionPath,
  TidingsError,
} from '@tidings/contracts';
import type { TokenReason } from '../delivery/options.ts';
import type { Surroundings } from '../delivery/surroundings.ts';
import type { Timing } from '../delivery/timing.ts';
import { endOf } from '../delivery/token.ts';
import type { Web } from '../live/web.ts';
import { WebCaller } from '../live/web-caller.ts';

export interface SubscriptionApiOptions {
  readonly apiUrl: string;
  readonly name: string;
  readonly token: (reason: TokenReason) => string | PromiseLike<string>;
  readonly web: Web;
  readonly surroundings: Surroundings;
  readonly timing: Timing;
}

/** What `GET /subscriptions/{name}/events` answers. */
export interface PulledPage {
  /** Where the subscription stands. */
  readonly cursor: Cursor;
  readonly epoch: string;
  readonly events: readonly RecordedEvent[];
  readonly through: number;
  readonly head: number;
}

/** What there is instead of a page if history was cut. */
export interface HistoryCut {
  readonly reason: ResetReason;
  readonly epoch: string;
  readonly oldest: number;
  readonly head: number;
}

/** The hub's answer to a request that it refuses. `code` says why. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  /** Absent if the answer was no problem document of the hub. */
  readonly code: string | undefined;
  /** Milliseconds that the hub asks to wait, if it does. */
  readonly retryAfter: number | undefined;
  /** If history was cut: what is left. */
  readonly cut: HistoryCut | undefined;

  constructor(status: number, problem: Readonly<Record<string, unknown>>, retryAfter?: number) {
    const { code, detail } = problem;
    super(`The hub answers ${status}${typeof code === 'string' ? ` ${code}: ${detail}` : ''}`);
    this.status = status;
    this.retryAfter = retryAfter;
    this.code = typeof code === 'string' ? code : undefined;
    if (code === 'HISTORY_CUT') this.cut = problem as unknown as HistoryCut;
    if (typeof code === 'string') this.cause = new TidingsError(code as TidingsError['code'], String(detail));
  }

  /** Whether another try, as we are, may help. */
  get isPassing(): boolean {
    return this.status >= 500 || [401, 408, 425, 429].includes(this.status);
  }
}

/** A token that lasts so many milliseconds will do for a request. */
const SAFE = 10_000;

/** One durable subscription over HTTP. */
export class SubscriptionApi {
  readonly #options: SubscriptionApiOptions;
  readonly #caller: WebCaller;
  #token: string | undefined;
  #reason: TokenReason = 'connect';

  constructor(options: SubscriptionApiOptions) {
    this.#options = options;
    this.#caller = new WebCaller(options.web, options.surroundings, options.timing.attempt);
  }

  /** Ends what is under way; what is asked for later goes on. */
  abort(): void {
    this.#caller.abort();
  }

  /** @throws Refusal, whatever the network or the token function throws */
  async ensure(filter: Filter | undefined, start: Start | undefined): Promise<void> {
    const { name } = this.#options;
    try {
      await this.#send('GET', subscriptionPath(name));
      return;
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'SUBSCRIPTION_NOT_FOUND') throw error;
    }
    const cursor = start === 'oldest' ? { sequence: 0 } : start;
    try {
      await this.#send('POST', '/subscriptions', { name, ...(filter && { filter }), ...(cursor && { cursor }) });
    } catch (error) {
      // Another consumer was faster.
      if (!(error instanceof Refusal) || error.code !== 'SUBSCRIPTION_EXISTS') throw error;
    }
  }

  /** @throws Refusal, whatever the network or the token function throws */
  async pull(limit: number): Promise<PulledPage> {
    const page = await this.#send('GET', subscriptionPath(this.#options.name, `/events?limit=${limit}`));
    const { events, through } = page as Partial<PulledPage>;
    if (Array.isArray(events) && typeof through === 'number') return page as PulledPage;
    throw new TypeError('Expected a page with events, found something else');
  }

  /** @throws Refusal, whatever the network or the token function throws */
  async acknowledge(cursor: { readonly epoch: string; readonly sequence: number }): Promise<void> {
    await this.#send('POST', subscriptionPath(this.#options.name, '/ack'), cursor);
  }

  async #send(method: string, path: string, body?: unknown): Promise<unknown> {
    const { status, text, retryAfter } = await this.#caller.call(`${this.#options.apiUrl}${path}`, async () => {
      const headers = { authorization: `Bearer ${await this.#currentToken()}`, accept: 'application/json' };
      if (body === undefined) return { method, headers };
      return { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
    });
    if (status >= 200 && status < 300) return JSON.parse(text);
    if (status === 401) {
      this.#token = undefined;
      this.#reason = 'refused';
    }
    throw new Refusal(status, problemIn(text), retryAfter);
  }

  async #currentToken(): Promise<string> {
    const { token, surroundings, timing } = this.#options;
    const end = this.#token === undefined ? undefined : endOf(this.#token);
    if (
      this.#token !== undefined &&
      (end === undefined || end - surroundings.now() > Math.min(timing.tokenMargin, SAFE))
    )
      return this.#token;
    const reason = this.#token === undefined ? this.#reason : 'renew';
    this.#token = await token(reason);
    this.#reason = 'connect';
    return this.#token;
  }
}

function problemIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const problem: unknown = JSON.parse(text);
    return typeof problem === 'object' && problem !== null ? (problem as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
