import { isObject } from './http.ts';
import type { Lambda, LambdaFunction } from './lambda.ts';
import type { Sqs } from './sqs.ts';
import { systemAttributes } from './sqs-actions.ts';
import { type Message, md5OfAttributes, md5OfBody } from './sqs-message.ts';
import type { Queue } from './sqs-queue.ts';
import type { Resource } from './template.ts';

/** Seconds that a poller waits for messages. */
const POLL_SECONDS = 20;
const MAX_RECEIVE = 10;

/**
 * An event source mapping: pollers that take batches off a queue, invoke a function with each, and delete what it has
 * done. What it has not done comes back after the queue's visibility timeout, as with Lambda.
 */
export class EventSource {
  readonly #queue: Queue;
  readonly #function: LambdaFunction;
  readonly #region: string;
  readonly #batchSize: number;
  readonly #window: number;
  readonly #reportsFailures: boolean;
  readonly #pollers: number;
  readonly #ended = new AbortController();
  #running: readonly Promise<void>[] = [];

  /** @throws SandboxError */
  constructor({ properties }: Resource, sqs: Sqs, lambda: Lambda, region: string) {
    const queueArn = properties.text('EventSourceArn');
    const functionName = properties.text('FunctionName');
    this.#queue =
      sqs.byArn(queueArn) ?? properties.refuse('EventSourceArn', `found ${queueArn}, which is no queue of the stack`);
    this.#function =
      lambda.find(functionName) ??
      properties.refuse('FunctionName', `found ${functionName}, which is no function of the stack`);
    this.#region = region;
    this.#batchSize = properties.number('BatchSize', MAX_RECEIVE);
    this.#window = properties.number('MaximumBatchingWindowInSeconds', 0);
    if (this.#batchSize > MAX_RECEIVE && this.#window === 0) {
      properties.refuse(
        'BatchSize',
        `found ${this.#batchSize}; more than ${MAX_RECEIVE} takes a MaximumBatchingWindowInSeconds of at least 1`,
      );
    }
    const responseTypes = properties.texts('FunctionResponseTypes');
    const unknown = responseTypes.find((type) => type !== 'ReportBatchItemFailures');
    if (unknown !== undefined)
      properties.refuse('FunctionResponseTypes', `found ${unknown}, expected ReportBatchItemFailures`);
    this.#reportsFailures = responseTypes.length > 0;
    const enabled = !properties.has('Enabled') || properties.flag('Enabled');
    const limit = properties.object('ScalingConfig').number('MaximumConcurrency', this.#function.concurrency);
    this.#pollers = enabled ? Math.min(limit, this.#function.concurrency) : 0;
  }

  start(): void {
    this.#running = Array.from({ length: this.#pollers }, () => this.#poll());
  }

  /** Takes nothing more. Batches that are being worked on are not waited for: they come back. */
  async end(): Promise<void> {
    this.#ended.abort();
    await Promise.race([Promise.all(this.#running), new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
  }

  async #poll(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const messages = await this.#gather();
      if (messages.length > 0) await this.#process(messages);
    }
  }

  async #gather(): Promise<readonly Message[]> {
    const { signal } = this.#ended;
    const receive = (max: number, waitTime: number) =>
      this.#queue.receive({ max: Math.min(max, MAX_RECEIVE), waitTime, signal });
    const messages = [...(await receive(this.#batchSize, POLL_SECONDS))];
    const until = Date.now() + this.#window * 1000;
    while (messages.length > 0 && messages.length < this.#batchSize && Date.now() < until) {
      messages.push(...(await receive(this.#batchSize - messages.length, (until - Date.now()) / 1000)));
      if (signal.aborted) break;
    }
    return messages;
  }

  async #process(messages: readonly Message[]): Promise<void> {
    const { arn } = this.#queue.settings;
    const records = messages.map((message) => toRecord(message, arn, this.#region));
    let failed: ReadonlySet<string>;
    try {
      failed = this.#failures(await this.#function.invoke({ Records: records }), messages);
    } catch {
      // The function's log says why. The whole batch comes back.
      return;
    }
    for (const { id, receipt } of messages) {
      if (failed.has(id) || receipt === undefined) continue;
      try {
        this.#queue.delete(receipt);
      } catch {
        // The function took longer than the visibility timeout: the message is another's by now.
      }
    }
  }

  /**
   * The messages to keep. An answer that cannot be understood, or names a message that was not in the batch, fails the
   * whole batch. Source: Lambda developer guide, "Handling errors for an SQS event source", success and failure conditions.
   */
  #failures(answer: unknown, messages: readonly Message[]): ReadonlySet<string> {
    const all = new Set(messages.map(({ id }) => id));
    const reported = isObject(answer) ? answer['batchItemFailures'] : undefined;
    if (!this.#reportsFailures || reported === undefined || reported === null) return new Set();
    if (!Array.isArray(reported)) return all;
    const ids = reported.map((entry) => (isObject(entry) ? String(entry['itemIdentifier'] ?? '') : ''));
    return ids.every((id) => all.has(id)) ? new Set(ids) : all;
  }
}

/** A message as a function gets it. Source: Lambda developer guide, "Using Lambda with Amazon SQS". */
function toRecord(message: Message, eventSourceARN: string, awsRegion: string) {
  const md5OfMessageAttributes = md5OfAttributes(message.attributes);
  return {
    messageId: message.id,
    receiptHandle: message.receipt,
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        {
          ...(StringValue !== undefined && { stringValue: StringValue }),
          ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
          stringListValues: [],
          binaryListValues: [],
          dataType: DataType,
        },
      ]),
    ),
    md5OfBody: md5OfBody(message.body),
    ...(md5OfMessageAttributes !== undefined && { md5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion,
  };
}
