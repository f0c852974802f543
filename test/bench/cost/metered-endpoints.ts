import { createHash, randomUUID } from 'node:crypto';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { ASSUMPTIONS } from './assumptions.ts';
import { parseWire } from './item-units.ts';
import { meterTableCall, noUsage, type TableAnswer, type TableCall, type Usage, unitsOf } from './meter.ts';

const KIB = 1024;

/** One address for every service that the functions call, which counts what is asked for. */
export interface MeteredEndpoints {
  readonly url: string;
  /** Counts so far. */
  readonly usage: Usage;
  /** Details of the entries that were put on buses, oldest first. */
  readonly entries: { readonly Detail: string }[];
  /** Bodies of messages that were sent to queues, oldest first. */
  readonly messages: string[];
  /** Whether answers take as long as AWS's, see {@link ASSUMPTIONS}. */
  takeTime: boolean;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly milliseconds: number;
}

/**
 * Starts it before an engine.
 * @param engine address of a DynamoDB engine, which gets the calls to tables
 */
export async function startMeteredEndpoints(engine: string): Promise<MeteredEndpoints> {
  const agent = new Agent({ keepAlive: true });
  const state = { usage: noUsage(), entries: [] as { Detail: string }[], messages: [] as string[], takeTime: false };
  const { answerMilliseconds } = ASSUMPTIONS;

  const askEngine = async (action: string, body: string): Promise<{ status: number; body: string }> =>
    new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${action}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
        'x-amz-date': '20260101T000000Z',
        'content-length': Buffer.byteLength(body),
      };
      const call = request(engine, { method: 'POST', agent, headers }, (response) => {
        read(response).then((text) => resolve({ status: response.statusCode ?? 500, body: text }), reject);
      });
      call.once('error', reject).end(body);
    });

  const toTable = async (action: string, body: string): Promise<Answer> => {
    const call = parseWire<TableCall>(body);
    const leavesOut = call.FilterExpression !== undefined || call.ProjectionExpression !== undefined;
    const answer = await askEngine(
      action,
      leavesOut ? JSON.stringify({ ...call, ReturnConsumedCapacity: 'TOTAL' }) : body,
    );
    const look = async (TableName: string, Key: object) => {
      const found = await askEngine('GetItem', JSON.stringify({ TableName, Key, ConsistentRead: true }));
      return parseWire<TableAnswer>(found.body).Item;
    };
    const parsed = answer.status === 200 ? parseWire<TableAnswer>(answer.body) : {};
    await meterTableCall(action, call, parsed, look, state.usage);
    const isTransaction = action === 'TransactWriteItems';
    return { ...answer, milliseconds: answerMilliseconds[isTransaction ? 'dynamoDbTransaction' : 'dynamoDb'] };
  };

  const toBus = (body: string): Answer => {
    const { Entries } = JSON.parse(body) as {
      Entries: readonly { Detail: string; Source: string; DetailType: string }[];
    };
    state.usage.putEvents += 1;
    for (const entry of Entries) {
      const bytes = Buffer.byteLength(entry.Detail + entry.Source + entry.DetailType) + 14;
      state.usage.busUnits += unitsOf(bytes, 64 * KIB);
    }
    state.entries.push(...Entries);
    const answer = { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: randomUUID() })) };
    return { status: 200, body: JSON.stringify(answer), milliseconds: answerMilliseconds.putEvents };
  };

  const toQueue = (action: string, body: string): Answer => {
    const { MessageBody = '', Entries = [] } = JSON.parse(body) as { MessageBody?: string; Entries?: { Id: string }[] };
    const milliseconds = answerMilliseconds.sqs;
    if (action === 'DeleteMessageBatch') {
      state.usage.otherQueueUnits += 1;
      return { status: 200, body: JSON.stringify({ Successful: Entries.map(({ Id }) => ({ Id })) }), milliseconds };
    }
    if (action !== 'SendMessage') throw new Error(`Expected a call to SQS that can be counted, found ${action}`);
    state.usage.ringUnits += unitsOf(Buffer.byteLength(MessageBody), 64 * KIB);
    state.messages.push(MessageBody);
    const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
    return { status: 200, body: JSON.stringify({ MessageId: randomUUID(), MD5OfMessageBody }), milliseconds };
  };

  const toSocket = (body: string): Answer => {
    const bytes = Buffer.byteLength(body);
    state.usage.posts += 1;
    state.usage.postUnits += unitsOf(bytes, 32 * KIB);
    state.usage.postBytes += bytes;
    return { status: 200, body: '', milliseconds: answerMilliseconds.post };
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const arrived = performance.now();
    const body = await read(incoming);
    const [service = '', action = ''] = String(incoming.headers['x-amz-target'] ?? '').split('.');
    const answer = incoming.url?.includes('/@connections/')
      ? toSocket(body)
      : service === 'DynamoDB_20120810'
        ? await toTable(action, body)
        : service === 'AWSEvents'
          ? toBus(body)
          : toQueue(action, body);
    const left = answer.milliseconds - (performance.now() - arrived);
    if (state.takeTime && left > 0) await pause(left);
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(answer.body);
  };

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      console.error(error);
      response.writeHead(500).end();
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      agent.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  });
}

async function read(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
