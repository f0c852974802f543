import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { functionsSdk, REPLACEMENTS } from './functions-sdk.ts';

/** What the functions do with the SDK, in one module. */
const CLIENTS = `
import { ConditionalCheckFailedException, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
export const dynamoDb = new DynamoDBClient({});
export const getItem = () => dynamoDb.send(new GetItemCommand({ TableName: 't', Key: { id: { S: '1' } } }));
export const putEvents = () => new EventBridgeClient({}).send(new PutEventsCommand({ Entries: [{ Detail: '{}' }] }));
export const sendMessage = () => new SQSClient({}).send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: 'hello' }));
export const isConditional = (error) => error instanceof ConditionalCheckFailedException;
`;

interface Clients {
  readonly dynamoDb: DynamoDBClient;
  readonly getItem: () => Promise<{ readonly Item?: Record<string, AttributeValue> }>;
  readonly putEvents: () => Promise<{ readonly FailedEntryCount?: number }>;
  readonly sendMessage: () => Promise<{ readonly MessageId?: string }>;
  readonly isConditional: (error: unknown) => boolean;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

describe('the SDK in a bundle', () => {
  const replaced = new Set<string>();
  let folder: string;
  let clients: Clients;
  let server: Server;
  let requests: Pick<IncomingMessage, 'headers'>[] = [];
  let answers: Answer[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      requests.push(request);
      const { status, body } = answers.shift() ?? { status: 500, body: {} };
      request.resume().on('end', () => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    folder = await mkdtemp(path.join(tmpdir(), 'tidings-sdk-'));
    const file = path.join(folder, 'clients.cjs');
    await build({
      stdin: { contents: CLIENTS, resolveDir: import.meta.dirname },
      outfile: file,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      mainFields: ['module', 'main'],
      minify: true,
      plugins: [functionsSdk((name) => replaced.add(name))],
    });
    // A profile that does not exist: whoever asks for it fails.
    await writeFile(
      path.join(folder, 'config'),
      '[profile other]\nregion = xx-wrong-1\nendpoint_url = http://127.0.0.1:1\n',
    );
    for (const [name, value] of Object.entries({
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIAFUNCTION',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'session',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_PROFILE: 'other',
      AWS_CONFIG_FILE: path.join(folder, 'config'),
      QUEUE_URL: `http://127.0.0.1:${port}/1/queue`,
    })) {
      vi.stubEnv(name, value);
    }
    clients = createRequire(import.meta.url)(file);
  });

  beforeEach(() => {
    requests = [];
  });

  afterEach(() => {
    expect(answers, 'answers that nobody asked for').toEqual([]);
    answers = [];
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true });
  });

  it('meets every file that is replaced: the SDK has not moved one', () => {
    expect([...replaced].sort()).toEqual(['package.json', ...REPLACEMENTS.map(({ file }) => file)].sort());
  });

  it("signs with the role's credentials of the environment, whatever profile is named, at the endpoint of the environment", async () => {
    answers = [{ status: 200, body: { Item: { id: { S: '1' }, bytes: { B: 'aGk=' }, n: { N: '7' } } } }];
    const { Item } = await clients.getItem();
    expect(Item).toEqual({ id: { S: '1' }, bytes: { B: new Uint8Array([104, 105]) }, n: { N: '7' } });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.headers).toMatchObject({
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIAFUNCTION\/\d{8}\/eu-central-1\/dynamodb\/aws4_request, .*Signature=[0-9a-f]{64}$/,
      ),
      'x-amz-security-token': 'session',
      'user-agent': expect.stringMatching(/^aws-sdk-js\/3\.\d+\.\d+ /),
    });
  });

  it('tries again what was throttled, and what failed', async () => {
    const throttled = { __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException', message: 'slow down' };
    answers = [
      { status: 400, body: throttled },
      { status: 500, body: {} },
      { status: 200, body: {} },
    ];
    expect((await clients.getItem()).Item).toBeUndefined();
    expect(requests).toHaveLength(3);
  });

  it("raises the service's own errors, once", async () => {
    const type = 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException';
    answers = [{ status: 400, body: { __type: type, message: 'no', Item: { id: { S: 'found' } } } }];
    const error: unknown = await clients.getItem().catch((cause: unknown) => cause);
    expect(clients.isConditional(error)).toBe(true);
    expect(error).toMatchObject({ name: 'ConditionalCheckFailedException', Item: { id: { S: 'found' } } });
    expect(requests).toHaveLength(1);
  });

  it('puts events on a bus', async () => {
    answers = [{ status: 200, body: { FailedEntryCount: 0, Entries: [{ EventId: '1' }] } }];
    expect((await clients.putEvents()).FailedEntryCount).toBe(0);
    expect(requests[0]?.headers['authorization']).toContain('/eu-central-1/events/aws4_request');
  });

  it('sends messages, and compares the digest that the queue answers', async () => {
    answers = [
      { status: 200, body: { MessageId: 'm', MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592' } },
      { status: 200, body: { MessageId: 'm', MD5OfMessageBody: '00000000000000000000000000000000' } },
    ];
    expect((await clients.sendMessage()).MessageId).toBe('m');
    await expect(clients.sendMessage()).rejects.toThrow('InvalidChecksumError');
  });
});
