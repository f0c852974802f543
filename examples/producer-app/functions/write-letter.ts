import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { EventData, ProducedEvent } from '@tidings/client';
import type { EventBridgeHandler } from 'aws-lambda';

type Type = 'bank.transaction:created@v1';
/** An event on its way to the hub: it has no sequence yet, and the hub has not validated its data. */
type Detail = ProducedEvent & { readonly data: EventData<Type> };

const sqs = new SQSClient();
const QueueUrl = process.env['LETTERS_URL'];

/**
 * Writes a letter. EventBridge delivers at least once, so whoever takes letters off the queue has to be ready for the same
 * id again.
 */
export const handler: EventBridgeHandler<Type, Detail, void> = async ({ detail }) => {
  const { id, tenantid, data } = detail;
  const letter = { id, tenant: tenantid, text: `Transaction ${data.transactionId} is in state ${data.status.code}` };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(letter) }));
};
