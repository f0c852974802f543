import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { EntryProblem, QueueMessage, Queues } from './aws.ts';
import type { Ask } from './aws-clients.ts';

/** Messages of one request. Source: SQS API reference, ReceiveMessage and the batch actions. */
const BATCH = 10;

/** Long polling asks every server of a queue; a shorter wait asks some of them. Seconds. */
const WAIT_SECONDS = 1;

interface BatchResult {
  readonly Failed?: readonly { readonly Id?: string | undefined; readonly Code?: string | undefined }[] | undefined;
}

export function createQueues(client: SQSClient, ask: Ask): Queues {
  return {
    depth: (QueueUrl) =>
      ask('sqs:GetQueueAttributes', nameOf(QueueUrl), async () => {
        const { Attributes = {} } = await client.send(
          new GetQueueAttributesCommand({
            QueueUrl,
            AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
          }),
        );
        return {
          messages: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
          inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
        };
      }),

    receive: (QueueUrl, VisibilityTimeout) =>
      ask('sqs:ReceiveMessage', nameOf(QueueUrl), async () => {
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
      }),

    send: (QueueUrl, messages) =>
      ask('sqs:SendMessage', nameOf(QueueUrl), async () =>
        problemsOf(
          messages.length,
          await client.send(
            new SendMessageBatchCommand({
              QueueUrl,
              Entries: messages.map(({ body, fifo }, index) => ({
                Id: String(index),
                MessageBody: body,
                ...(fifo !== undefined && {
                  MessageGroupId: fifo.groupId,
                  MessageDeduplicationId: fifo.deduplicationId,
                }),
              })),
            }),
          ),
        ),
      ),

    remove: (QueueUrl, receipts) =>
      ask('sqs:DeleteMessage', nameOf(QueueUrl), async () =>
        problemsOf(
          receipts.length,
          await client.send(
            new DeleteMessageBatchCommand({
              QueueUrl,
              Entries: receipts.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle })),
            }),
          ),
        ),
      ),

    giveBack: (QueueUrl, receipts) =>
      ask('sqs:ChangeMessageVisibility', nameOf(QueueUrl), async () =>
        problemsOf(
          receipts.length,
          await client.send(
            new ChangeMessageVisibilityBatchCommand({
              QueueUrl,
              Entries: receipts.map((ReceiptHandle, index) => ({
                Id: String(index),
                ReceiptHandle,
                VisibilityTimeout: 0,
              })),
            }),
          ),
        ),
      ),
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

/** The name at the end of a queue's URL. */
const nameOf = (url: string): string => `the queue ${url.split('/').at(-1) ?? url}`;
