import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeadLetters } from '../../core/ports/outbound.ts';

const MAX_REASON_CHARACTERS = 1000;

/** A dead-letter queue. The message keeps its body; code, reason and number of tries go beside it as attributes. */
export function createSqsDeadLetters(client: SQSClient, queueUrl: string): DeadLetters {
  return {
    async send(body, { code, message, attempts }) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          MessageAttributes: {
            code: { DataType: 'String', StringValue: code },
            reason: { DataType: 'String', StringValue: toPlainText(message) },
            ...(attempts !== undefined && { attempts: { DataType: 'Number', StringValue: String(attempts) } }),
          },
        }),
      );
    },
  };
}

/**
 * SQS refuses most control characters, lone surrogates, U+FFFE and U+FFFF in an attribute, and the whole message with
 * it. Source: SQS API reference, SendMessage.
 */
const toPlainText = (message: string): string =>
  message
    .slice(0, MAX_REASON_CHARACTERS)
    .toWellFormed()
    .replaceAll(/[\p{Cc}\uFFFE\uFFFF]/gu, ' ');
