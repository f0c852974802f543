import { createHash } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { asTenantId, describe, identifierProblem, type TenantId } from '@tidings/contracts';
import type { Doorbell } from '../../core/ports/outbound.ts';
import { toXRayHeader } from '../../core/trace-context.ts';

/**
 * The doorbell as an SQS FIFO queue. The message group is the tenant, so one run at a time delivers a tenant's events.
 * Group and deduplication ids take 128 plain characters only, and tenants are any: both are hashes.
 */
export function createSqsDoorbell(client: SQSClient, queueUrl: string): Doorbell {
  return {
    async ring(tenant, head, occasion = '', traceparent = undefined) {
      const trace = toXRayHeader(traceparent);
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify({ tenant, traceparent }),
          MessageGroupId: hash(tenant),
          MessageDeduplicationId: hash(tenant, head.epoch, String(head.sequence), occasion),
          // X-Ray ties the function that takes the message to the trace by this one.
          ...(trace !== undefined && {
            MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } },
          }),
        }),
      );
    },
  };
}

/** What a doorbell message says. */
export interface Ring {
  /** Who has news. */
  readonly tenant: TenantId;
  /** Of the newest event that was rung for, if it has one. */
  readonly traceparent: string | undefined;
}

/** @throws Error if the message is none of the doorbell's */
export function readRing(body: string): Ring {
  const { tenant, traceparent } = JSON.parse(body) as { tenant?: unknown; traceparent?: unknown };
  if (typeof tenant !== 'string' || identifierProblem(tenant) !== undefined) {
    throw new Error(`Expected a doorbell message with a tenant, found ${describe(tenant)}`);
  }
  return { tenant: asTenantId(tenant), traceparent: typeof traceparent === 'string' ? traceparent : undefined };
}

/** JSON keeps the parts apart, whatever they hold. */
const hash = (...parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
