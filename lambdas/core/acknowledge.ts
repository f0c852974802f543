import {
  type Acknowledgement,
  type Cursor,
  type SubscriptionName,
  type TenantId,
  TidingsError,
} from '@tidings/contracts';
import type { EventLog } from './ports/event-log.ts';
import type { Subscriptions } from './ports/subscriptions.ts';
import { notFound, paused, requireActive } from './require-subscription.ts';

interface Ports {
  readonly log: Pick<EventLog, 'head'>;
  readonly subscriptions: Subscriptions;
}

/**
 * Moves a subscription's cursor forward. Late, repeated and disordered acknowledgements change nothing: the cursor is
 * the highest that was acknowledged.
 * @returns where the subscription stands now
 * @throws TidingsError SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_PAUSED, EPOCH_MISMATCH, ACK_BEYOND_HEAD
 */
export async function acknowledge(
  tenant: TenantId,
  name: SubscriptionName,
  { sequence, epoch }: Acknowledgement,
  ports: Ports,
): Promise<Cursor> {
  const subscription = await requireActive(tenant, name, ports);
  const head = await ports.log.head(tenant);
  const meant = epoch ?? (subscription.cursor.epoch === '' ? head.epoch : subscription.cursor.epoch);
  if (meant !== head.epoch) {
    throw new TidingsError(
      'EPOCH_MISMATCH',
      'The sequence counts in another history than the log has now: acknowledge with the "epoch" that "reset" told',
    );
  }
  if (sequence > head.sequence) {
    const message = `expected at most the head, ${head.sequence}; found ${sequence}`;
    throw new TidingsError('ACK_BEYOND_HEAD', `There is nothing yet to acknowledge there: ${message}`, {
      errors: [{ path: '/sequence', message }],
    });
  }
  const outcome = await ports.subscriptions.acknowledge(tenant, name, { epoch: head.epoch, sequence });
  if (outcome.kind === 'acknowledged') return outcome.cursor;
  throw outcome.kind === 'paused' ? paused(name) : notFound(name);
}
