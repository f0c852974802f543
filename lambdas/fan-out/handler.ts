import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { TenantId } from '@tidings/contracts';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { createSocketPoster } from '../adapters/api-gateway/socket-poster.ts';
import { readConfiguration } from '../adapters/configuration.ts';
import { createDynamoDbConnectionRegistry } from '../adapters/dynamodb/connection-registry.ts';
import { createDynamoDbEventLog } from '../adapters/dynamodb/event-log.ts';
import { createDynamoDbSubscriptions } from '../adapters/dynamodb/subscriptions.ts';
import { isBroadcast } from '../adapters/generated-broadcast.ts';
import { acknowledgeEarly, createSqsAcknowledge } from '../adapters/sqs/acknowledge-early.ts';
import { createSqsDoorbell, type Ring, readRing, together } from '../adapters/sqs/doorbell.ts';
import { systemSurroundings } from '../adapters/surroundings.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { type FanOutResult, fanOut, type Patience } from '../core/fan-out.ts';
import { fanOutShard } from '../core/fan-out-shard.ts';
import { SHARDS } from '../core/ports/connection-registry.ts';
import { traceIdOf } from '../core/trace-context.ts';
import { COUNTED_METRICS, MEASURED_METRICS } from '../metrics.ts';
import { VARIABLES } from '../variables.ts';

const configuration = readConfiguration(process.env);
/** The shards of a large tenant read its sockets at the same time: one that is throttled tries again for a while. */
const client = new DynamoDBClient({ maxAttempts: 6 });
const eventLogTable = configuration.text(VARIABLES.eventLogTable);
const sqs = new SQSClient({});
const doorbellQueueUrl = configuration.text(VARIABLES.doorbellQueueUrl);
const { logger, begin, count, measure, flush } = createTelemetry();
const acknowledge = createSqsAcknowledge(sqs, doorbellQueueUrl, (cause) =>
  logger.warn('Ring not acknowledged early', { error: cause as Error }),
);
const ports = {
  log: createDynamoDbEventLog({
    client,
    tableName: eventLogTable,
    surroundings: systemSurroundings,
    generation: configuration.wholeNumber(VARIABLES.logGeneration),
  }),
  subscriptions: createDynamoDbSubscriptions(client, eventLogTable),
  registry: createDynamoDbConnectionRegistry({
    client,
    tableName: configuration.text(VARIABLES.connectionsTable),
    surroundings: systemSurroundings,
  }),
  poster: createSocketPoster({
    socketEndpoint: configuration.url(VARIABLES.socketEndpoint),
    region: process.env['AWS_REGION'] ?? '',
    onFailure: (connectionId, cause) => logger.warn('Post failed', { connectionId, error: cause as Error }),
  }),
  onRegistryFailure: (connectionId: string, cause: unknown) =>
    logger.error('Registry not changed', { connectionId, error: cause as Error }),
  doorbell: createSqsDoorbell(sqs, doorbellQueueUrl),
  isBroadcast,
  surroundings: systemSurroundings,
  apiUrl: configuration.url(VARIABLES.apiUrl),
  scale: {
    socketsPerRun: configuration.wholeNumber(VARIABLES.socketsPerRun),
    postsPerSecond: configuration.wholeNumber(VARIABLES.postsPerSecond),
    shards: SHARDS,
    largeForMilliseconds: 10 * 60_000,
  },
};

/** What must be left of the function's thirty seconds to begin a round, and to post: a post may take three of them. */
const REMAINING = { round: 15_000, post: 6000 } as const;

/**
 * Takes rings of the doorbell and delivers the news of each tenant, or of each shard of a large one, once, however often
 * it was rung for.
 */
export async function handler({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  begin(context);
  const { rings, unreadable } = sortRings(Records);
  const patience = {
    mayBeginRound: () => context.getRemainingTimeInMillis() > REMAINING.round,
    mayPost: () => context.getRemainingTimeInMillis() > REMAINING.post,
  };
  const failed: string[] = unreadable;
  const runs = rings.map(async ({ records, ring, traceIds }) => {
    const about = { tenant: ring.tenant, shard: ring.shard?.index, traceIds: [...traceIds] };
    try {
      const result = await serve(ring, patience);
      if (result === undefined) logger.info('News of a history that is over', about);
      else watch(about, result);
      return records.map(({ receiptHandle }) => receiptHandle);
    } catch (error) {
      logger.error('Fan-out failed', { ...about, error: error as Error });
      failed.push(...records.map(({ messageId }) => messageId));
      return [];
    }
  });
  // A tenant that takes long, because its sockets do not read, must not hold up the next ring of another.
  await acknowledgeEarly(runs, acknowledge);
  flush();
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

function serve({ tenant, traceparent, shard }: Ring, patience: Patience): Promise<FanOutResult | undefined> {
  if (shard === undefined) return fanOut(tenant, patience, ports, traceparent);
  return fanOutShard(tenant, shard.index, shard, patience, ports);
}

/** What a run was about: its tenant, the shard of its sockets if it was for one, and the traces that it was rung with. */
interface About {
  readonly tenant: TenantId;
  readonly shard: number | undefined;
  readonly traceIds: readonly string[];
}

/** The sequences say which events a run was about. */
function watch(about: About, { latencies, ...result }: FanOutResult): void {
  measure(MEASURED_METRICS.fanOutLag, result.head - result.from);
  for (const latency of latencies) measure(MEASURED_METRICS.recordToPost, latency);
  count(COUNTED_METRICS.postsDelivered, result.delivered);
  count(COUNTED_METRICS.postsGone, result.gone);
  count(COUNTED_METRICS.postsFailed, result.failed);
  count(COUNTED_METRICS.postsThrottled, result.throttled);
  logger.info('Tenant served', { ...about, ...result });
}

/** Rings that one run answers. */
interface Rings {
  ring: Ring;
  readonly records: SQSRecord[];
  readonly traceIds: Set<string>;
}

/** The messages by tenant and shard, and those that cannot be read: they fail alone, until the queue sets them aside. */
function sortRings(records: SQSEvent['Records']) {
  const rings = new Map<string, Rings>();
  const unreadable: string[] = [];
  for (const record of records) {
    try {
      const ring = readRing(record.body);
      const key = JSON.stringify([ring.tenant, ring.shard?.index]);
      const known = rings.get(key) ?? { ring, records: [], traceIds: new Set() };
      known.ring = together([known.ring, ring]);
      known.records.push(record);
      const traceId = traceIdOf(ring.traceparent);
      if (traceId !== undefined) known.traceIds.add(traceId);
      rings.set(key, known);
    } catch (error) {
      logger.error('Ring cannot be read', { messageId: record.messageId, error: error as Error });
      unreadable.push(record.messageId);
    }
  }
  return { rings: [...rings.values()], unreadable };
}
