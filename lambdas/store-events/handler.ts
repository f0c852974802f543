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
};
const { logger, count, flush } = createTelemetry();

/** Takes messages of the intake queue and stores their events; names those that shall be delivered again. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const messages = Records.map(({ messageId, body, attributes }) => {
    const receiveCount = Number(attributes.ApproximateReceiveCount);
    return { id: messageId, body, receiveCount, isLastTry: receiveCount >= maxReceives };
  });
  const { stored, duplicates, buried, failed } = await storeMessages(messages, retention, ports);
  for (const { message, code } of buried) logger.warn('Message buried', { messageId: message.id, code });
  for (const { message, cause } of failed) {
    logger.error('Message not stored yet', { messageId: message.id, error: cause as Error });
  }
  count('EventsStored', stored);
  count('EventsDuplicate', duplicates);
  count('EventsDeadLettered', buried.length);
  count('MessagesRetried', failed.length);
  flush();
  return { batchItemFailures: failed.map(({ message }) => ({ itemIdentifier: message.id })) };
}
