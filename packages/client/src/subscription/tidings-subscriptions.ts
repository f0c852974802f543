import {
  type Cursor,
  type Filter,
  parseCursor,
  parseFilter,
  parseSequence,
  parseStart,
  parseSubscriptionName,
  type Subscription,
  type SubscriptionStatus,
  subscriptionPath,
} from '@tidings/contracts';
import { HubCalls } from '../api/hub-calls.ts';
import { type HubError, isHubError } from '../api/hub-error.ts';
import type { CallOptions, HubClientOptions } from '../api/options.ts';
import type { CursorLike } from '../delivery/options.ts';

/** A durable subscription to create. */
export interface SubscriptionToCreate {
  /** An identifier, unique per tenant. */
  readonly name: string;
  /** @default every event that the consumer's token may see */
  readonly filter?: Filter;
  /** @default what comes from now on */
  readonly cursor?: CursorLike | 'oldest';
}

/** What a durable subscription is to become; what is absent stays. */
export interface SubscriptionUpdate {
  /** A paused one delivers nothing and loses nothing. */
  readonly status?: SubscriptionStatus;
  readonly filter?: Filter;
}

const SHOWN = ['name', 'filter', 'status', 'cursor'] as const;

/**
 * Manages the durable subscriptions of the token's tenant; `TidingsSubscription` consumes one.
 *
 * Listing and acknowledging take the environment's scope for reading; creating, changing and deleting take
 * `subscriptions:write`. Every call throws a `HubError` if the hub refuses or cannot be asked, SUBSCRIPTION_NOT_FOUND for
 * instance. What may be tried again was tried again by then.
 */
export class TidingsSubscriptions {
  readonly #hub: HubCalls;

  /** @throws TypeError if the options cannot be used */
  constructor(options: HubClientOptions) {
    this.#hub = new HubCalls(options);
  }

  /** All of the tenant. @throws HubError */
  async list(options?: CallOptions): Promise<readonly Subscription[]> {
    const call = { method: 'GET', path: '/subscriptions' };
    type Listed = { readonly subscriptions: readonly Subscription[] };
    return (await this.#hub.ask<Listed>(call, ['subscriptions'], options)).subscriptions;
  }

  /** @returns `undefined` if there is none of the name. @throws HubError, TidingsError SUBSCRIPTION_INVALID */
  async get(name: string, options?: CallOptions): Promise<Subscription | undefined> {
    try {
      return await this.#hub.ask<Subscription>({ method: 'GET', path: pathOf(name) }, SHOWN, options);
    } catch (error) {
      if (isHubError(error) && error.code === 'SUBSCRIPTION_NOT_FOUND') return undefined;
      throw error;
    }
  }

  /**
   * Is not tried again where an answer may have been lost: `get` tells whether there is one now.
   * @throws HubError, SUBSCRIPTION_EXISTS for instance
   * @throws TidingsError SUBSCRIPTION_INVALID, FILTER_INVALID, CURSOR_INVALID if it cannot be created
   */
  async create({ name, filter, cursor }: SubscriptionToCreate, options?: CallOptions): Promise<Subscription> {
    const body = {
      name: parseSubscriptionName(name, '/name'),
      ...(filter !== undefined && { filter: parseFilter(filter) }),
      ...(cursor !== undefined && { cursor: startOf(cursor) }),
    };
    const call = { method: 'POST', path: '/subscriptions', body, isRepeatable: false };
    return await this.#hub.ask<Subscription>(call, SHOWN, options);
  }

  /** Pauses, resumes, or gives another filter. @throws HubError, TidingsError SUBSCRIPTION_INVALID, FILTER_INVALID */
  async update(name: string, { status, filter }: SubscriptionUpdate, options?: CallOptions): Promise<Subscription> {
    const body = {
      ...(status !== undefined && { status }),
      ...(filter !== undefined && { filter: parseFilter(filter) }),
    };
    return await this.#hub.ask<Subscription>({ method: 'PATCH', path: pathOf(name), body }, SHOWN, options);
  }

  /** With its cursor, for good. @throws HubError, TidingsError SUBSCRIPTION_INVALID */
  async delete(name: string, options?: CallOptions): Promise<void> {
    const doneBy: HubError['code'] = 'SUBSCRIPTION_NOT_FOUND';
    await this.#hub.call({ method: 'DELETE', path: pathOf(name), doneBy }, options);
  }

  /**
   * Everything up to here has been dealt with, and will not come again. A cursor never moves back within a history; to
   * another history it moves by a cursor with its epoch.
   * @param place an event's `sequence` as it stands, a number, or a cursor
   * @returns where the subscription stands now
   * @throws HubError, ACK_BEYOND_HEAD for instance
   * @throws TidingsError SUBSCRIPTION_INVALID, CURSOR_INVALID
   */
  async acknowledge(name: string, place: number | string | CursorLike, options?: CallOptions): Promise<Cursor> {
    const call = { method: 'POST', path: pathOf(name, '/ack'), body: placeOf(place) };
    return (await this.#hub.ask<{ readonly cursor: Cursor }>(call, ['cursor'], options)).cursor;
  }
}

const pathOf = (name: string, rest?: string): string => subscriptionPath(parseSubscriptionName(name, '/name'), rest);

function startOf(cursor: CursorLike | 'oldest'): object {
  if (cursor === 'oldest') return { sequence: 0 };
  const start = parseStart(cursor);
  return start === 'oldest' ? { sequence: 0 } : start;
}

function placeOf(place: number | string | CursorLike): object {
  if (typeof place === 'object') return parseCursor(place, '');
  const sequence = typeof place === 'string' && /^\d{1,20}$/.test(place) ? Number(place) : place;
  return { sequence: parseSequence(sequence, '/sequence') };
}
