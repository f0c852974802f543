import { AwsError } from './sandbox-error.ts';
import { type Input, names, optional, text, whole } from './sqs-input.ts';
import { type Message, md5OfAttributes, md5OfBody, readAttributes } from './sqs-message.ts';
import type { Queue } from './sqs-queue.ts';

/** Seconds. Source: SQS API reference, ChangeMessageVisibility. */
export const MAX_VISIBILITY_TIMEOUT = 12 * 60 * 60;

/** SendMessage. */
export function send(queue: Queue, input: Input) {
  const body = text(input, 'MessageBody');
  const attributes = readAttributes(input['MessageAttributes']);
  const { id, sequenceNumber } = queue.send({
    body,
    attributes,
    groupId: optional(input, 'MessageGroupId'),
    deduplicationId: optional(input, 'MessageDeduplicationId'),
    delaySeconds: whole(input, 'DelaySeconds', 0, 900),
  });
  return {
    MessageId: id,
    MD5OfMessageBody: md5OfBody(body),
    MD5OfMessageAttributes: md5OfAttributes(attributes),
    SequenceNumber: sequenceNumber,
  };
}

/** ReceiveMessage. */
export async function receive(queue: Queue, input: Input, signal: AbortSignal) {
  const messages = await queue.receive({
    max: whole(input, 'MaxNumberOfMessages', 1, 10) ?? 1,
    visibilityTimeout: whole(input, 'VisibilityTimeout', 0, MAX_VISIBILITY_TIMEOUT),
    waitTime: whole(input, 'WaitTimeSeconds', 0, 20),
    signal,
  });
  const system = [...names(input, 'AttributeNames'), ...names(input, 'MessageSystemAttributeNames')];
  const wanted = names(input, 'MessageAttributeNames');
  return {
    Messages: messages.map((message) => {
      const attributes = Object.fromEntries(
        Object.entries(message.attributes).filter(([name]) => wanted.some((pattern) => selects(pattern, name))),
      );
      return {
        MessageId: message.id,
        ReceiptHandle: message.receipt,
        Body: message.body,
        MD5OfBody: md5OfBody(message.body),
        Attributes: pick(systemAttributes(message), system),
        MessageAttributes: attributes,
        MD5OfMessageAttributes: md5OfAttributes(attributes),
      };
    }),
  };
}

/** What SQS itself says about a message, as receivers and functions get it. */
export function systemAttributes(message: Message): Readonly<Record<string, string>> {
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    SenderId: 'sandbox',
    SentTimestamp: String(message.sentAt),
    ...(message.groupId !== undefined && { MessageGroupId: message.groupId }),
    ...(message.deduplicationId !== undefined && { MessageDeduplicationId: message.deduplicationId }),
    ...(message.sequenceNumber !== undefined && { SequenceNumber: message.sequenceNumber }),
  };
}

/** What GetQueueAttributes says. */
export function attributesOf(queue: Queue, wanted: readonly string[]): Readonly<Record<string, string>> {
  const { settings } = queue;
  const { visible, inFlight, delayed } = queue.counts();
  const all = {
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    DelaySeconds: String(settings.delay),
    MaximumMessageSize: String(settings.maximumSize),
    MessageRetentionPeriod: String(settings.retention),
    QueueArn: settings.arn,
    ReceiveMessageWaitTimeSeconds: String(settings.waitTime),
    VisibilityTimeout: String(settings.visibilityTimeout),
    ...(settings.fifo && { FifoQueue: 'true', ContentBasedDeduplication: String(settings.contentBasedDeduplication) }),
    ...(settings.redrive !== undefined && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: settings.redrive.to().settings.arn,
        maxReceiveCount: settings.redrive.maxReceiveCount,
      }),
    }),
  };
  const unknown = wanted.find((name) => name !== 'All' && !Object.hasOwn(all, name));
  if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  return pick(all, wanted);
}

const pick = (all: Readonly<Record<string, string>>, wanted: readonly string[]): Readonly<Record<string, string>> =>
  wanted.includes('All') ? all : Object.fromEntries(Object.entries(all).filter(([name]) => wanted.includes(name)));

const selects = (pattern: string, name: string): boolean =>
  pattern === 'All' || pattern === name || (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1)));
