import { createHash } from 'node:crypto';
import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  type SendMessageCommandInput,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { asSequence, asTenantId, describe, identifierProblem, type TenantId } from '@tidings/contracts';
import { SHARDS } from '../../core/ports/connection-registry.ts';
import type { ShardDoorbell, ShardNews } from '../../core/ports/shard-doorbell.ts';
import { toXRayHeader } from '../../core/trace-context.ts';

/** Messages that SQS takes at once. Source: SQS API reference, SendMessageBatch. */
const BATCH = 10;

/** A ring that fails comes again after a minute only: a single shard that was not told must not cost all of them that. */
const TRIES = 3;

/**
 * The doorbell as an SQS FIFO queue. The message group is the tenant, or one shard of its sockets, so one run at a time
 * delivers to a socket. Group and deduplication ids take 128 plain characters only, and tenants are any: both are hashes.
 */
export function createSqsDoorbell(client: SQSClient, queueUrl: string): ShardDoorbell {
  return {
    async ring(tenant, head, occasion = '', traceparent = undefined) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify({ tenant, traceparent }),
          MessageGroupId: hash(tenant),
          MessageDeduplicationId: hash(tenant, head.epoch, String(head.sequence), occasion),
          ...tracedBy(traceparent),
        }),
      );
    },

    async ringShards(tenant, { since, head }, shards, occasion = '', traceparent = undefined) {
      const entries = shards.map((shard): SendMessageBatchRequestEntry => {
        const name = String(shard);
        return {
          Id: name,
          MessageBody: JSON.stringify({ tenant, traceparent, shard, since, ...head }),
          MessageGroupId: hash(tenant, name),
          MessageDeduplicationId: hash(tenant, name, head.epoch, String(head.sequence), occasion),
          ...tracedBy(traceparent),
        };
      });
      const batches = Array.from({ length: Math.ceil(entries.length / BATCH) }, (_, index) =>
        entries.slice(index * BATCH, (index + 1) * BATCH),
      );
      await Promise.all(batches.map((batch) => sendAll(client, queueUrl, batch)));
    },
  };
}

/**
 * Sends messages until SQS has taken each. It answers for them one by one, and the SDK tries none of these again.
 * Source: SQS API reference, SendMessageBatch.
 * @throws Error if some were not taken in several tries
 */
async function sendAll(
  client: SQSClient,
  QueueUrl: string,
  batch: readonly SendMessageBatchRequestEntry[],
): Promise<void> {
  let Entries = [...batch];
  for (let attempt = 1; ; attempt += 1) {
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed.length === 0) return;
    if (attempt === TRIES) {
      const reasons = Failed.map(({ Id, Code }) => `${Id} ${Code}`).join(', ');
      throw new Error(`Expected all shards to be told, found some that were not: ${reasons}`);
    }
    const failed = new Set(Failed.map(({ Id }) => Id));
    Entries = Entries.filter(({ Id }) => failed.has(Id));
  }
}

/** X-Ray ties the function that takes the message to the trace by this header. */
function tracedBy(traceparent: string | undefined): Pick<SendMessageCommandInput, 'MessageSystemAttributes'> {
  const trace = toXRayHeader(traceparent);
  if (trace === undefined) return {};
  return { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } } };
}

/** What a doorbell message says. */
export interface Ring {
  /** Who has news. */
  readonly tenant: TenantId;
  /** Of the newest event that was rung for, if it has one. */
  readonly traceparent: string | undefined;
  /** Which of the tenant's sockets it is for, and what. @default all of them, up to the head */
  readonly shard?: ShardNews & { readonly index: number };
}

/** @throws Error if the message is none of the doorbell's */
export function readRing(body: string): Ring {
  const { tenant, traceparent, ...rest } = JSON.parse(body) as Readonly<Record<string, unknown>>;
  if (typeof tenant !== 'string' || identifierProblem(tenant) !== undefined) {
    throw new Error(`Expected a doorbell message with a tenant, found ${describe(tenant)}`);
  }
  return {
    tenant: asTenantId(tenant),
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    ...('shard' in rest && { shard: readShard(rest) }),
  };
}

function readShard({ shard, since, epoch, sequence }: Readonly<Record<string, unknown>>) {
  if (!isCount(shard) || shard >= SHARDS || !isCount(since) || !isCount(sequence) || typeof epoch !== 'string') {
    const found = describe(JSON.stringify({ shard, since, epoch, sequence }));
    throw new Error(`Expected a doorbell message with a shard below ${SHARDS} and its news, found ${found}`);
  }
  return { index: shard, since: asSequence(since), head: { epoch, sequence: asSequence(sequence) } };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** Rings of one tenant, or of one of its shards, as one that says what all of them say, in the order that they came. */
export const together = ([first, ...rest]: readonly [Ring, ...Ring[]]): Ring =>
  rest.reduce((earlier, later) => {
    const [before, after] = [earlier.shard, later.shard];
    // Of two histories, the later one is the one that goes on.
    if (before === undefined || after === undefined || before.head.epoch !== after.head.epoch) return later;
    const sequence = asSequence(Math.max(before.head.sequence, after.head.sequence));
    // A tenant that was small in between was served as a whole meanwhile: its shards begin where it last became large.
    const since = asSequence(Math.max(before.since, after.since));
    return { ...later, shard: { ...after, since, head: { ...after.head, sequence } } };
  }, first);

/** JSON keeps the parts apart, whatever they hold. */
const hash = (...parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
