import { compileFilter, type Filter, type SubscriptionName, type TenantId } from '@tidings/contracts';
import { hasExpired, isInAudience } from './identity.ts';
import type { Connection, Wish } from './ports/connection-registry.ts';
import type { IsBroadcast } from './ports/event-definitions.ts';
import type { LedgerEvent } from './ports/event-log.ts';
import type { Subscriptions } from './ports/subscriptions.ts';

/** What choosing who gets what needs of the world. */
export interface SelectPorts {
  readonly subscriptions: Pick<Subscriptions, 'list'>;
  readonly isBroadcast: IsBroadcast;
}

/** What one connection shall get of a stretch of the log; never empty. */
export interface Delivery {
  readonly connection: Connection;
  /** Where two connections get the same, this may be the same array. */
  readonly events: readonly LedgerEvent[];
}

/** A listener cannot sync: after this time a failed post is forgiven. */
const FORGIVEN_AFTER_MILLISECONDS = 10_000;

type Wanted = (event: LedgerEvent) => boolean;

/**
 * Chooses who of a tenant gets what, live and now. For one round: durable subscriptions are read once, when somebody
 * follows one, and of filters that are alike each is compiled, and asked about an event, once.
 */
export class Selection {
  readonly #tenant: TenantId;
  readonly #ports: SelectPorts;
  readonly #compiled = new Map<string, Wanted>();
  readonly #matches = new WeakMap<readonly LedgerEvent[], Map<string, readonly LedgerEvent[]>>();
  #subscriptions: Promise<ReadonlyMap<SubscriptionName, Filter>> | undefined;

  constructor(tenant: TenantId, ports: SelectPorts) {
    this.#tenant = tenant;
    this.#ports = ports;
  }

  /** Who of these connections, listed after the events were recorded, gets what of these events. */
  async choose(
    connections: readonly Connection[],
    events: readonly LedgerEvent[],
    now: Date,
  ): Promise<readonly Delivery[]> {
    const ready = connections.filter((connection) => isReady(connection, now));
    const usesSubscriptions = ready.some(({ wish }) => wish !== undefined && 'subscription' in wish);
    if (usesSubscriptions) this.#subscriptions ??= activeFilters(this.#tenant, this.#ports.subscriptions);
    const filters = (await this.#subscriptions) ?? new Map<SubscriptionName, Filter>();
    return ready.flatMap((connection) => {
      const { recipient, wish } = connection;
      const filter = filterOf(wish, filters);
      if (filter === undefined) return [];
      const isService = wish !== undefined && 'subscription' in wish;
      const matching = this.#matching(events, filter, isService);
      const chosen = matching.filter((event) => isInAudience(recipient, event));
      if (chosen.length === 0) return [];
      return [{ connection, events: chosen.length === matching.length ? matching : chosen }];
    });
  }

  /** The events that a filter lets through, and may: the same array for filters that are alike. */
  #matching(events: readonly LedgerEvent[], filter: Filter, isService: boolean): readonly LedgerEvent[] {
    const text = JSON.stringify(filter);
    const known = this.#matches.get(events) ?? new Map<string, readonly LedgerEvent[]>();
    this.#matches.set(events, known);
    const key = `${isService} ${text}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const wanted = this.#compiled.get(text) ?? compileFilter(filter);
    this.#compiled.set(text, wanted);
    // A browser's own filter never shows what is not for browsers; a durable subscription is a service's.
    const matching = events.filter((event) => (isService || this.#ports.isBroadcast(event.type)) && wanted(event));
    known.set(key, matching);
    return matching;
  }
}

/** Whether a connection gets live events now: its token lives, and it has not missed any that it must sync for. */
function isReady({ recipient, behindSince, listensOnly, wish }: Connection, now: Date): boolean {
  if (wish === undefined || hasExpired(recipient, now)) return false;
  // A newer token may lack the scope that the subscription was resumed with.
  if ('subscription' in wish && !recipient.mayRead) return false;
  if (behindSince === undefined) return true;
  return listensOnly && now.getTime() - behindSince.getTime() >= FORGIVEN_AFTER_MILLISECONDS;
}

async function activeFilters(
  tenant: TenantId,
  subscriptions: SelectPorts['subscriptions'],
): Promise<ReadonlyMap<SubscriptionName, Filter>> {
  const active = (await subscriptions.list(tenant)).filter(({ status }) => status === 'active');
  return new Map(active.map(({ name, filter }) => [name, filter]));
}

/** The filter of a wish; `undefined` if it is for a subscription that is paused or gone. */
function filterOf(wish: Wish | undefined, filters: ReadonlyMap<SubscriptionName, Filter>): Filter | undefined {
  if (wish === undefined) return undefined;
  return 'filter' in wish ? wish.filter : filters.get(wish.subscription);
}
