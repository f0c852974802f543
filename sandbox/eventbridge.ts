import { randomUUID } from 'node:crypto';
import { type AwsService, jsonService } from './aws-endpoint.ts';
import { type Rule, toRule } from './event-rule.ts';
import { isObject } from './http.ts';
import type { Lambda, LambdaFunction } from './lambda.ts';
import type { Surroundings } from './resource-types.ts';
import { AwsError } from './sandbox-error.ts';
import type { Sqs } from './sqs.ts';
import type { Resource } from './template.ts';

const MAX_ENTRIES = 10;
/** Source: EventBridge user guide, "Calculating PutEvents event entry size". For all entries of a request together. */
const MAX_BYTES = 256 * 1024;
const TIME_BYTES = 14;
/** How often a function gets an event that it fails with. */
const ATTEMPTS = 3;

/** EventBridge: the template's buses and rules, and PutEvents. */
export class EventBridge {
  readonly service: AwsService;
  readonly #buses: readonly Resource[];
  readonly #rules: readonly Rule[];
  readonly #sqs: Sqs;
  readonly #lambda: Lambda;
  readonly #at: Surroundings;

  /** @throws SandboxError for a pattern or a target that the sandbox does not know */
  constructor(
    buses: readonly Resource[],
    rules: readonly Resource[],
    { sqs, lambda }: { readonly sqs: Sqs; readonly lambda: Lambda },
    at: Surroundings,
  ) {
    this.#buses = buses;
    this.#rules = rules.filter(({ properties }) => properties.text('State', 'ENABLED') === 'ENABLED').map(toRule);
    this.#sqs = sqs;
    this.#lambda = lambda;
    this.#at = at;
    this.service = jsonService('AWSEvents', 'application/x-amz-json-1.1', {
      PutEvents: (input) => this.#putEvents(input['Entries']),
    });
  }

  #putEvents(entries: unknown) {
    if (!Array.isArray(entries) || entries.length === 0 || entries.length > MAX_ENTRIES) {
      const found = Array.isArray(entries) ? entries.length : JSON.stringify(entries);
      throw new AwsError('ValidationException', `Entries: found ${found}, expected 1 to ${MAX_ENTRIES}`);
    }
    const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (bytes > MAX_BYTES) {
      throw new AwsError(
        'ValidationException',
        `Total size of the entries in the request is over the limit: found ${bytes} bytes, expected at most ${MAX_BYTES}.`,
      );
    }
    const results = entries.map((entry) => {
      try {
        return { EventId: this.#put(isObject(entry) ? entry : {}) };
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return { ErrorCode: error.code, ErrorMessage: error.message };
      }
    });
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  }

  /** Accepts an event and hands it to every target before it answers: what was accepted is in a queue. */
  #put(entry: Readonly<Record<string, unknown>>): string {
    const source = required(entry, 'Source');
    const detailType = required(entry, 'DetailType');
    const detail = required(entry, 'Detail');
    if (source.startsWith('aws.'))
      throw new AwsError('NotAuthorizedForSourceException', `Not authorized for the source ${source}.`);
    const bus = this.#busOf(typeof entry['EventBusName'] === 'string' ? entry['EventBusName'] : 'default');
    const id = randomUUID();
    // The detail stays as it was written: parsing it would change numbers that JavaScript cannot hold.
    const fields: readonly (readonly [string, string])[] = [
      ['version', '"0"'],
      ['id', JSON.stringify(id)],
      ['detail-type', JSON.stringify(detailType)],
      ['source', JSON.stringify(source)],
      ['account', JSON.stringify(this.#at.accountId)],
      ['time', JSON.stringify(toTime(entry['Time']))],
      ['region', JSON.stringify(this.#at.region)],
      ['resources', JSON.stringify(Array.isArray(entry['Resources']) ? entry['Resources'] : [])],
      ['detail', parsesToObject(detail)],
    ];
    const text = `{${fields.map(([name, value]) => `"${name}":${value}`).join(',')}}`;
    this.#route(text, bus, 'put');
    return id;
  }

  #busOf(nameOrArn: string): string {
    const bus = this.#buses.find((candidate) => [candidate.ref, candidate.attribute('Arn')].includes(nameOrArn));
    if (bus !== undefined) return bus.ref;
    const known = this.#buses.map(({ ref }) => ref).join(', ');
    throw new AwsError('ResourceNotFoundException', `Event bus ${nameOrArn} does not exist. The stack has: ${known}`);
  }

  #route(text: string, bus: string, how: Arrival): void {
    const event: unknown = JSON.parse(text);
    for (const rule of this.#rules) if (rule.bus === bus && rule.matches(event)) this.#deliver(text, rule, how);
  }

  #deliver(event: string, rule: Rule, how: Arrival): void {
    for (const { arn, deadLetterArn, format, id } of rule.targets) {
      try {
        this.#hand(format(event), arn, how);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        // What a target cannot take goes, as the event was, to the target's dead-letter queue, or is dropped.
        // Source: EventBridge user guide, "Using dead-letter queues to process undelivered events".
        const attributes = {
          RULE_ARN: rule.arn,
          TARGET_ARN: arn,
          ERROR_CODE: error.code,
          ERROR_MESSAGE: error.message,
        };
        this.#sqs.byArn(deadLetterArn ?? '')?.send({
          body: event,
          attributes: Object.fromEntries(
            Object.entries({ ...attributes, TARGET_ID: id }).map(([name, StringValue]) => [
              name,
              { DataType: 'String', StringValue },
            ]),
          ),
        });
      }
    }
  }

  /** @throws AwsError if there is no such target */
  #hand(message: string, arn: string, how: Arrival): void {
    const queue = this.#sqs.byArn(arn);
    if (queue !== undefined) return void queue.send({ body: message, attributes: {} });
    const called = this.#lambda.find(arn);
    if (called !== undefined) return void invokeLater(called, JSON.parse(message));
    const bus = this.#buses.find((candidate) => candidate.attribute('Arn') === arn);
    if (bus === undefined) throw new AwsError('NO_RESOURCE', `The target ${arn} does not exist`);
    // Source: EventBridge user guide, "Sending events between event buses": what a bus got from a bus goes to no third.
    if (how === 'put') this.#route(message, bus.ref, 'forwarded');
  }
}

/** How an event came to a bus: by PutEvents, or by a rule of another bus. */
type Arrival = 'put' | 'forwarded';

/**
 * As Lambda invokes without anybody waiting: a function that fails gets the event twice more, here at once. Its log says
 * why it failed. Source: Lambda developer guide, "Asynchronous invocation".
 */
async function invokeLater(called: LambdaFunction, event: unknown): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      await called.invoke(event);
      return;
    } catch {
      // Once more, or given up.
    }
  }
}

function required(entry: Readonly<Record<string, unknown>>, name: string): string {
  const value = entry[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsError('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
}

function parsesToObject(detail: string): string {
  try {
    if (isObject(JSON.parse(detail))) return detail;
  } catch {
    // Answered below.
  }
  throw new AwsError('MalformedDetail', 'Detail is malformed.');
}

/** Whole seconds, as EventBridge keeps them. SDKs send seconds since 1970. */
function toTime(value: unknown): string {
  const milliseconds =
    typeof value === 'number' ? value * 1000 : typeof value === 'string' ? Date.parse(value) : Date.now();
  if (Number.isNaN(milliseconds)) throw new AwsError('InvalidArgument', 'Parameter Time is not valid.');
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function sizeOf(entry: unknown): number {
  if (!isObject(entry)) return 0;
  const { Source, DetailType, Detail, Resources, Time } = entry;
  const texts = [Source, DetailType, Detail, ...(Array.isArray(Resources) ? Resources : [])];
  return texts.reduce<number>(
    (sum, text) => sum + (typeof text === 'string' ? Buffer.byteLength(text) : 0),
    Time === undefined || Time === null ? 0 : TIME_BYTES,
  );
}
