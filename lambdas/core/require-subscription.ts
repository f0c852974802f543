import {
  describe,
  type Filter,
  type Head,
  type Subscription,
  type SubscriptionName,
  type TenantId,
  TidingsError,
} from '@tidings/contracts';
import type { Recipient } from './identity.ts';
import type { Wish } from './ports/connection-registry.ts';
import type { EventLog } from './ports/event-log.ts';
import type { Subscriptions } from './ports/subscriptions.ts';

interface Ports {
  readonly subscriptions: Pick<Subscriptions, 'find'>;
}

/** @throws TidingsError SUBSCRIPTION_NOT_FOUND */
export async function requireSubscription(
  tenant: TenantId,
  name: SubscriptionName,
  ports: Ports,
): Promise<Subscription> {
  const subscription = await ports.subscriptions.find(tenant, name);
  if (subscription !== undefined) return subscription;
  throw notFound(name);
}

/** @throws TidingsError SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_PAUSED */
export async function requireActive(tenant: TenantId, name: SubscriptionName, ports: Ports): Promise<Subscription> {
  const subscription = await requireSubscription(tenant, name, ports);
  if (subscription.status === 'active') return subscription;
  throw paused(name);
}

/** A subscription, and the head as it was before the subscription was read. */
export interface Standing {
  readonly subscription: Subscription;
  readonly head: Head;
}

/**
 * A subscription to read pages of, with the head that they go up to. The head is read first: an event that comes after
 * a change of the filter must not be judged by the filter of before, which would pass it over for good. Should another
 * consumer have acknowledged what came after that head, it is read again: the cursor is not ahead of the log.
 * @throws TidingsError SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_PAUSED
 */
export async function requireStanding(
  tenant: TenantId,
  name: SubscriptionName,
  ports: Ports & { readonly log: Pick<EventLog, 'head'> },
): Promise<Standing> {
  let head = await ports.log.head(tenant);
  for (;;) {
    const subscription = await requireActive(tenant, name, ports);
    const { epoch, sequence } = subscription.cursor;
    if (epoch === head.epoch && sequence <= head.sequence) return { subscription, head };
    const newer = await ports.log.head(tenant);
    if (newer.epoch === head.epoch && newer.sequence === head.sequence) return { subscription, head };
    head = newer;
  }
}

/** @throws TidingsError SCOPE_MISSING unless the recipient may use durable subscriptions */
export function mayUseSubscriptions({ mayRead }: Recipient): void {
  if (mayRead) return;
  throw new TidingsError('SCOPE_MISSING', 'A durable subscription takes the scope for reading, which the token lacks');
}

/**
 * The filter of what a connection wants.
 * @throws TidingsError SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_PAUSED
 */
export async function filterOf(tenant: TenantId, wish: Wish, ports: Ports): Promise<Filter> {
  return 'filter' in wish ? wish.filter : (await requireActive(tenant, wish.subscription, ports)).filter;
}

export const notFound = (name: SubscriptionName): TidingsError =>
  new TidingsError(
    'SUBSCRIPTION_NOT_FOUND',
    `Expected the name of a subscription; found ${describe(name)}, which is none`,
  );

export const paused = (name: SubscriptionName): TidingsError =>
  new TidingsError(
    'SUBSCRIPTION_PAUSED',
    `The subscription ${describe(name)} is paused: it delivers nothing and loses nothing`,
  );
