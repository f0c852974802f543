import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { SQSHandler } from 'aws-lambda';

/** What a message of the queue says. */
interface Command {
  readonly tenant: string;
  readonly accountId: string;
  /** Who wants it. */
  readonly user: string;
  readonly traceparent?: string;
  /** The account to open; absent otherwise. */
  readonly open?: Readonly<Record<string, unknown>>;
  readonly status?: 'open' | 'blocked' | 'closed';
  readonly remove?: boolean;
}

const dynamoDb = new DynamoDBClient({});
const TableName = process.env['TABLE_NAME'];

/** Writes an account. It is the table's stream that tells the hub, so what is written and what is told cannot differ. */
export const handler: SQSHandler = async ({ Records }) => {
  for (const { body } of Records) {
    await change(JSON.parse(body)).catch((error: unknown) => {
      // The queue delivers at least once: what it asks for has been done before.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    });
  }
};

async function change({ tenant, accountId, user, traceparent, open, status, remove }: Command): Promise<void> {
  const key = { PK: `TENANT#${tenant}`, SK: `ACCOUNT#${accountId}` };
  const updatedAt = new Date().toISOString();
  if (open !== undefined) {
    const item = { ...key, ...open, status: 'open', updatedBy: user, updatedAt, traceparent };
    const Item = marshall(item, { removeUndefinedValues: true });
    await dynamoDb.send(new PutItemCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(PK)' }));
  }
  if (status !== undefined)
    await update(key, { status, updatedBy: user, updatedAt, ...(traceparent && { traceparent }) });
  if (remove === true) {
    // A stream does not say who deletes. This update makes no event of its own: the data stays the same.
    await update(key, { deletedBy: user });
    await dynamoDb.send(new DeleteItemCommand({ TableName, Key: marshall(key) }));
  }
}

const update = (key: object, attributes: Readonly<Record<string, string>>) =>
  dynamoDb.send(
    new UpdateItemCommand({
      TableName,
      Key: marshall(key),
      ConditionExpression: 'attribute_exists(PK)',
      UpdateExpression: `SET ${Object.keys(attributes)
        .map((name) => `#${name} = :${name}`)
        .join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(Object.keys(attributes).map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: marshall(
        Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`:${name}`, value])),
      ),
    }),
  );
