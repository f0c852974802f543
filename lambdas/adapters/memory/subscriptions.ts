import type { Subscription, SubscriptionName, TenantId } from '@tidings/contracts';
import type { Subscriptions } from '../../core/ports/subscriptions.ts';

/** Durable subscriptions in memory, with the guarantees of the real ones; for tests. */
export function createMemorySubscriptions(): Subscriptions {
  const tenants = new Map<TenantId, Map<SubscriptionName, Subscription>>();
  const of = (tenant: TenantId): Map<SubscriptionName, Subscription> => {
    const known = tenants.get(tenant) ?? new Map<SubscriptionName, Subscription>();
    tenants.set(tenant, known);
    return known;
  };
  return {
    async create(tenant, subscription) {
      if (of(tenant).has(subscription.name)) return false;
      of(tenant).set(subscription.name, subscription);
      return true;
    },
    async find(tenant, name) {
      return of(tenant).get(name);
    },
    async list(tenant) {
      return [...of(tenant).values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },
    async change(tenant, name, change, updated) {
      const known = of(tenant).get(name);
      if (known === undefined) return undefined;
      const changed = { ...known, ...change, updated };
      of(tenant).set(name, changed);
      return changed;
    },
    async remove(tenant, name) {
      return of(tenant).delete(name);
    },
    async acknowledge(tenant, name, cursor) {
      const known = of(tenant).get(name);
      if (known === undefined) return { kind: 'not-found' };
      if (known.status === 'paused') return { kind: 'paused' };
      const isForward = known.cursor.epoch !== cursor.epoch || known.cursor.sequence < cursor.sequence;
      if (isForward) of(tenant).set(name, { ...known, cursor });
      return { kind: 'acknowledged', cursor: isForward ? cursor : known.cursor };
    },
  };
}
