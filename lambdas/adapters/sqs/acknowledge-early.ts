import { setTimeout as pause } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Deletes messages of a queue by their receipt handles. */
export type Acknowledge = (receipts: readonly string[]) => Promise<void>;

/**
 * How long what is done waits for the rest of its batch. Most batches are over by then, and Lambda deletes their messages
 * for nothing.
 */
const PATIENCE_MILLISECONDS = 200;

/**
 * Acknowledges parts of a batch that are done while others take longer.
 *
 * Lambda deletes a batch's messages when the function returns, and a FIFO queue locks a message group until then. So a
 * group would wait for the slowest stranger that it shares a batch with. Lambda deletes a deleted message once more,
 * which is no error. Source: SQS API reference, DeleteMessage.
 *
 * @param parts each resolves with the receipt handles of its messages that are done
 * @returns when all parts have settled
 */
export async function acknowledgeEarly(
  parts: readonly Promise<readonly string[]>[],
  acknowledge: Acknowledge,
): Promise<void> {
  const all = Promise.allSettled(parts);
  const over = new AbortController();
  const acknowledged = Promise.allSettled(
    parts.map(async (part) => {
      const receipts = await part;
      const isOver = await Promise.race([all.then(() => true), hasWaited(over.signal)]);
      if (!isOver && receipts.length > 0) await acknowledge(receipts);
    }),
  );
  await all;
  over.abort();
  await acknowledged;
}

const hasWaited = (signal: AbortSignal): Promise<boolean> =>
  pause(PATIENCE_MILLISECONDS, false, { signal }).catch(() => true);

/**
 * @param onFailure told when SQS could not be asked; Lambda deletes the messages when the batch is over, only later
 */
export function createSqsAcknowledge(
  client: SQSClient,
  queueUrl: string,
  onFailure: (cause: unknown) => void,
): Acknowledge {
  return async (receipts) => {
    try {
      const Entries = receipts.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
      await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    } catch (cause) {
      onFailure(cause);
    }
  };
}
