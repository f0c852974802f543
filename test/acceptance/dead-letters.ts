import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { createQueueClient } from './hub.ts';
import { hubUnderTest } from './hub-under-test.ts';
import { waitFor } from './wait.ts';

/** A message that could not be stored. */
export interface DeadLetter {
  readonly body: string;
  readonly code: string | undefined;
  readonly reason: string | undefined;
}

/**
 * Waits for the dead letter whose body has a text in it, and takes it from the queue. Others are put back: they may
 * be another's.
 */
export async function takeDeadLetter(text: string): Promise<DeadLetter> {
  const client = createQueueClient();
  const QueueUrl = hubUnderTest().target.queues.intakeDeadLetters;
  const receive = async (): Promise<DeadLetter | undefined> => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        VisibilityTimeout: 30,
        MessageAttributeNames: ['All'],
      }),
    );
    const found = Messages.find(({ Body }) => Body?.includes(text));
    for (const { ReceiptHandle } of Messages) {
      const isIt = found !== undefined && ReceiptHandle === found.ReceiptHandle;
      if (isIt) await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      else await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    }
    return found === undefined ? undefined : toDeadLetter(found);
  };
  try {
    return await waitFor(`a dead letter with ${text}`, receive);
  } finally {
    client.destroy();
  }
}

const toDeadLetter = ({ Body = '', MessageAttributes = {} }: Message): DeadLetter => ({
  body: Body,
  code: MessageAttributes['code']?.StringValue,
  reason: MessageAttributes['reason']?.StringValue,
});
