import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { asSequence, type Cursor, type Filter, type Subscription, type SubscriptionName } from '@tidings/contracts';
import type { Subscriptions } from '../../core/ports/subscriptions.ts';
import { KEY_ATTRIBUTES, subscriptionKey, subscriptionPartition } from './keys.ts';

type Item = Record<string, AttributeValue>;

/** Every clause of a conditional write, by what it protects. */
const CONDITIONS = {
  /** A second creation must not reset the cursor of the first. */
  nameIsFree: `attribute_not_exists(${KEY_ATTRIBUTES.partition})`,
  /** A change of something that is gone would bring back a part of it. */
  subscriptionExists: `attribute_exists(${KEY_ATTRIBUTES.partition})`,
  /** The cursor never goes back, and a paused subscription loses nothing. A missing item satisfies none of it. */
  cursorMovesForward: '#status = :active AND (epoch <> :epoch OR acknowledged < :sequence)',
} as const;

const STATUS = { '#status': 'status' } as const;

/** Durable subscriptions in the table of the event log: one item each, in their tenant's partition. */
export function createDynamoDbSubscriptions(client: DynamoDBClient, tableName: string): Subscriptions {
  const TableName = tableName;
  return {
    async create(tenant, subscription) {
      const { cursor, filter, ...rest } = subscription;
      const Item = {
        ...asItem(subscriptionKey(tenant, subscription.name)),
        filter: { S: JSON.stringify(filter) },
        status: { S: rest.status },
        epoch: { S: cursor.epoch },
        acknowledged: { N: String(cursor.sequence) },
        created: { S: rest.created },
        updated: { S: rest.updated },
      };
      const put = new PutItemCommand({ TableName, Item, ConditionExpression: CONDITIONS.nameIsFree });
      return (await unlessConditionFails(client.send(put))) !== undefined;
    },

    async find(tenant, name) {
      const get = new GetItemCommand({ TableName, Key: asItem(subscriptionKey(tenant, name)), ConsistentRead: true });
      const { Item } = await client.send(get);
      return Item === undefined ? undefined : toSubscription(Item);
    },

    async list(tenant) {
      const subscriptions: Subscription[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: 'PK = :tenant',
          ExpressionAttributeValues: { ':tenant': { S: subscriptionPartition(tenant) } },
        },
      );
      for await (const { Items = [] } of pages) subscriptions.push(...Items.map(toSubscription));
      return subscriptions;
    },

    async change(tenant, name, { status, filter }, updated) {
      const update = new UpdateItemCommand({
        TableName,
        Key: asItem(subscriptionKey(tenant, name)),
        UpdateExpression: [
          'SET updated = :updated',
          ...(status === undefined ? [] : ['#status = :status']),
          ...(filter === undefined ? [] : ['#filter = :filter']),
        ].join(', '),
        ConditionExpression: CONDITIONS.subscriptionExists,
        ExpressionAttributeNames: {
          ...(status !== undefined && STATUS),
          ...(filter !== undefined && { '#filter': 'filter' }),
        },
        ExpressionAttributeValues: {
          ':updated': { S: updated },
          ...(status !== undefined && { ':status': { S: status } }),
          ...(filter !== undefined && { ':filter': { S: JSON.stringify(filter) } }),
        },
        ReturnValues: 'ALL_NEW',
      });
      const changed = await unlessConditionFails(client.send(update));
      return changed?.Attributes === undefined ? undefined : toSubscription(changed.Attributes);
    },

    async remove(tenant, name) {
      const Key = asItem(subscriptionKey(tenant, name));
      const { Attributes } = await client.send(new DeleteItemCommand({ TableName, Key, ReturnValues: 'ALL_OLD' }));
      return Attributes !== undefined;
    },

    async acknowledge(tenant, name, cursor) {
      const update = new UpdateItemCommand({
        TableName,
        Key: asItem(subscriptionKey(tenant, name)),
        UpdateExpression: 'SET epoch = :epoch, acknowledged = :sequence',
        ConditionExpression: CONDITIONS.cursorMovesForward,
        ExpressionAttributeNames: STATUS,
        ExpressionAttributeValues: {
          ':epoch': { S: cursor.epoch },
          ':sequence': { N: String(cursor.sequence) },
          ':active': { S: 'active' },
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      try {
        await client.send(update);
        return { kind: 'acknowledged', cursor };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        if (error.Item === undefined) return { kind: 'not-found' };
        const found = toSubscription(error.Item);
        return found.status === 'paused' ? { kind: 'paused' } : { kind: 'acknowledged', cursor: found.cursor };
      }
    },
  };
}

async function unlessConditionFails<Output>(sending: Promise<Output>): Promise<Output | undefined> {
  try {
    return await sending;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

const toSubscription = (item: Item): Subscription => ({
  name: text(item, KEY_ATTRIBUTES.sort) as SubscriptionName,
  filter: JSON.parse(text(item, 'filter')) as Filter,
  status: text(item, 'status') === 'paused' ? 'paused' : 'active',
  cursor: toCursor(item),
  created: text(item, 'created'),
  updated: text(item, 'updated'),
});

const toCursor = (item: Item): Cursor => ({
  epoch: text(item, 'epoch'),
  sequence: asSequence(Number(item['acknowledged']?.N)),
});

const asItem = ({ PK, SK }: { PK: string; SK: string }): Item => ({ PK: { S: PK }, SK: { S: SK } });

function text(item: Item, attribute: string): string {
  const value = item[attribute]?.S;
  if (value === undefined) throw new Error(`The subscription ${item['SK']?.S} has no string attribute "${attribute}"`);
  return value;
}
