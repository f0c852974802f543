import {
  asSequence,
  type Cursor,
  describe,
  LIMITS,
  type NewSubscription,
  NO_EPOCH,
  type Subscription,
  type SubscriptionChange,
  type SubscriptionName,
  type TenantId,
  TidingsError,
} from '@tidings/contracts';
import type { EventLog } from './ports/event-log.ts';
import type { Subscriptions } from './ports/subscriptions.ts';
import type { Surroundings } from './ports/surroundings.ts';
import { oldestAfter } from './read-page.ts';
import { notFound } from './require-subscription.ts';

/** What managing subscriptions needs of the world. */
export interface ManagePorts {
  readonly log: Pick<EventLog, 'head' | 'readLedger'>;
  readonly subscriptions: Subscriptions;
  readonly surroundings: Pick<Surroundings, 'now'>;
}

/**
 * Creates a subscription. Without a start it begins at the head; with `oldest`, before everything that is still there.
 * @throws TidingsError SUBSCRIPTION_EXISTS, SUBSCRIPTION_INVALID, EPOCH_MISMATCH, ACK_BEYOND_HEAD
 */
export async function createSubscription(
  tenant: TenantId,
  { name, filter, start }: NewSubscription,
  ports: ManagePorts,
): Promise<Subscription> {
  const existing = await ports.subscriptions.list(tenant);
  if (existing.length >= LIMITS.subscriptions) {
    throw new TidingsError(
      'SUBSCRIPTION_INVALID',
      `Expected at most ${LIMITS.subscriptions} subscriptions of a tenant; there are as many`,
    );
  }
  const now = ports.surroundings.now().toISOString();
  const cursor = await beginningOf(tenant, start, ports);
  const subscription: Subscription = { name, filter, status: 'active', cursor, created: now, updated: now };
  if (await ports.subscriptions.create(tenant, subscription)) return subscription;
  throw new TidingsError('SUBSCRIPTION_EXISTS', `Expected a name that is free; ${describe(name)} is taken`);
}

/** @throws TidingsError SUBSCRIPTION_NOT_FOUND */
export async function changeSubscription(
  tenant: TenantId,
  name: SubscriptionName,
  change: SubscriptionChange,
  { subscriptions, surroundings }: ManagePorts,
): Promise<Subscription> {
  const changed = await subscriptions.change(tenant, name, change, surroundings.now().toISOString());
  if (changed === undefined) throw notFound(name);
  return changed;
}

/** @throws TidingsError SUBSCRIPTION_NOT_FOUND */
export async function deleteSubscription(
  tenant: TenantId,
  name: SubscriptionName,
  { subscriptions }: Pick<ManagePorts, 'subscriptions'>,
): Promise<void> {
  if (!(await subscriptions.remove(tenant, name))) throw notFound(name);
}

async function beginningOf(tenant: TenantId, start: NewSubscription['start'], { log }: ManagePorts): Promise<Cursor> {
  const head = await log.head(tenant);
  if (start === undefined) return head;
  if (start === 'oldest') {
    const oldest = await oldestAfter(asSequence(0), { tenant }, head, log);
    return { epoch: head.epoch, sequence: asSequence(oldest - 1) };
  }
  const hasSeenNothing = start.epoch === NO_EPOCH && start.sequence === 0;
  if (start.epoch !== head.epoch && !hasSeenNothing) {
    throw new TidingsError('EPOCH_MISMATCH', 'The cursor counts in another history than the log has now');
  }
  if (start.sequence > head.sequence) {
    const message = `expected at most the head, ${head.sequence}; found ${start.sequence}`;
    throw new TidingsError('ACK_BEYOND_HEAD', `There is nothing yet to start after: ${message}`, {
      errors: [{ path: '/cursor/sequence', message }],
    });
  }
  return start;
}
