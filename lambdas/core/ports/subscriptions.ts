import type { Cursor, Subscription, SubscriptionChange, SubscriptionName, TenantId } from '@tidings/contracts';

/** What an acknowledgement came to. */
export type AckOutcome =
  /** The subscription stands here now: where the acknowledgement says, or further already. */
  | { readonly kind: 'acknowledged'; readonly cursor: Cursor }
  | { readonly kind: 'paused' }
  | { readonly kind: 'not-found' };

/** The durable subscriptions of every tenant. Consistent, and each write of one subscription is atomic. */
export interface Subscriptions {
  /** @returns whether it was created; `false` if the tenant has one of that name */
  create(tenant: TenantId, subscription: Subscription): Promise<boolean>;
  find(tenant: TenantId, name: SubscriptionName): Promise<Subscription | undefined>;
  /** By name. */
  list(tenant: TenantId): Promise<readonly Subscription[]>;
  /** @returns the subscription as it is now; `undefined` if there is none of that name */
  change(
    tenant: TenantId,
    name: SubscriptionName,
    change: SubscriptionChange,
    updated: string,
  ): Promise<Subscription | undefined>;
  /** @returns whether there was one */
  remove(tenant: TenantId, name: SubscriptionName): Promise<boolean>;
  /**
   * Moves the cursor forward, never back: within an epoch to a higher sequence, and into another epoch anyhow, because
   * only one epoch is current and the caller has made sure that it is this.
   */
  acknowledge(tenant: TenantId, name: SubscriptionName, cursor: Cursor): Promise<AckOutcome>;
}
