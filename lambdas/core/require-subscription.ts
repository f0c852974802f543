import {
  describe,
  type Filter,
  type Subscription,
  type SubscriptionName,
  type TenantId,
  TidingsError,
} from '@tidings/contracts';
import type { Recipient } from './identity.ts';
import type { Wish } from './ports/connection-registry.ts';
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
