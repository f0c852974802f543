import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Filter } from '@tidings/contracts';
import type { Recipient } from '../../core/identity.ts';
import type { Connection, ConnectionRegistry } from '../../core/ports/connection-registry.ts';
import type { Surroundings } from '../../core/ports/surroundings.ts';
import { connectionKey, connectionPartition, KEY_ATTRIBUTES, TTL_ATTRIBUTE } from './keys.ts';

type Item = Record<string, AttributeValue>;

/**
 * Seconds after which a connection is surely over. API Gateway ends a WebSocket after two hours.
 * Source: API Gateway quotas, "WebSocket connection duration".
 */
const LONGEST_CONNECTION_SECONDS = 2 * 3600 + 600;

/** A mark on a row that is gone would make a row without claims. */
const CONNECTION_IS_KNOWN = `attribute_exists(${KEY_ATTRIBUTES.partition})`;

interface Options {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly surroundings: Pick<Surroundings, 'now'>;
}

/** The registry in a DynamoDB table: one item a connection, in its tenant's partition. Reads are consistent. */
export function createDynamoDbConnectionRegistry({ client, tableName, surroundings }: Options): ConnectionRegistry {
  const TableName = tableName;
  return {
    async put(connection) {
      await client.send(new PutItemCommand({ TableName, Item: toItem(connection) }));
    },

    async list(tenant) {
      const connections: Connection[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: 'PK = :tenant',
          ExpressionAttributeValues: { ':tenant': { S: connectionPartition(tenant) } },
        },
      );
      const now = surroundings.now().getTime();
      for await (const { Items = [] } of pages) {
        const live = Items.filter((item) => Number(item[TTL_ATTRIBUTE]?.N) * 1000 > now);
        connections.push(...live.map(toConnection));
      }
      return connections;
    },

    async markBehind(tenant, id, since) {
      await client
        .send(
          new UpdateItemCommand({
            TableName,
            Key: asItem(connectionKey(tenant, id)),
            UpdateExpression: 'SET behindsince = :since',
            ConditionExpression: CONNECTION_IS_KNOWN,
            ExpressionAttributeValues: { ':since': { N: String(since.getTime()) } },
          }),
        )
        .catch((error: unknown) => {
          if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
        });
    },

    async remove(tenant, id) {
      await client.send(new DeleteItemCommand({ TableName, Key: asItem(connectionKey(tenant, id)) }));
    },
  };
}

function toItem({ id, recipient, filter, listensOnly, connectedAt, behindSince }: Connection): Item {
  return {
    ...asItem(connectionKey(recipient.tenant, id)),
    recipient: { S: JSON.stringify(recipient) },
    filter: { S: JSON.stringify(filter) },
    listensonly: { BOOL: listensOnly },
    connectedat: { N: String(connectedAt.getTime()) },
    ...(behindSince && { behindsince: { N: String(behindSince.getTime()) } }),
    [TTL_ATTRIBUTE]: { N: String(Math.floor(connectedAt.getTime() / 1000) + LONGEST_CONNECTION_SECONDS) },
  };
}

function toConnection(item: Item): Connection {
  const behindSince = item['behindsince']?.N;
  return {
    id: item[KEY_ATTRIBUTES.sort]?.S ?? '',
    recipient: JSON.parse(item['recipient']?.S ?? '') as Recipient,
    filter: JSON.parse(item['filter']?.S ?? '') as Filter,
    listensOnly: item['listensonly']?.BOOL === true,
    connectedAt: new Date(Number(item['connectedat']?.N)),
    ...(behindSince !== undefined && { behindSince: new Date(Number(behindSince)) }),
  };
}

const asItem = ({ PK, SK }: { PK: string; SK: string }): Item => ({ PK: { S: PK }, SK: { S: SK } });
