import { randomUUID, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { asTenantId } from '@tidings/contracts';
import { connectionIdOf, connectionPartition } from '../../../lambdas/adapters/dynamodb/keys.ts';
import { newEvent } from '../../acceptance/events.ts';
import type { Target } from '../../acceptance/target.ts';
import type { Listener } from '../../load/listener.ts';
import { newKey, signed } from '../../security/local-issuer.ts';

/** A hop of the path of an event, by itself. */
export interface Hop {
  readonly name: string;
  /** How often an event takes it on its way. */
  readonly times: number;
  /** Takes it once. @returns milliseconds */
  take(): Promise<number>;
}

/** What hops need to be taken. */
export interface HopSurroundings {
  readonly target: Target;
  readonly tenant: string;
  /** Of the tenant, for everything: a message to its socket is what the last hop measures. */
  readonly listener: Listener;
}

/** Hops, and how they are put away. */
export interface Hops {
  readonly hops: readonly Hop[];
  stop(): Promise<void>;
}

/**
 * The hops that an event of the hub cannot do without, each alone and with nothing around it. Reads are what its
 * promises take: the head before a commit, and in a fan-out the position, the head, the ledger, the sockets, the event.
 */
export async function prepareHops({ target, tenant, listener }: HopSurroundings): Promise<Hops> {
  const aws = {
    endpoint: target.awsEndpointUrl ?? '',
    region: target.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const dynamo = new DynamoDBClient(aws);
  const bus = new EventBridgeClient(aws);
  const sqs = new SQSClient(aws);
  const sockets = new ApiGatewayManagementApiClient({ ...aws, endpoint: target.socketUrl.replace(/^ws/, 'http') });
  const tables = { log: tableOf(target, 'eventLog'), connections: tableOf(target, 'connections') };
  const queues = target.queues as unknown as Readonly<Record<string, string>>;
  const plain = await startVerifyingServer();
  const connections = await dynamo.send(queryOf(tables.connections, connectionPartition(asTenantId(tenant))));
  const sortKey = connections.Items?.[0]?.['SK']?.S;
  if (sortKey === undefined) throw new Error('Expected the listener in the table of connections');
  const ConnectionId = connectionIdOf(sortKey);

  const bench = `bench#${randomUUID()}`;
  const item = (SK: string, bytes: number) => ({ PK: { S: bench }, SK: { S: SK }, text: { S: 'x'.repeat(bytes) } });
  const transaction = () =>
    new TransactWriteItemsCommand({
      TransactItems: [item('HEAD', 40), item('LEDGER', 100), item('EVENT', 700)].map((Item) => ({
        Put: { TableName: tables.log, Item },
      })),
    });
  await dynamo.send(transaction());
  const key = (SK: string) => ({ PK: { S: bench }, SK: { S: SK } });

  const hops: Hop[] = [
    { name: 'HTTP request, RS256 verified', times: 1, take: () => timed(plain.request) },
    {
      name: 'PutEvents',
      times: 1,
      async take() {
        const event = newEvent(tenant);
        const arrival = listener.arrival(event.id);
        const Entries = [
          {
            EventBusName: target.buses['bank'],
            Source: event.source,
            DetailType: event.type,
            Detail: JSON.stringify(event),
          },
        ];
        const milliseconds = await timed(() => bus.send(new PutEventsCommand({ Entries })));
        // What this one sets off has ended before the next hop is taken.
        await arrival;
        return milliseconds;
      },
    },
    {
      name: 'SQS: send → receive',
      times: 1,
      take: () => passQueue(sqs, queues['intakeDeadLetters'] ?? '', {}),
    },
    {
      name: 'GetItem (heads, position)',
      times: 3,
      take: () =>
        timed(() => dynamo.send(new GetItemCommand({ TableName: tables.log, Key: key('HEAD'), ConsistentRead: true }))),
    },
    { name: 'TransactWriteItems (3 items)', times: 1, take: () => timed(() => dynamo.send(transaction())) },
    {
      name: 'SQS FIFO: send → receive',
      times: 1,
      take: () =>
        passQueue(sqs, queues['doorbellDeadLetters'] ?? '', {
          MessageGroupId: 'bench',
          MessageDeduplicationId: randomUUID(),
        }),
    },
    { name: 'Query (ledger, sockets)', times: 2, take: () => timed(() => dynamo.send(queryOf(tables.log, bench))) },
    {
      name: 'BatchGetItem (event)',
      times: 1,
      take: () =>
        timed(() =>
          dynamo.send(
            new BatchGetItemCommand({ RequestItems: { [tables.log]: { Keys: [key('EVENT')], ConsistentRead: true } } }),
          ),
        ),
    },
    {
      name: '@connections POST → socket',
      times: 1,
      async take() {
        const id = randomUUID();
        const started = performance.now();
        const arrival = listener.arrival(id);
        const Data = JSON.stringify({ type: 'events', from: 1, through: 1, replay: false, events: [{ id }] });
        await sockets.send(new PostToConnectionCommand({ ConnectionId, Data }));
        return (await arrival) - started;
      },
    },
  ];
  return {
    hops,
    async stop() {
      for (const client of [dynamo, bus, sqs, sockets]) client.destroy();
      await plain.stop();
    },
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Sends a message to somebody who waits for it, and deletes it afterwards. */
async function passQueue(sqs: SQSClient, QueueUrl: string, group: object): Promise<number> {
  const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  const started = performance.now();
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(1024), ...group }));
  const { Messages = [] } = await waiting;
  const milliseconds = performance.now() - started;
  const ReceiptHandle = Messages[0]?.ReceiptHandle;
  if (ReceiptHandle === undefined) throw new Error(`Expected a message from ${QueueUrl}`);
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return milliseconds;
}

const queryOf = (TableName: string, partition: string): QueryCommand =>
  new QueryCommand({
    TableName,
    ConsistentRead: true,
    KeyConditionExpression: 'PK = :partition',
    ExpressionAttributeValues: { ':partition': { S: partition } },
  });

function tableOf({ tables }: Target, name: string): string {
  const table = tables?.[name];
  if (table === undefined) throw new Error(`Expected the target to name the table ${name}`);
  return table;
}

/** A server that does nothing but verify the signature of a token. */
async function startVerifyingServer() {
  const key = newKey('bench');
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      const [header, payload, signature = ''] = (request.headers.authorization ?? '')
        .slice('Bearer '.length)
        .split('.');
      const bytes = Buffer.from(signature, 'base64url');
      const isRight = verify('RSA-SHA256', Buffer.from(`${header}.${payload}`), key.publicKey, bytes);
      response.writeHead(isRight ? 202 : 401).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const headers = { authorization: `Bearer ${signed(key, {}, { sub: 'bench', scope: 'bank' })}` };
  const body = JSON.stringify(newEvent('bench'));
  return {
    async request() {
      const response = await fetch(url, { method: 'POST', headers, body });
      if (response.status !== 202) throw new Error(`Expected 202, found ${response.status}`);
      await response.arrayBuffer();
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
