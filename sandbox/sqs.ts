import { type AwsAction, type AwsService, jsonService } from './aws-endpoint.ts';
import type { Faults } from './faults.ts';
import { isObject } from './http.ts';
import { AwsError } from './sandbox-error.ts';
import { type Change, Journal } from './sqs-journal.ts';
import { invalid, type Message, md5OfAttributes, md5OfBody, readAttributes, sizeOf } from './sqs-message.ts';
import { Queue } from './sqs-queue.ts';
import type { Resource } from './template.ts';

/** Source: SQS developer guide, "Amazon SQS message quotas": 1 MiB, for a message and for a batch. */
const MAXIMUM_SIZE = 1_048_576;
const DAY = 24 * 60 * 60;

type Input = Readonly<Record<string, unknown>>;

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
          whole(input, 'VisibilityTimeout', 0, DAY / 2) ?? 0,
        ),
      ChangeMessageVisibilityBatch: (input) => {
        const queue = this.#queue(input);
        return forEach(batch(input), (entry) =>
          queue.changeVisibility(text(entry, 'ReceiptHandle'), whole(entry, 'VisibilityTimeout', 0, DAY / 2) ?? 0),
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

function send(queue: Queue, input: Input) {
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

async function receive(queue: Queue, input: Input, signal: AbortSignal) {
  const messages = await queue.receive({
    max: whole(input, 'MaxNumberOfMessages', 1, 10) ?? 1,
    visibilityTimeout: whole(input, 'VisibilityTimeout', 0, DAY / 2),
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

function attributesOf(queue: Queue, wanted: readonly string[]): Readonly<Record<string, string>> {
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

/** The entries of a batch, each performed by itself. */
function forEach(entries: readonly Input[], perform: (entry: Input) => unknown) {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    const Id = String(entry['Id']);
    try {
      Successful.push({ Id, ...Object(perform(entry)) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}

function batch(input: Input): readonly Input[] {
  const entries = Array.isArray(input['Entries']) ? input['Entries'].filter(isObject) : [];
  if (entries.length === 0)
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > 10)
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  const ids = entries.map((entry) => String(entry['Id']));
  if (new Set(ids).size < ids.length)
    throw new AwsError('BatchEntryIdsNotDistinct', `Id ${ids.find((id, index) => ids.indexOf(id) < index)} repeated.`);
  return entries;
}

function text(input: Input, name: string): string {
  const value = input[name];
  if (typeof value === 'string') return value;
  throw new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
}

const optional = (input: Input, name: string): string | undefined =>
  typeof input[name] === 'string' ? input[name] : undefined;

const names = (input: Input, name: string): readonly string[] =>
  Array.isArray(input[name]) ? input[name].map(String) : [];

function whole(input: Input, name: string, from: number, to: number): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) return value;
  throw invalid(
    `Value ${JSON.stringify(value)} for parameter ${name} is invalid. Reason: Must be between ${from} and ${to}, if provided.`,
  );
}
