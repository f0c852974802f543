import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { readConfiguration } from '../adapters/configuration.ts';
import { createDynamoDbEventLog } from '../adapters/dynamodb/event-log.ts';
import { createGeneratedDefinitions } from '../adapters/generated-definitions.ts';
import { createSqsDeadLetters } from '../adapters/sqs/dead-letters.ts';
import { createSqsDoorbell } from '../adapters/sqs/doorbell.ts';
import { systemSurroundings } from '../adapters/surroundings.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { storeMessages } from '../core/store-messages.ts';
import { VARIABLES } from '../variables.ts';

const configuration = readConfiguration(process.env);
const sqs = new SQSClient({});
const retention = { days: configuration.retentionDays() };
const ports = {
  log: createDynamoDbEventLog({
    client: new DynamoDBClient({}),
    tableName: configuration.text(VARIABLES.eventLogTable),
    surroundings: systemSurroundings,
  }),
  doorbell: createSqsDoorbell(sqs, configuration.text(VARIABLES.doorbellQueueUrl)),
  deadLetters: createSqsDeadLetters(sqs, configuration.text(VARIABLES.intakeDeadLettersUrl)),
  definitions: createGeneratedDefinitions(),
  surroundings: systemSurroundings,
};
const { logger, count, flush } = createTelemetry();

/** Takes messages of the intake queue and stores their events; names those that shall be delivered again. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const messages = Records.map(({ messageId, body, attributes }) => ({
    id: messageId,
    body,
    receiveCount: Number(attributes.ApproximateReceiveCount),
  }));
  const { stored, duplicates, refused, failed } = await storeMessages(messages, retention, ports);
  for (const { id, error } of refused) logger.warn('Message can never be stored', { messageId: id, code: error.code });
  for (const { id, cause } of failed) logger.error('Message not stored yet', { messageId: id, error: cause as Error });
  count('EventsStored', stored);
  count('EventsDuplicate', duplicates);
  count('EventsDeadLettered', refused.length);
  count('MessagesRetried', failed.length);
  flush();
  return { batchItemFailures: failed.map(({ id }) => ({ itemIdentifier: id })) };
}
