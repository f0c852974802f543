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
import { createSqsDoorbell, readRing } from '../adapters/sqs/doorbell.ts';
import { systemSurroundings } from '../adapters/surroundings.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { type FanOutResult, fanOut } from '../core/fan-out.ts';
import { traceIdOf } from '../core/trace-context.ts';
import { COUNTED_METRICS, MEASURED_METRICS } from '../metrics.ts';
import { VARIABLES } from '../variables.ts';

const configuration = readConfiguration(process.env);
const client = new DynamoDBClient({});
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
};

/** What must be left of the function's thirty seconds to begin a round, and to post: a post may take three of them. */
const REMAINING = { round: 15_000, post: 6000 } as const;

/** Takes rings of the doorbell and delivers the news of each tenant once, however often it was rung for. */
export async function handler({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  begin(context);
  const { rings, unreadable } = sortRings(Records);
  const patience = {
    mayBeginRound: () => context.getRemainingTimeInMillis() > REMAINING.round,
    mayPost: () => context.getRemainingTimeInMillis() > REMAINING.post,
  };
  const failed: string[] = unreadable;
  const runs = [...rings].map(async ([tenant, { records, traceIds }]) => {
    try {
      watch(tenant, await fanOut(tenant, patience, ports), traceIds);
      return records.map(({ receiptHandle }) => receiptHandle);
    } catch (error) {
      logger.error('Fan-out failed', { tenant, traceIds: [...traceIds], error: error as Error });
      failed.push(...records.map(({ messageId }) => messageId));
      return [];
    }
  });
  // A tenant that takes long, because its sockets do not read, must not hold up the next ring of another.
  await acknowledgeEarly(runs, acknowledge);
  flush();
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

/** The sequences say which events a run was about; of the traces, it knows those that it was rung with. */
function watch(tenant: TenantId, result: FanOutResult, traceIds: ReadonlySet<string>): void {
  const { from, through, head, latencies, delivered, gone, failed } = result;
  measure(MEASURED_METRICS.fanOutLag, head - from);
  for (const latency of latencies) measure(MEASURED_METRICS.recordToPost, latency);
  count(COUNTED_METRICS.postsDelivered, delivered);
  count(COUNTED_METRICS.postsGone, gone);
  count(COUNTED_METRICS.postsFailed, failed);
  logger.info('Tenant served', { tenant, from, through, head, delivered, gone, failed, traceIds: [...traceIds] });
}

interface TenantRings {
  readonly records: SQSRecord[];
  readonly traceIds: Set<string>;
}

/** The messages by tenant, and those that cannot be read: they fail alone, until the queue sets them aside. */
function sortRings(records: SQSEvent['Records']) {
  const rings = new Map<TenantId, TenantRings>();
  const unreadable: string[] = [];
  for (const record of records) {
    try {
      const { tenant, traceparent } = readRing(record.body);
      const ringsOfTenant = rings.get(tenant) ?? { records: [], traceIds: new Set() };
      rings.set(tenant, ringsOfTenant);
      ringsOfTenant.records.push(record);
      const traceId = traceIdOf(traceparent);
      if (traceId !== undefined) ringsOfTenant.traceIds.add(traceId);
    } catch (error) {
      logger.error('Ring cannot be read', { messageId: record.messageId, error: error as Error });
      unreadable.push(record.messageId);
    }
  }
  return { rings, unreadable };
}
