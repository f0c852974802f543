import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KEY_ATTRIBUTES } from '../../../lambdas/adapters/dynamodb/keys.ts';

/** A client of an engine on this machine. */
export const connectTo = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });

/** Makes an empty table with the keys of the hub's. */
export async function createTable(client: DynamoDBClient, TableName: string): Promise<void> {
  const { partition, sort } = KEY_ATTRIBUTES;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: partition, KeyType: 'HASH' },
        { AttributeName: sort, KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [partition, sort].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    }),
  );
}
