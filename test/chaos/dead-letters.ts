import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Target } from '../acceptance/target.ts';

/** The dead-letter queue of the intake, as whoever runs a hub uses it. */
export class DeadLetters {
  readonly #client: SQSClient;
  readonly #url: string;
  readonly #intake: string;

  constructor({ awsEndpointUrl, region, queues }: Target) {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    this.#client = new SQSClient({
      region,
      credentials,
      ...(awsEndpointUrl !== undefined && { endpoint: awsEndpointUrl }),
    });
    this.#url = queues.intakeDeadLetters;
    this.#intake = (queues as Readonly<Record<string, string>>)['intake'] ?? '';
  }

  /** Messages that were given up. */
  async count(): Promise<number> {
    const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const command = new GetQueueAttributesCommand({ QueueUrl: this.#url, AttributeNames: [...AttributeNames] });
    const { Attributes } = await this.#client.send(command);
    return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
  }

  /**
   * Puts messages that were tried too often back into the intake: whatever of them is stored already stays stored once.
   * @returns how many
   * @throws Error if one was refused for good: nothing that is sent here deserves that
   */
  async redrive(): Promise<number> {
    for (let moved = 0; ; ) {
      const receive = { QueueUrl: this.#url, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
      const { Messages = [] } = await this.#client.send(new ReceiveMessageCommand(receive));
      if (Messages.length === 0) return moved;
      for (const { Body: MessageBody, ReceiptHandle, MessageAttributes } of Messages) {
        const code = MessageAttributes?.['code']?.StringValue;
        // The hub's own word for a last try that failed; see lambdas/core/store-messages.ts.
        if (code !== undefined && code !== 'INTERNAL_ERROR')
          throw new Error(`A message was refused with ${code}: ${MessageBody}`);
        await this.#client.send(new SendMessageCommand({ QueueUrl: this.#intake, MessageBody }));
        await this.#client.send(new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle }));
        moved += 1;
      }
    }
  }
}
