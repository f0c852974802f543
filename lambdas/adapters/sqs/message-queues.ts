import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { EntryProblem, MessageQueues, QueueMessage } from '../../core/ports/message-queues.ts';

/** Messages of one request. Source: SQS API reference, ReceiveMessage and the batch actions. */
const BATCH = 10;

/** Long polling asks every server of a queue; a shorter wait asks some of them. Seconds. */
const WAIT_SECONDS = 1;

interface BatchResult {
  readonly Failed?: readonly { readonly Id?: string | undefined; readonly Code?: string | undefined }[] | undefined;
}

/** Queues of SQS, standard and FIFO. */
export function createSqsMessageQueues(client: SQSClient): MessageQueues {
  return {
    async depth(QueueUrl) {
      const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
      );
      const [messages, inFlight] = AttributeNames.map((name) => Number(Attributes[name] ?? 0));
      return { messages: messages ?? 0, inFlight: inFlight ?? 0 };
    },

    async receive(QueueUrl, VisibilityTimeout) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          VisibilityTimeout,
          MaxNumberOfMessages: BATCH,
          WaitTimeSeconds: WAIT_SECONDS,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp', 'MessageGroupId'],
        }),
      );
      return Messages.map(toQueueMessage);
    },

    async send(QueueUrl, messages) {
      const Entries = messages.map(({ body, fifo }, index) => ({
        Id: String(index),
        MessageBody: body,
        ...(fifo !== undefined && { MessageGroupId: fifo.groupId, MessageDeduplicationId: fifo.deduplicationId }),
      }));
      return problemsOf(messages.length, await client.send(new SendMessageBatchCommand({ QueueUrl, Entries })));
    },

    async remove(QueueUrl, receipts) {
      const Entries = receipts.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
      return problemsOf(receipts.length, await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries })));
    },

    async giveBack(QueueUrl, receipts) {
      const Entries = receipts.map((ReceiptHandle, index) => ({
        Id: String(index),
        ReceiptHandle,
        VisibilityTimeout: 0,
      }));
      return problemsOf(
        receipts.length,
        await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })),
      );
    },
  };
}

/** For each entry of a batch, by its place, why it was not carried out. */
function problemsOf(count: number, { Failed = [] }: BatchResult): readonly EntryProblem[] {
  const problems: EntryProblem[] = Array.from({ length: count });
  for (const { Id, Code } of Failed) problems[Number(Id)] = Code ?? 'without a reason';
  return problems;
}

const toQueueMessage = ({ MessageId, ReceiptHandle, Body, Attributes, MessageAttributes }: Message): QueueMessage => ({
  id: MessageId ?? '',
  receipt: ReceiptHandle ?? '',
  body: Body ?? '',
  sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)),
  groupId: Attributes?.MessageGroupId,
  attributes: Object.fromEntries(
    Object.entries(MessageAttributes ?? {}).flatMap(([name, { StringValue }]) =>
      StringValue === undefined ? [] : [[name, StringValue]],
    ),
  ),
});
