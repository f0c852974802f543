import { Agent, request as httpRequest } from 'node:http';
import { type AwsAnswer, type AwsRequest, type AwsService, unknownAction } from './aws-endpoint.ts';
import type { Engine } from './dynamodb-engine.ts';
import type { Faults } from './faults.ts';
import { isObject } from './http.ts';
import { AwsError, SandboxError } from './sandbox-error.ts';
import type { Resource } from './template.ts';

const TARGET = 'DynamoDB_20120810';
const STREAMS_TARGET = 'DynamoDBStreams_20120810';
const JSON_1_0 = 'application/x-amz-json-1.0';
const IDLE_CONNECTION_MILLISECONDS = 30_000;

/** Tables are the template's: nobody makes or deletes one through the endpoint. */
const ACTIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'DeleteItem',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'ListTables',
  'PutItem',
  'Query',
  'Scan',
  'TransactGetItems',
  'TransactWriteItems',
  'UpdateItem',
];

/** DynamoDB: the template's tables in a real engine, behind the endpoint. */
export class DynamoDb implements AwsService {
  readonly target = TARGET;
  readonly #engine: Engine;
  readonly #tables: readonly Resource[];
  readonly #faults: Faults;
  /** Connections that nobody has needed for a while are closed, so that a busy hour leaves none behind. */
  readonly #agent = new Agent({ keepAlive: true, timeout: IDLE_CONNECTION_MILLISECONDS });

  constructor(engine: Engine, tables: readonly Resource[], faults: Faults) {
    this.#engine = engine;
    this.#tables = tables;
    this.#faults = faults;
  }

  /** Makes the tables that are not there yet. */
  async start(): Promise<void> {
    await Promise.all(this.#tables.map((table) => this.#create(table)));
  }

  end(): void {
    this.#agent.destroy();
  }

  async handle(request: AwsRequest): Promise<AwsAnswer> {
    if (!ACTIONS.includes(request.action)) throw unknownAction(TARGET, request.action, ACTIONS);
    const isData = !/^(Describe|List)/.test(request.action);
    if (isData && this.#faults.strikes('throttle')) return throttled(request, this.#faults);
    return this.#forward(request.action, request.body);
  }

  /** The engine's name for the stream of a table, such as `2026-01-31T09:30:00.000`. */
  async streamOf(TableName: string): Promise<{ readonly arn: string; readonly label: string } | undefined> {
    const { Table } = await this.#ask(TARGET, 'DescribeTable', { TableName });
    if (!isObject(Table) || Table['LatestStreamArn'] === undefined) return undefined;
    return { arn: String(Table['LatestStreamArn']), label: String(Table['LatestStreamLabel']) };
  }

  /** A request to the engine's streams. @throws AwsError with what the engine refuses */
  readStream(action: string, input: object): Promise<Readonly<Record<string, unknown>>> {
    return this.#ask(STREAMS_TARGET, action, input);
  }

  async #create(table: Resource): Promise<void> {
    const { properties } = table;
    const TableName = table.ref;
    const definition = {
      TableName,
      KeySchema: properties.raw('KeySchema'),
      AttributeDefinitions: properties.raw('AttributeDefinitions'),
      BillingMode: 'PAY_PER_REQUEST',
    };
    const stream = properties.has('StreamSpecification') && {
      StreamSpecification: {
        StreamEnabled: true,
        StreamViewType: properties.object('StreamSpecification').text('StreamViewType'),
      },
    };
    const exists = await this.#control('CreateTable', { ...definition, ...stream }, 'ResourceInUseException');
    // The table of an earlier run may be older than its stream.
    if (exists && stream && (await this.streamOf(TableName)) === undefined)
      await this.#control('UpdateTable', { TableName, ...stream });
    if (stream && (await this.streamOf(TableName)) === undefined)
      properties.refuse('StreamSpecification', `found a stream, but the engine ${this.#engine.name} has none`);
    const timeToLive = properties.object('TimeToLiveSpecification');
    if (!exists && properties.has('TimeToLiveSpecification')) {
      const TimeToLiveSpecification = {
        AttributeName: timeToLive.text('AttributeName'),
        Enabled: timeToLive.flag('Enabled'),
      };
      await this.#control('UpdateTimeToLive', { TableName, TimeToLiveSpecification });
    }
  }

  /** @returns whether the engine answered with the error that is all right */
  async #control(action: string, input: object, accepted?: string): Promise<boolean> {
    const { status, body } = await this.#forward(action, Buffer.from(JSON.stringify(input)));
    if (status === 200) return false;
    const text = body.toString('utf8');
    if (accepted !== undefined && text.includes(accepted)) return true;
    throw new SandboxError(`The DynamoDB engine refuses ${action} ${JSON.stringify(input)}: ${text}`);
  }

  async #ask(target: string, action: string, input: object): Promise<Readonly<Record<string, unknown>>> {
    const { status, body } = await this.#forward(action, Buffer.from(JSON.stringify(input)), target);
    const answer: unknown = JSON.parse(body.toString('utf8'));
    if (status === 200 && isObject(answer)) return answer;
    throw new AwsError('EngineRefused', `The DynamoDB engine refuses ${action}: ${body.toString('utf8')}`, status);
  }

  /** Signed as nobody in particular: the engines look whether there is a signature, not whose it is. */
  #forward(action: string, body: Buffer, target = TARGET): Promise<AwsAnswer> {
    const headers = {
      'content-type': JSON_1_0,
      'content-length': body.length,
      'x-amz-target': `${target}.${action}`,
      'x-amz-date': new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
      authorization:
        'AWS4-HMAC-SHA256 Credential=sandbox/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=none',
    };
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        this.#engine.endpoint,
        { method: 'POST', agent: this.#agent, headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            const checksum = response.headers['x-amz-crc32'];
            resolve({
              status: response.statusCode ?? 500,
              headers: { 'content-type': JSON_1_0, ...(typeof checksum === 'string' && { 'x-amz-crc32': checksum }) },
              body: Buffer.concat(chunks),
            });
          });
        },
      );
      outgoing.once('error', (cause) =>
        reject(new AwsError('InternalServerError', `The engine does not answer: ${cause.message}`, 500)),
      );
      outgoing.end(body);
    });
  }
}

/**
 * A request that DynamoDB does not carry out for lack of capacity, or because of another transaction.
 * Source: DynamoDB API reference, TransactWriteItems, TransactionCanceledException.
 */
function throttled({ action, body }: AwsRequest, faults: Faults): AwsAnswer {
  if (!action.startsWith('Transact')) throw new AwsError('ThrottlingException', 'Rate exceeded (injected)');
  const input: unknown = JSON.parse(body.toString('utf8'));
  const items = isObject(input) && Array.isArray(input['TransactItems']) ? input['TransactItems'] : [{}];
  const unlucky = faults.choose('throttle', items.length);
  const Code = faults.choose('throttle', 2) === 0 ? 'ThrottlingError' : 'TransactionConflict';
  const CancellationReasons = items.map((_, index) =>
    index === unlucky ? { Code, Message: `${Code} (injected)` } : { Code: 'None' },
  );
  const codes = CancellationReasons.map((reason) => reason.Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  const answer = {
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    Message: message,
    message,
    CancellationReasons,
  };
  return { status: 400, headers: { 'content-type': JSON_1_0 }, body: Buffer.from(JSON.stringify(answer)) };
}
