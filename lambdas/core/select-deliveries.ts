import { compileFilter, type Filter, type SubscriptionName, type TenantId } from '@tidings/contracts';
import { hasExpired, isInAudience } from './identity.ts';
import type { Connection, ConnectionRegistry, Wish } from './ports/connection-registry.ts';
import type { IsBroadcast } from './ports/event-definitions.ts';
import type { LedgerEvent } from './ports/event-log.ts';
import type { Subscriptions } from './ports/subscriptions.ts';

/** What choosing who gets what needs of the world. */
export interface SelectPorts {
  readonly registry: Pick<ConnectionRegistry, 'list'>;
  readonly subscriptions: Pick<Subscriptions, 'list'>;
  readonly isBroadcast: IsBroadcast;
}

/** What one connection shall get of a stretch of the log; never empty. */
export interface Delivery {
  readonly connection: Connection;
  readonly events: readonly LedgerEvent[];
}

/** A listener cannot sync: after this time a failed post is forgiven. */
const FORGIVEN_AFTER_MILLISECONDS = 10_000;

/** Who of a tenant gets what of these events, live and now. */
export async function selectDeliveries(
  tenant: TenantId,
  events: readonly LedgerEvent[],
  now: Date,
  { registry, subscriptions, isBroadcast }: SelectPorts,
): Promise<readonly Delivery[]> {
  const ready = (await registry.list(tenant)).filter((connection) => isReady(connection, now));
  const usesSubscriptions = ready.some(({ wish }) => wish !== undefined && 'subscription' in wish);
  const filters = usesSubscriptions ? await activeFilters(tenant, subscriptions) : new Map<SubscriptionName, Filter>();
  const broadcast = events.filter(({ type }) => isBroadcast(type));
  return ready.flatMap((connection) => {
    const filter = filterOf(connection.wish, filters);
    if (filter === undefined) return [];
    const { recipient, wish } = connection;
    const wanted = compileFilter(filter);
    // A browser's own filter never shows what is not for browsers; a durable subscription is a service's.
    const visible = wish !== undefined && 'subscription' in wish ? events : broadcast;
    const chosen = visible.filter((event) => isInAudience(recipient, event) && wanted(event));
    return chosen.length === 0 ? [] : [{ connection, events: chosen }];
  });
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
