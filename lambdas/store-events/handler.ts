import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { readConfiguration } from '../adapters/configuration.ts';
import { createDynamoDbEventLog } from '../adapters/dynamodb/event-log.ts';
import { recordedLines } from '../adapters/event-lines.ts';
import { createGeneratedDefinitions } from '../adapters/generated-definitions.ts';
import { createSqsDeadLetters } from '../adapters/sqs/dead-letters.ts';
import { createSqsDoorbell } from '../adapters/sqs/doorbell.ts';
import { systemSurroundings } from '../adapters/surroundings.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import type { CommitOutcome } from '../core/ports/event-log.ts';
import { storeMessages, type TenantStored } from '../core/store-messages.ts';
import { CODED_METRICS, COUNTED_METRICS, type CountedMetric, MEASURED_METRICS } from '../metrics.ts';
import { VARIABLES } from '../variables.ts';

const COMMIT_METRICS: Readonly<Record<CommitOutcome['kind'], CountedMetric>> = {
  committed: COUNTED_METRICS.commits,
  'head-moved': COUNTED_METRICS.commitsOvertaken,
  contended: COUNTED_METRICS.commitsContended,
  duplicates: COUNTED_METRICS.commitsWithDuplicates,
};

const { logger, begin, count, countCode, measure, flush } = createTelemetry();
const configuration = readConfiguration(process.env);
const sqs = new SQSClient({});
const retention = { days: configuration.wholeNumber(VARIABLES.retentionDays) };
const maxReceives = configuration.wholeNumber(VARIABLES.intakeMaxReceives);
const ports = {
  log: createDynamoDbEventLog({
    client: new DynamoDBClient({}),
    tableName: configuration.text(VARIABLES.eventLogTable),
    surroundings: systemSurroundings,
    generation: configuration.wholeNumber(VARIABLES.logGeneration),
  }),
  doorbell: createSqsDoorbell(sqs, configuration.text(VARIABLES.doorbellQueueUrl)),
  deadLetters: createSqsDeadLetters(sqs, configuration.text(VARIABLES.intakeDeadLettersUrl)),
  definitions: createGeneratedDefinitions(),
  surroundings: systemSurroundings,
  onCommit: (kind: CommitOutcome['kind']) => count(COMMIT_METRICS[kind], 1),
};

/** Takes messages of the intake queue and stores their events; names those that shall be delivered again. */
export async function handler({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  begin(context);
  const messages = Records.map(({ messageId, body, attributes }) => {
    const receiveCount = Number(attributes.ApproximateReceiveCount);
    return { id: messageId, body, receiveCount, isLastTry: receiveCount >= maxReceives };
  });
  // An alarm takes a share of the commits, and so needs those that went well and those that did not from one invocation.
  for (const metric of Object.values(COMMIT_METRICS)) count(metric, 0);
  const { tenants, buried, failed } = await storeMessages(messages, retention, ports);
  for (const tenant of tenants) watch(tenant);
  for (const { message, code } of buried) {
    countCode(CODED_METRICS.eventsDeadLettered, code);
    logger.warn('Message buried', { messageId: message.id, code });
  }
  for (const { message, cause } of failed) {
    logger.error('Message not stored yet', { messageId: message.id, error: cause as Error });
  }
  count(COUNTED_METRICS.messagesRetried, failed.length);
  flush();
  return { batchItemFailures: failed.map(({ message }) => ({ itemIdentifier: message.id })) };
}

function watch({ tenant, head, added, duplicates }: TenantStored): void {
  count(COUNTED_METRICS.eventsStored, added.length);
  count(COUNTED_METRICS.eventsDuplicate, duplicates);
  for (const { event, recordedAt } of added) {
    // The clock of a producer may be ahead of ours.
    measure(MEASURED_METRICS.publishToRecord, Math.max(0, recordedAt.getTime() - Date.parse(event.time ?? '')));
  }
  for (const line of recordedLines(tenant, added)) logger.info('Events recorded', { ...line });
  if (duplicates > 0) logger.info('Events came again', { tenant, duplicates, head: head.sequence });
}
