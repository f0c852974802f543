import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { StreamRecord } from './stream-record.ts';
import type { UnfitChange } from './unfit-change.ts';

/** Bytes that always fit beside the attributes. Source: SQS developer guide, "Amazon SQS message quotas", before 2025. */
const MAX_BODY_BYTES = 250 * 1024;
const MAX_REASON_CHARACTERS = 1000;

/**
 * The queue of changes that were put aside. A message is what Lambda would hand to the function, with code and reason beside
 * it: when the reason is gone, the function can be invoked with the body, and publishes it under the id that it would have
 * had. Of what is too large for a message, the images are left out.
 */
export const createParkingQueue = (client: SQSClient, QueueUrl: string) => ({
  park: async (record: StreamRecord, { code, message }: UnfitChange): Promise<void> => {
    const whole = toBody(record);
    const { OldImage: _old, NewImage: _new, ...place } = record.dynamodb;
    const MessageBody = Buffer.byteLength(whole) <= MAX_BODY_BYTES ? whole : toBody({ ...record, dynamodb: place });
    await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody,
        MessageAttributes: {
          code: { DataType: 'String', StringValue: code },
          reason: { DataType: 'String', StringValue: toPlainText(message) },
        },
      }),
    );
  },
});

/**
 * SQS refuses a message with U+FFFE or U+FFFF in it, which an item may have and JSON writes as they are: escaped they mean the
 * same. All else that SQS refuses is escaped in JSON anyway. Source: SQS API reference, SendMessage.
 */
const toBody = (record: StreamRecord): string =>
  JSON.stringify({ Records: [record] })
    .replaceAll('\uFFFE', '\\ufffe')
    .replaceAll('\uFFFF', '\\uffff');

/** What SQS refuses in an attribute as well, where nothing can be escaped. */
const toPlainText = (message: string): string =>
  message
    .slice(0, MAX_REASON_CHARACTERS)
    .toWellFormed()
    .replaceAll(/[\p{Cc}\uFFFE\uFFFF]/gu, ' ');
