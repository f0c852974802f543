import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KEY_ATTRIBUTES } from '../../lambdas/adapters/dynamodb/keys.ts';
import { type EngineName, missingFor, startEngine } from '../../sandbox/dynamodb-engine.ts';

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
  dynoxide: { missing: missingFor('dynoxide'), start: () => start('dynoxide') },
  'DynamoDB Local': { missing: missingFor('dynamodb-local'), start: () => start('dynamodb-local') },
};

const quicker: EngineName = missingFor('dynoxide') === undefined ? 'dynoxide' : 'dynamodb-local';

/** The quicker of the engines that are here, for what one shows as well as two. */
export const QUICK_ENGINE = { name: quicker, start: () => start(quicker) };

async function start(name: EngineName): Promise<Engine> {
  const engine = await startEngine({ name });
  const connect = (): DynamoDBClient =>
    new DynamoDBClient({
      endpoint: engine.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
  const client = connect();
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
      await engine.end();
    },
  };
}
