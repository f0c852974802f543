import { randomUUID } from 'node:crypto';
import { type AttributeValue, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, type MessageAttributeValue, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { CliFolder, type Ended } from './cli-process.ts';
import { newEvent, type SentEvent } from './events.ts';
import { createQueueClient } from './hub.ts';
import { hubUnderTest } from './hub-under-test.ts';
import { OperatorProxy } from './operator-proxy.ts';
import type { Target } from './target.ts';
import { waitFor } from './wait.ts';

/** What a target says to operators as well. */
export interface OperatorTarget extends Target {
  readonly tables: { readonly eventLog: string; readonly connections: string };
  readonly queues: Target['queues'] &
    Readonly<Record<'intake' | 'intakeUndeliverable' | 'doorbellDeadLetters', string>>;
}

export const operatorTarget = (): OperatorTarget => hubUnderTest().target as OperatorTarget;

/** Operators need an endpoint that can be stood before: AWS itself is asked directly. */
const awsEndpoint = (): string => {
  const { awsEndpointUrl } = operatorTarget();
  if (awsEndpointUrl === undefined)
    throw new Error('These tests stand before an AWS endpoint, and the target has none');
  return awsEndpointUrl;
};

/** The command of an operator, whose requests to AWS pass a proxy. */
export class Operator {
  readonly proxy: OperatorProxy;
  readonly sockets: OperatorProxy;
  readonly folder: CliFolder;

  private constructor(proxy: OperatorProxy, sockets: OperatorProxy) {
    this.proxy = proxy;
    this.sockets = sockets;
    const socketUrl = new URL(operatorTarget().socketUrl);
    socketUrl.host = new URL(sockets.url).host;
    this.folder = new CliFolder({ ...operatorTarget(), awsEndpointUrl: proxy.url, socketUrl: socketUrl.href });
  }

  static async begin(): Promise<Operator> {
    const socketUrl = operatorTarget().socketUrl.replace(/^ws/, 'http');
    return new Operator(await OperatorProxy.before(awsEndpoint()), await OperatorProxy.before(socketUrl));
  }

  /** Runs a command to its end. */
  tidings(...args: readonly string[]): Promise<Ended> {
    return this.folder.tidings(...args);
  }

  /** Runs a command to its end, and makes sure that it worked. @returns its output as JSON */
  async json<Value>(...args: readonly string[]): Promise<Value> {
    const { code, output, messages } = await this.tidings(...args, '--json');
    if (code !== 0) throw new Error(`tidings ${args.join(' ')} exited with ${code}: ${messages}`);
    return JSON.parse(output) as Value;
  }

  /** Starts a command, waits until the proxy holds a request of it, and kills it there. */
  async killAt(action: string, after: number, ...args: readonly string[]): Promise<Ended> {
    this.proxy.hold(action, after);
    const running = this.folder.start(...args);
    await Promise.race([this.proxy.isHolding(), running.ended]);
    running.child.kill('SIGKILL');
    const ended = await running.ended;
    this.proxy.letGo();
    return ended;
  }

  async end(): Promise<void> {
    this.folder.remove();
    await Promise.all([this.proxy.remove(), this.sockets.remove()]);
  }
}

/** A message of the intake queue with an event that can be stored. */
export const intakeBody = (event: SentEvent, module = 'bank'): string =>
  JSON.stringify({
    module,
    event: {
      version: '0',
      id: randomUUID(),
      'detail-type': event.type,
      source: event.source,
      account: '000000000000',
      time: event.time,
      region: 'eu-north-1',
      resources: [],
      detail: event,
    },
  });

const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue });

/** A message to put among the dead letters. */
export interface Burial {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** Message group, for a FIFO queue. */
  readonly group?: string;
}

/** Puts messages into a queue of dead letters. */
export async function bury(QueueUrl: string, burials: readonly Burial[]): Promise<void> {
  const client = createQueueClient();
  for (let at = 0; at < burials.length; at += 10) {
    const Entries = burials.slice(at, at + 10).map(({ body, attributes = {}, group }, index) => ({
      Id: String(index),
      MessageBody: body,
      MessageAttributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, text(value)])),
      ...(group !== undefined && { MessageGroupId: group, MessageDeduplicationId: randomUUID() }),
    }));
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed.length > 0) throw new Error(`SQS refused ${Failed.length} messages: ${Failed[0]?.Message}`);
  }
  client.destroy();
}

/**
 * Puts good events of a tenant among the dead letters, as if the store had failed on each until its last try.
 * @returns their ids
 */
export async function buryGoodEvents(tenant: string, count: number): Promise<readonly string[]> {
  const events = Array.from({ length: count }, () => newEvent(tenant));
  const attributes = { code: 'INTERNAL_ERROR', reason: 'Not stored in 5 tries', attempts: '5' };
  await bury(
    operatorTarget().queues.intakeDeadLetters,
    events.map((event) => ({ body: intakeBody(event), attributes })),
  );
  return events.map(({ id }) => id);
}

/** Waits until everything that was accepted is stored, or among the dead letters. */
export const waitForEmptyIntake = (): Promise<void> =>
  waitForQueue('to be empty', operatorTarget().queues.intake, ({ waiting, underWay }) => waiting + underWay === 0);

/** Waits until nobody has a dead letter of the intake in hand any more; asking SQS for that takes none. */
export const waitForLettersInSight = (deadline: number): Promise<void> =>
  waitForQueue('to be in sight', operatorTarget().queues.intakeDeadLetters, ({ underWay }) => underWay === 0, deadline);

async function waitForQueue(
  what: string,
  QueueUrl: string,
  isSo: (depth: { readonly waiting: number; readonly underWay: number }) => boolean,
  deadline?: number,
): Promise<void> {
  const client = createQueueClient();
  let seen = '';
  await waitFor(
    `${QueueUrl} ${what}`,
    async () => {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
      );
      const waiting = Number(Attributes['ApproximateNumberOfMessages']);
      const underWay = Number(Attributes['ApproximateNumberOfMessagesNotVisible']);
      seen = `${waiting} wait, ${underWay} are under way`;
      return isSo({ waiting, underWay }) || undefined;
    },
    { ...(deadline !== undefined && { deadline }), lastSeen: () => seen },
  );
  client.destroy();
}

/** Every row of the hub's tables as one line, by table and key. */
export async function allRows(): Promise<ReadonlyMap<string, string>> {
  const { region, tables } = operatorTarget();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ region, endpoint: awsEndpoint(), credentials });
  const rows = new Map<string, string>();
  for (const TableName of [tables.eventLog, tables.connections]) {
    for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) {
      for (const item of Items) rows.set(`${TableName} ${item['PK']?.S} ${item['SK']?.S}`, toLine(item));
    }
  }
  client.destroy();
  return rows;
}

/** A tenant's rows: their keys hold its id encoded. */
export function rowsOf(rows: ReadonlyMap<string, string>, tenant: string): ReadonlyMap<string, string> {
  const encoded = tenant.replaceAll('%', '%25').replaceAll('#', '%23');
  const isOwn = (key: string): boolean => {
    const [, partition = ''] = key.split(' ');
    return partition.slice(2) === encoded || partition.slice(2).startsWith(`${encoded}#`);
  };
  return new Map([...rows].filter(([key]) => isOwn(key)));
}

const toLine = (item: Record<string, AttributeValue>): string =>
  JSON.stringify(
    Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)),
    (_, value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value),
  );
