import { setTimeout as pause } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  ScanCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { Failure } from '../failure.ts';
import type { Item, Key, Tables } from './aws.ts';
import type { Ask } from './aws-clients.ts';

/** Items of one request. Source: DynamoDB API reference, BatchGetItem and BatchWriteItem. */
const GETS = 100;
const WRITES = 25;

const REQUESTS_AT_ONCE = 4;
const MAX_ATTEMPTS = 12;
const MAX_PAUSE_MILLISECONDS = 5000;

type Page = { readonly items: readonly Item[]; readonly next: Record<string, never> | Item | undefined };

export function createTables(client: DynamoDBClient, ask: Ask): Tables {
  return {
    get: (TableName, key) =>
      ask('dynamodb:GetItem', TableName, async () => {
        const { Item } = await client.send(new GetItemCommand({ TableName, Key: asItem(key), ConsistentRead: true }));
        return Item;
      }),

    query: (TableName, partition, between) =>
      pages((ExclusiveStartKey) =>
        ask('dynamodb:Query', TableName, async () => {
          const { Items = [], LastEvaluatedKey } = await client.send(
            new QueryCommand({
              TableName,
              ConsistentRead: true,
              KeyConditionExpression: between === undefined ? 'PK = :pk' : 'PK = :pk AND SK BETWEEN :first AND :last',
              ExpressionAttributeValues: {
                ':pk': { S: partition },
                ...(between !== undefined && { ':first': { S: between[0] }, ':last': { S: between[1] } }),
              },
              ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
            }),
          );
          return { items: Items, next: LastEvaluatedKey };
        }),
      ),

    scan: (TableName, prefix) =>
      pages((ExclusiveStartKey) =>
        ask('dynamodb:Scan', TableName, async () => {
          const { Items = [], LastEvaluatedKey } = await client.send(
            new ScanCommand({
              TableName,
              ConsistentRead: true,
              FilterExpression: 'begins_with(PK, :prefix)',
              ExpressionAttributeValues: { ':prefix': { S: prefix } },
              ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
            }),
          );
          return { items: Items, next: LastEvaluatedKey };
        }),
      ),

    getAll: async (TableName, keys) => {
      const found: Item[] = [];
      await inChunks(keys, GETS, (chunk) =>
        untilNoneIsLeft(TableName, chunk.map(asItem), async (Keys) => {
          const { Responses, UnprocessedKeys } = await ask('dynamodb:BatchGetItem', TableName, () =>
            client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } })),
          );
          found.push(...(Responses?.[TableName] ?? []));
          return UnprocessedKeys?.[TableName]?.Keys ?? [];
        }),
      );
      return found;
    },

    removeAll: (TableName, keys) =>
      inChunks(keys, WRITES, (chunk) =>
        untilNoneIsLeft(TableName, chunk.map(asItem), async (Keys) => {
          const { UnprocessedItems } = await ask('dynamodb:BatchWriteItem', TableName, () =>
            client.send(
              new BatchWriteItemCommand({
                RequestItems: { [TableName]: Keys.map((Key) => ({ DeleteRequest: { Key } })) },
              }),
            ),
          );
          const left = UnprocessedItems?.[TableName] ?? [];
          return left.flatMap(({ DeleteRequest }) => (DeleteRequest?.Key === undefined ? [] : [DeleteRequest.Key]));
        }),
      ),

    removeTogether: (TableName, deletions) =>
      ask('dynamodb:DeleteItem', TableName, async () => {
        const TransactItems = deletions.map(({ key, condition }) => ({
          Delete: {
            TableName,
            Key: asItem(key),
            ...(condition !== undefined && {
              ConditionExpression: condition.expression,
              ExpressionAttributeValues: condition.values,
            }),
          },
        }));
        try {
          await client.send(new TransactWriteItemsCommand({ TransactItems }));
          return true;
        } catch (error) {
          // Somebody else is writing the same items: whoever asked looks again, as after a condition that is not met.
          if (error instanceof TransactionCanceledException && error.CancellationReasons?.some(isContested))
            return false;
          throw error;
        }
      }),
  };
}

const isContested = ({ Code }: { readonly Code?: string | undefined }): boolean =>
  Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict';

async function* pages(read: (after: Item | undefined) => Promise<Page>): AsyncGenerator<readonly Item[]> {
  let after: Item | undefined;
  do {
    const { items, next } = await read(after);
    yield items;
    after = next;
  } while (after !== undefined);
}

/** Deals with many keys, a request's worth at a time and a few requests at once. */
async function inChunks(
  keys: readonly Key[],
  size: number,
  deal: (chunk: readonly Key[]) => Promise<void>,
): Promise<void> {
  const chunks: (readonly Key[])[] = [];
  for (let at = 0; at < keys.length; at += size) chunks.push(keys.slice(at, at + size));
  const queue = chunks.values();
  const worker = async (): Promise<void> => {
    for (const chunk of queue) await deal(chunk);
  };
  await Promise.all(Array.from({ length: Math.min(REQUESTS_AT_ONCE, chunks.length) }, worker));
}

/** DynamoDB does what it has capacity for, and names the rest. */
async function untilNoneIsLeft(
  table: string,
  keys: readonly Item[],
  request: (keys: Record<string, Item[string]>[]) => Promise<readonly Item[]>,
): Promise<void> {
  let open = keys;
  for (let attempt = 0; open.length > 0; attempt += 1) {
    if (attempt === MAX_ATTEMPTS) {
      throw new Failure(`${table} is throttled: ${open.length} items were left after ${MAX_ATTEMPTS} tries`, {
        notes: ['Repeat the command in a while: it goes on with what is left'],
      });
    }
    if (attempt > 0) await pause(Math.random() * Math.min(MAX_PAUSE_MILLISECONDS, 20 * 2 ** attempt));
    open = await request(open.map((key) => ({ ...key })));
  }
}

const asItem = ({ PK, SK }: Key): Record<string, Item[string]> => ({ PK: { S: PK }, SK: { S: SK } });
