import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DynamoDb } from './dynamodb.ts';
import { compilePattern, type Matcher } from './event-pattern.ts';
import type { Faults } from './faults.ts';
import { isObject } from './http.ts';
import type { Lambda, LambdaFunction } from './lambda.ts';
import type { Properties } from './properties.ts';
import { AwsError, SandboxError } from './sandbox-error.ts';
import type { Sqs } from './sqs.ts';
import type { Queue } from './sqs-queue.ts';
import { StreamReader, type StreamRecord } from './stream-reader.ts';
import type { Resource } from './template.ts';

/** Lambda asks four times a second; who waits for an answer at a terminal is served a little sooner. */
const POLL_MILLISECONDS = 50;
const LONGEST_PAUSE_MILLISECONDS = 2000;
/** Source: Lambda developer guide, "Lambda parameters for Amazon DynamoDB event source mappings". */
const DEFAULT_BATCH_SIZE = 100;

interface Batch {
  readonly records: readonly StreamRecord[];
  /** Times that it has failed since it was last made smaller. */
  readonly failures: number;
  readonly invocations: number;
}

export interface StreamSourceServices {
  readonly dynamoDb: DynamoDb;
  readonly sqs: Sqs;
  readonly lambda: Lambda;
  readonly faults: Faults;
  readonly region: string;
}

/**
 * An event source mapping on the stream of a table: it invokes a function with one batch after the other, and goes on
 * when the batch is done, or has failed too often or for too long. Where it stands it keeps in memory: after a restart
 * with kept data everything that the stream still has is handed out again.
 */
export class StreamSource {
  readonly #services: StreamSourceServices;
  readonly #table: string;
  readonly #function: LambdaFunction;
  readonly #batchSize: number;
  readonly #window: number;
  readonly #bisects: boolean;
  readonly #reportsFailures: boolean;
  readonly #maxRetries: number;
  readonly #maxAge: number;
  readonly #onFailure: Queue | undefined;
  readonly #filters: readonly Matcher[];
  readonly #startsAtEnd: boolean;
  readonly #enabled: boolean;
  readonly #ended = new AbortController();
  #streamArn = '';
  #running: Promise<void> = Promise.resolve();

  /** @throws SandboxError */
  constructor({ properties }: Resource, tables: readonly Resource[], services: StreamSourceServices) {
    this.#services = services;
    this.#table = tableOf(properties, tables);
    const functionName = properties.text('FunctionName');
    this.#function =
      services.lambda.find(functionName) ??
      properties.refuse('FunctionName', `found ${functionName}, which is no function of the stack`);
    this.#batchSize = properties.number('BatchSize', DEFAULT_BATCH_SIZE);
    this.#window = properties.number('MaximumBatchingWindowInSeconds', 0);
    this.#bisects = properties.flag('BisectBatchOnFunctionError');
    const responseTypes = properties.texts('FunctionResponseTypes');
    const unknown = responseTypes.find((type) => type !== 'ReportBatchItemFailures');
    if (unknown !== undefined)
      properties.refuse('FunctionResponseTypes', `found ${unknown}, expected ReportBatchItemFailures`);
    this.#reportsFailures = responseTypes.length > 0;
    this.#maxRetries = properties.number('MaximumRetryAttempts', -1);
    this.#maxAge = properties.number('MaximumRecordAgeInSeconds', -1);
    this.#onFailure = destinationOf(properties, services.sqs);
    this.#filters = properties
      .object('FilterCriteria')
      .objects('Filters')
      .map((filter) => compilePattern(JSON.parse(filter.text('Pattern')), 'FilterCriteria'));
    const position = properties.text('StartingPosition');
    if (position !== 'TRIM_HORIZON' && position !== 'LATEST')
      properties.refuse('StartingPosition', `found ${position}, expected TRIM_HORIZON or LATEST`);
    this.#startsAtEnd = position === 'LATEST';
    this.#enabled = !properties.has('Enabled') || properties.flag('Enabled');
  }

  start(): void {
    if (this.#enabled) this.#running = this.#run();
  }

  /** Takes nothing more. A batch that is being worked on is not waited for. */
  async end(): Promise<void> {
    this.#ended.abort();
    await Promise.race([this.#running, new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
  }

  async #run(): Promise<void> {
    const { dynamoDb, region } = this.#services;
    const stream = await dynamoDb.streamOf(this.#table);
    if (stream === undefined) throw new SandboxError(`The engine has no stream of the table ${this.#table}`);
    this.#streamArn = `arn:aws:dynamodb:${region}:000000000000:table/${this.#table}/stream/${stream.label}`;
    const reader = new StreamReader(dynamoDb, stream.arn, { startsAtEnd: this.#startsAtEnd });
    while (!this.#ended.signal.aborted) {
      try {
        const records = await this.#gather(reader);
        if (records.length === 0) await this.#pause(POLL_MILLISECONDS);
        else await this.#deliver(records);
      } catch (error) {
        // The engine is busy, or gone; if so, the sandbox ends.
        if (!(error instanceof AwsError)) throw error;
        await this.#pause(LONGEST_PAUSE_MILLISECONDS);
      }
    }
  }

  async #gather(reader: StreamReader): Promise<readonly StreamRecord[]> {
    const records = [...(await reader.read(this.#batchSize))];
    const until = Date.now() + this.#window * 1000;
    while (records.length > 0 && records.length < this.#batchSize && Date.now() < until) {
      await this.#pause(POLL_MILLISECONDS);
      if (this.#ended.signal.aborted) break;
      records.push(...(await reader.read(this.#batchSize - records.length)));
    }
    const isWanted = ({ content }: StreamRecord) =>
      this.#filters.length === 0 || this.#filters.some((matches) => matches(content));
    return records.filter(isWanted);
  }

  /** Source: Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB", error handling. */
  async #deliver(records: readonly StreamRecord[]): Promise<void> {
    let open: readonly Batch[] = [{ records, failures: 0, invocations: 0 }];
    for (let [batch] = open; batch !== undefined && !this.#ended.signal.aborted; [batch] = open) {
      const rest = open.slice(1);
      const failed = await this.#invoke(batch.records);
      if (failed.length === 0) {
        const repeats = batch.invocations === 0 && this.#services.faults.strikes('repeated-batch');
        open = repeats ? [{ ...batch, invocations: 1 }, ...rest] : rest;
        continue;
      }
      open = [...this.#retries(batch, failed), ...rest];
      const [{ failures } = { failures: 0 }] = open;
      if (failures > 0) await this.#pause(Math.min(LONGEST_PAUSE_MILLISECONDS, 2 ** failures * POLL_MILLISECONDS));
    }
  }

  /** What becomes of the part of a batch that has failed. */
  #retries(batch: Batch, records: readonly StreamRecord[]): readonly Batch[] {
    const invocations = batch.invocations + 1;
    const isTooOld = ({ createdAt }: StreamRecord) => this.#maxAge >= 0 && createdAt + this.#maxAge < Date.now() / 1000;
    const old = records.filter(isTooOld);
    if (old.length > 0) this.#discard(old, 'RecordAgeExceeded', invocations);
    const young = records.filter((record) => !isTooOld(record));
    if (young.length === 0) return [];
    // A batch that was made smaller has its retries before it. Splitting does not count as one.
    const failures = young.length < batch.records.length ? 0 : batch.failures + 1;
    if (this.#bisects && young.length > 1) {
      const middle = Math.ceil(young.length / 2);
      return [young.slice(0, middle), young.slice(middle)].map((half) => ({ records: half, failures, invocations }));
    }
    if (this.#maxRetries < 0 || failures <= this.#maxRetries) return [{ records: young, failures, invocations }];
    this.#discard(young, 'RetryAttemptsExhausted', invocations);
    return [];
  }

  /** @returns the records from the first that has failed */
  async #invoke(records: readonly StreamRecord[]): Promise<readonly StreamRecord[]> {
    let answer: unknown;
    try {
      const Records = records.map(({ content }) => ({
        ...content,
        awsRegion: this.#services.region,
        eventSourceARN: this.#streamArn,
      }));
      answer = await this.#function.invoke({ Records });
    } catch {
      // The function's log says why.
      return records;
    }
    const reported = isObject(answer) ? answer['batchItemFailures'] : undefined;
    if (!this.#reportsFailures || reported === undefined || reported === null) return [];
    if (!Array.isArray(reported)) return records;
    const positions = reported.map((entry) =>
      records.findIndex(({ sequenceNumber }) => isObject(entry) && sequenceNumber === entry['itemIdentifier']),
    );
    if (positions.length === 0) return [];
    // What is not in the batch fails the whole of it; so does an empty identifier.
    return records.slice(Math.max(0, Math.min(...positions)));
  }

  /** Tells where in the stream the records are, not what they are. Source: the same, "on-failure destinations". */
  #discard(records: readonly StreamRecord[], condition: string, approximateInvokeCount: number): void {
    const [first] = records;
    const last = records.at(-1);
    if (first === undefined || last === undefined) return;
    const toTime = ({ createdAt }: StreamRecord) => new Date(createdAt * 1000).toISOString();
    const body = {
      requestContext: { requestId: randomUUID(), functionArn: this.#function.arn, condition, approximateInvokeCount },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: new Date().toISOString(),
      DDBStreamBatchInfo: {
        shardId: first.shardId,
        startSequenceNumber: first.sequenceNumber,
        endSequenceNumber: last.sequenceNumber,
        approximateArrivalOfFirstRecord: toTime(first),
        approximateArrivalOfLastRecord: toTime(last),
        batchSize: records.length,
        streamArn: this.#streamArn,
      },
    };
    this.#onFailure?.send({ body: JSON.stringify(body), attributes: {} });
  }

  async #pause(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.#ended.signal }).catch(() => undefined);
  }
}

function tableOf(properties: Properties, tables: readonly Resource[]): string {
  const arn = properties.text('EventSourceArn');
  const table = tables.find(
    (each) => each.properties.has('StreamSpecification') && each.attribute('StreamArn') === arn,
  );
  return (
    table?.ref ?? properties.refuse('EventSourceArn', `found ${arn}, which is the stream of no table of the stack`)
  );
}

function destinationOf(properties: Properties, sqs: Sqs): Queue | undefined {
  if (!properties.has('DestinationConfig')) return undefined;
  const onFailure = properties.object('DestinationConfig').object('OnFailure');
  const arn = onFailure.text('Destination');
  return sqs.byArn(arn) ?? onFailure.refuse('Destination', `found ${arn}, which is no queue of the stack`);
}
