import { type AwsAction, type AwsService, jsonService } from './aws-endpoint.ts';
import type { Faults } from './faults.ts';
import { AwsError } from './sandbox-error.ts';
import { attributesOf, MAX_VISIBILITY_TIMEOUT, receive, send } from './sqs-actions.ts';
import { batch, forEach, type Input, names, text, whole } from './sqs-input.ts';
import { type Change, Journal } from './sqs-journal.ts';
import { readAttributes, sizeOf } from './sqs-message.ts';
import { Queue } from './sqs-queue.ts';
import type { Resource } from './template.ts';

/** Source: SQS developer guide, "Amazon SQS message quotas": 1 MiB, for a message and for a batch. */
const MAXIMUM_SIZE = 1_048_576;
const DAY = 24 * 60 * 60;

/** SQS: the template's queues, and the JSON protocol of the SDKs. */
export class Sqs {
  readonly service: AwsService;
  readonly #queues = new Map<string, Queue>();
  readonly #journal: Journal | undefined;

  /**
   * @param journal file that keeps the messages; without one they are gone when the process ends
   * @param visibilityTimeout seconds, in place of the template's: redelivery that one need not wait for
   */
  constructor(
    resources: readonly Resource[],
    faults: Faults,
    { journal, visibilityTimeout }: { journal?: string | undefined; visibilityTimeout?: number | undefined } = {},
  ) {
    this.#journal = journal === undefined ? undefined : new Journal(journal);
    for (const resource of resources) {
      const queue = this.#create(resource, faults, visibilityTimeout);
      this.#queues.set(queue.settings.name, queue);
    }
    this.service = jsonService('AmazonSQS', 'application/x-amz-json-1.0', this.#actions());
  }

  /** Reads back what an earlier run has kept. Messages of queues that the template no longer has go with their queue. */
  start(): void {
    if (this.#journal === undefined) return;
    for (const change of this.#journal.read()) this.#queues.get(change.queue)?.apply(change);
    this.#compact(this.#journal);
  }

  end(): void {
    if (this.#journal === undefined) return;
    this.#compact(this.#journal);
    this.#journal.end();
  }

  byArn(arn: string): Queue | undefined {
    return [...this.#queues.values()].find(({ settings }) => settings.arn === arn);
  }

  #create(resource: Resource, faults: Faults, visibilityTimeout: number | undefined): Queue {
    const { properties } = resource;
    const fifo = properties.flag('FifoQueue');
    const name = resource.attribute('QueueName');
    if (fifo !== name.endsWith('.fifo'))
      properties.refuse('QueueName', `found ${name}; the name of a FIFO queue, and no other, ends in .fifo`);
    const redrive = properties.object('RedrivePolicy');
    const deadLetterArn = properties.has('RedrivePolicy') ? redrive.text('deadLetterTargetArn') : undefined;
    const deadLetters = (): Queue =>
      this.byArn(deadLetterArn ?? '') ??
      redrive.refuse('deadLetterTargetArn', `found ${deadLetterArn}, which is no queue of the stack`);
    const settings = {
      name,
      fifo,
      arn: resource.attribute('Arn'),
      url: resource.ref,
      contentBasedDeduplication: properties.flag('ContentBasedDeduplication'),
      deduplicatesPerGroup: properties.text('DeduplicationScope', 'queue') === 'messageGroup',
      delay: properties.number('DelaySeconds', 0),
      visibilityTimeout: visibilityTimeout ?? properties.number('VisibilityTimeout', 30),
      retention: properties.number('MessageRetentionPeriod', 4 * DAY),
      waitTime: properties.number('ReceiveMessageWaitTimeSeconds', 0),
      maximumSize: properties.number('MaximumMessageSize', MAXIMUM_SIZE),
      ...(deadLetterArn !== undefined && {
        redrive: { to: deadLetters, maxReceiveCount: redrive.number('maxReceiveCount') },
      }),
    };
    return new Queue(settings, (change) => this.#record(change), faults);
  }

  #record(change: Change): void {
    if (this.#journal === undefined) return;
    if (this.#journal.isLong) this.#compact(this.#journal);
    this.#journal.append(change);
  }

  #compact(journal: Journal): void {
    journal.rewrite([...this.#queues.values()].flatMap((queue) => queue.snapshot()));
  }

  #actions(): Readonly<Record<string, AwsAction>> {
    return {
      SendMessage: (input) => send(this.#queue(input), input),
      SendMessageBatch: (input) => {
        const entries = batch(input);
        const size = entries.reduce(
          (sum, entry) =>
            sum +
            sizeOf({
              body: String(entry['MessageBody'] ?? ''),
              attributes: readAttributes(entry['MessageAttributes']),
            }),
          0,
        );
        if (size > MAXIMUM_SIZE)
          throw new AwsError(
            'BatchRequestTooLong',
            `Batch requests cannot be longer than ${MAXIMUM_SIZE} bytes. You have sent ${size} bytes.`,
          );
        const queue = this.#queue(input);
        return forEach(entries, (entry) => send(queue, entry));
      },
      ReceiveMessage: (input, signal) => receive(this.#queue(input), input, signal),
      DeleteMessage: (input) => this.#queue(input).delete(text(input, 'ReceiptHandle')),
      DeleteMessageBatch: (input) => {
        const queue = this.#queue(input);
        return forEach(batch(input), (entry) => queue.delete(text(entry, 'ReceiptHandle')));
      },
      ChangeMessageVisibility: (input) =>
        this.#queue(input).changeVisibility(
          text(input, 'ReceiptHandle'),
          whole(input, 'VisibilityTimeout', 0, MAX_VISIBILITY_TIMEOUT) ?? 0,
        ),
      ChangeMessageVisibilityBatch: (input) => {
        const queue = this.#queue(input);
        return forEach(batch(input), (entry) =>
          queue.changeVisibility(
            text(entry, 'ReceiptHandle'),
            whole(entry, 'VisibilityTimeout', 0, MAX_VISIBILITY_TIMEOUT) ?? 0,
          ),
        );
      },
      GetQueueUrl: (input) => ({ QueueUrl: this.#named(text(input, 'QueueName')).settings.url }),
      GetQueueAttributes: (input) => ({ Attributes: attributesOf(this.#queue(input), names(input, 'AttributeNames')) }),
      ListQueues: ({ QueueNamePrefix: prefix }) => ({
        QueueUrls: [...this.#queues.values()]
          .filter(({ settings }) => settings.name.startsWith(typeof prefix === 'string' ? prefix : ''))
          .map(({ settings }) => settings.url),
      }),
      PurgeQueue: (input) => this.#queue(input).purge(),
    };
  }

  #queue(input: Input): Queue {
    return this.#named(text(input, 'QueueUrl').split('/').at(-1) ?? '');
  }

  #named(name: string): Queue {
    const queue = this.#queues.get(name);
    if (queue !== undefined) return queue;
    const known = [...this.#queues.keys()].join(', ');
    throw new AwsError(
      'QueueDoesNotExist',
      `The specified queue does not exist: ${name}. The stack has: ${known}`,
      400,
      'AWS.SimpleQueueService.NonExistentQueue',
    );
  }
}
