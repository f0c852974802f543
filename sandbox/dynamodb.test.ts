import {
  CreateTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { missingFor } from './dynamodb-engine.ts';
import { seededFaults } from './faults.ts';
import { startFixture, temporaryFolder } from './fixture/assembly.ts';
import { clientsOf } from './fixture/clients.ts';
import type { SandboxOptions } from './sandbox.ts';

const resources = {
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'PK', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'PK', AttributeType: 'S' }],
      TimeToLiveSpecification: { AttributeName: 'expiresat', Enabled: true },
    },
  },
};

async function start(options: SandboxOptions = {}) {
  const sandbox = await startFixture({ resources }, options);
  const { dynamoDb } = clientsOf(sandbox.target);
  const TableName = sandbox.target.tables['eventLog'] ?? '';
  const put = (PK: string) =>
    dynamoDb.send(
      new PutItemCommand({ TableName, Item: { PK: { S: PK } }, ConditionExpression: 'attribute_not_exists(PK)' }),
    );
  const get = async (PK: string) =>
    (await dynamoDb.send(new GetItemCommand({ TableName, Key: { PK: { S: PK } } }))).Item;
  return { sandbox, dynamoDb, TableName, put, get };
}

describe.each(['dynoxide', 'dynamodb-local'] as const)('DynamoDB on %s', (engine) => {
  it.skipIf(missingFor(engine) !== undefined)(
    "has the template's tables, with time to live, and keeps their items over a restart",
    async () => {
      const data = temporaryFolder();
      const before = await start({ data, engine });
      const { TimeToLiveDescription } = await before.dynamoDb.send(
        new DescribeTimeToLiveCommand({ TableName: before.TableName }),
      );
      expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'expiresat', TimeToLiveStatus: 'ENABLED' });
      await before.put('a');
      await expect(before.put('a')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
      await before.sandbox.end();
      const after = await start({ data, engine });
      expect(await after.get('a')).toEqual({ PK: { S: 'a' } });
    },
  );
});

describe('DynamoDB', () => {
  it('makes no tables but those of the template', async () => {
    const { dynamoDb } = await start();
    const command = new CreateTableCommand({
      TableName: 'more',
      KeySchema: [{ AttributeName: 'PK', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'PK', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    await expect(dynamoDb.send(command)).rejects.toThrow(/does not know the action DynamoDB_20120810\.CreateTable/);
  });

  it('throttles when faults say so, a transaction with a reason for every item', async () => {
    const { dynamoDb, TableName, put } = await start({ faults: seededFaults('x', { throttle: 1 }) });
    await expect(put('a')).rejects.toMatchObject({ name: 'ThrottlingException' });
    const item = (PK: string) => ({ Put: { TableName, Item: { PK: { S: PK } } } });
    const transaction = dynamoDb.send(new TransactWriteItemsCommand({ TransactItems: [item('a'), item('b')] }));
    await expect(transaction).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: expect.arrayContaining([
        { Code: 'None' },
        expect.objectContaining({ Code: expect.stringMatching(/ThrottlingError|TransactionConflict/) }),
      ]),
    });
  });

  it('has written what it was asked to when the answer is lost', async () => {
    const rates = { 'lost-response': 1 };
    const { put, get } = await start({ faults: seededFaults('x', rates) });
    await expect(put('a')).rejects.toThrow();
    rates['lost-response'] = 0;
    expect(await get('a')).toEqual({ PK: { S: 'a' } });
  });
});
