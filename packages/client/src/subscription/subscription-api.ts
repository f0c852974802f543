import {
  type Cursor,
  type Filter,
  type RecordedEvent,
  type ResetReason,
  type Start,
  subscriptionPath,
} from '@tidings/contracts';
import { HubApi } from '../api/hub-api.ts';
import { type HubError, isHubError } from '../api/hub-error.ts';
import type { TokenReason } from '../delivery/options.ts';
import type { Surroundings } from '../delivery/surroundings.ts';
import type { Timing } from '../delivery/timing.ts';
import type { Web } from '../live/web.ts';

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

/** What is left, if that is what the hub has answered. */
export const cutIn = ({ code, problem }: HubError): HistoryCut | undefined =>
  code === 'HISTORY_CUT' ? (problem as unknown as HistoryCut) : undefined;

/** One durable subscription over HTTP. */
export class SubscriptionApi {
  readonly #name: string;
  readonly #hub: HubApi;

  constructor({ name, timing, ...options }: SubscriptionApiOptions) {
    this.#name = name;
    this.#hub = new HubApi({ ...options, limit: timing.attempt, tokenMargin: timing.tokenMargin });
  }

  /** Ends what is under way; what is asked for later goes on. */
  abort(): void {
    this.#hub.abort();
  }

  /** @throws HubError */
  async ensure(filter: Filter | undefined, start: Start | undefined): Promise<void> {
    const name = this.#name;
    try {
      await this.#hub.send({ method: 'GET', path: subscriptionPath(name) });
      return;
    } catch (error) {
      if (!isHubError(error) || error.code !== 'SUBSCRIPTION_NOT_FOUND') throw error;
    }
    const cursor = start === 'oldest' ? { sequence: 0 } : start;
    try {
      const body = { name, ...(filter && { filter }), ...(cursor && { cursor }) };
      await this.#hub.send({ method: 'POST', path: '/subscriptions', body });
    } catch (error) {
      // Another consumer was faster.
      if (!isHubError(error) || error.code !== 'SUBSCRIPTION_EXISTS') throw error;
    }
  }

  /** @throws HubError */
  async pull(limit: number): Promise<PulledPage> {
    const page = await this.#hub.send({ method: 'GET', path: subscriptionPath(this.#name, `/events?limit=${limit}`) });
    const { events, through } = (page ?? {}) as Partial<PulledPage>;
    if (Array.isArray(events) && typeof through === 'number') return page as PulledPage;
    throw new TypeError('Expected a page with events, found something else');
  }

  /** @throws HubError */
  async acknowledge(cursor: { readonly epoch: string; readonly sequence: number }): Promise<void> {
    await this.#hub.send({ method: 'POST', path: subscriptionPath(this.#name, '/ack'), body: cursor });
  }
}
