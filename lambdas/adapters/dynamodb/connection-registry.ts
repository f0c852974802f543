import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { LIMITS, type TenantId } from '@tidings/contracts';
import type { Recipient } from '../../core/identity.ts';
import type {
  Connection,
  ConnectionOrigin,
  ConnectionRegistry,
  SyncBegun,
  Wish,
} from '../../core/ports/connection-registry.ts';
import type { Surroundings } from '../../core/ports/surroundings.ts';
import { untilNextWindow, windowOf } from '../../core/rate-window.ts';
import {
  connectionIdOf,
  connectionKey,
  connectionPartition,
  connectionRange,
  KEY_ATTRIBUTES,
  TTL_ATTRIBUTE,
} from './keys.ts';

type Item = Record<string, AttributeValue>;
type Update = Pick<
  UpdateItemCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues' | 'ReturnValues'
>;

/**
 * Seconds after which a connection is surely over. API Gateway ends a WebSocket after two hours.
 * Source: API Gateway quotas, "WebSocket connection duration".
 */
const LONGEST_CONNECTION_SECONDS = 2 * 3600 + 600;

/** Every clause of a conditional write, by what it protects. */
const CONDITIONS = {
  /** A mark on a row that is gone would make a row without claims; one from before a sync would undo it. */
  isInTurn: 'turn = :turn',
  /** One more sync in the window that is being counted, which a clock that is ahead may have begun already. */
  mayCountOn: 'attribute_exists(wish) AND syncwindow >= :window AND syncs < :limit',
  /** The first sync in a window later than the one counted; of several at once, one begins it. */
  mayBeginWindow: 'attribute_exists(wish) AND (attribute_not_exists(syncwindow) OR syncwindow < :window)',
} as const;

/** What stays as it is once a connection is known, whichever of its messages comes first. */
const BECOME_KNOWN =
  'connectedat = if_not_exists(connectedat, :connectedat), expiresat = if_not_exists(expiresat, :expiresat)';

interface Options {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly surroundings: Pick<Surroundings, 'now'>;
}

/** The registry in a DynamoDB table: one item a connection, in its tenant's partition. Reads are consistent. */
export function createDynamoDbConnectionRegistry({ client, tableName, surroundings }: Options): ConnectionRegistry {
  const TableName = tableName;
  const update = async (tenant: TenantId, id: string, what: Update): Promise<Item | undefined> => {
    const command = new UpdateItemCommand({ TableName, Key: asItem(connectionKey(tenant, id)), ...what });
    return (await client.send(command)).Attributes;
  };
  const isLive = (item: Item): boolean => Number(item[TTL_ATTRIBUTE]?.N) * 1000 > surroundings.now().getTime();

  return {
    async subscribe(origin, wish, listensOnly) {
      const item = await update(origin.recipient.tenant, origin.id, {
        UpdateExpression: `SET recipient = if_not_exists(recipient, :recipient), wish = :wish, listensonly = :listensonly, ${BECOME_KNOWN} REMOVE behindsince ADD turn :one`,
        ExpressionAttributeValues: {
          ...originValues(origin),
          ':one': { N: '1' },
          ':wish': { S: JSON.stringify(wish) },
          ':listensonly': { BOOL: listensOnly },
        },
        ReturnValues: 'ALL_NEW',
      });
      return toConnection(item ?? {});
    },

    async renew(origin) {
      await update(origin.recipient.tenant, origin.id, {
        UpdateExpression: `SET recipient = :recipient, ${BECOME_KNOWN}`,
        ExpressionAttributeValues: originValues(origin),
      });
    },

    async find(tenant, id) {
      const Key = asItem(connectionKey(tenant, id));
      const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
      return Item !== undefined && isLive(Item) ? toConnection(Item) : undefined;
    },

    async list(tenant, { shard, after, limit } = {}) {
      const PK = { S: connectionPartition(tenant) };
      const [first = '', last = ''] = shard === undefined ? [] : connectionRange(shard);
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: shard === undefined ? 'PK = :tenant' : 'PK = :tenant AND SK BETWEEN :first AND :last',
          ExpressionAttributeValues: {
            ':tenant': PK,
            ...(shard !== undefined && { ':first': { S: first }, ':last': { S: last } }),
          },
          ...(after !== undefined && { ExclusiveStartKey: { PK, SK: { S: after } } }),
          ...(limit !== undefined && { Limit: limit }),
        }),
      );
      return { connections: Items.filter(isLive).map(toConnection), next: LastEvaluatedKey?.[KEY_ATTRIBUTES.sort]?.S };
    },

    async beginSync(tenant, id, now) {
      const window = { ':window': { N: String(windowOf(now)) } };
      const one = { ':one': { N: '1' } };
      const countOn: Update = {
        UpdateExpression: 'ADD syncs :one, turn :one REMOVE behindsince',
        ConditionExpression: CONDITIONS.mayCountOn,
        ExpressionAttributeValues: { ...window, ...one, ':limit': { N: String(LIMITS.syncsPerWindow) } },
      };
      const beginWindow: Update = {
        UpdateExpression: 'SET syncs = :one, syncwindow = :window REMOVE behindsince ADD turn :one',
        ConditionExpression: CONDITIONS.mayBeginWindow,
        ExpressionAttributeValues: { ...window, ...one },
      };
      // Twice: between the two updates somebody else may have begun the window, which can then be counted on.
      for (const what of [countOn, beginWindow, countOn]) {
        const item = await unlessConditionFails(update(tenant, id, { ...what, ReturnValues: 'ALL_NEW' }));
        if (item !== undefined) return toBegun(toConnection(item));
      }
      const known = await this.find(tenant, id);
      if (known?.wish === undefined) return { kind: 'not-subscribed' };
      return { kind: 'limited', retryAfterSeconds: untilNextWindow(now) };
    },

    async markBehind({ id, turn, recipient }, since) {
      await unlessConditionFails(
        update(recipient.tenant, id, {
          UpdateExpression: 'SET behindsince = :since',
          ConditionExpression: CONDITIONS.isInTurn,
          ExpressionAttributeValues: { ':since': { N: String(since.getTime()) }, ':turn': { N: String(turn) } },
        }),
      );
    },

    async remove(tenant, id) {
      await client.send(new DeleteItemCommand({ TableName, Key: asItem(connectionKey(tenant, id)) }));
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

function originValues({ recipient, connectedAt }: ConnectionOrigin): Item {
  return {
    ':recipient': { S: JSON.stringify(recipient) },
    ':connectedat': { N: String(connectedAt.getTime()) },
    ':expiresat': { N: String(Math.floor(connectedAt.getTime() / 1000) + LONGEST_CONNECTION_SECONDS) },
  };
}

function toBegun(connection: Connection): SyncBegun {
  const { wish } = connection;
  return wish === undefined ? { kind: 'not-subscribed' } : { kind: 'begun', connection: { ...connection, wish } };
}

function toConnection(item: Item): Connection {
  const behindSince = item['behindsince']?.N;
  const wish = item['wish']?.S;
  return {
    id: connectionIdOf(item[KEY_ATTRIBUTES.sort]?.S ?? ''),
    recipient: JSON.parse(item['recipient']?.S ?? '') as Recipient,
    ...(wish !== undefined && { wish: JSON.parse(wish) as Wish }),
    listensOnly: item['listensonly']?.BOOL === true,
    connectedAt: new Date(Number(item['connectedat']?.N)),
    turn: Number(item['turn']?.N ?? 0),
    ...(behindSince !== undefined && { behindSince: new Date(Number(behindSince)) }),
  };
}

const asItem = ({ PK, SK }: { PK: string; SK: string }): Item => ({ PK: { S: PK }, SK: { S: SK } });
