import { createHash } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { asTenantId, describe, identifierProblem, type TenantId } from '@tidings/contracts';
import type { Doorbell } from '../../core/ports/outbound.ts';

/**
 * The doorbell as an SQS FIFO queue. The message group is the tenant, so one run at a time delivers a tenant's events.
 * Group and deduplication ids take 128 plain characters only, and tenants are any: both are hashes.
 */
export function createSqsDoorbell(client: SQSClient, queueUrl: string): Doorbell {
  return {
    async ring(tenant, head, occasion = '') {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify({ tenant }),
          MessageGroupId: hash(tenant),
          MessageDeduplicationId: hash(tenant, head.epoch, String(head.sequence), occasion),
        }),
      );
    },
  };
}

/**
 * The tenant that a doorbell message is about.
 * @throws Error if the message is none of the doorbell's
 */
export function readRing(body: string): TenantId {
  const { tenant } = JSON.parse(body) as { tenant?: unknown };
  if (typeof tenant !== 'string' || identifierProblem(tenant) !== undefined) {
    throw new Error(`Expected a doorbell message with a tenant, found ${describe(tenant)}`);
  }
  return asTenantId(tenant);
}

/** JSON keeps the parts apart, whatever they hold. */
const hash = (...parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
