import { type AttributeValue, type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { SocketCount } from '../../core/ports/socket-count.ts';
import type { Surroundings } from '../../core/ports/surroundings.ts';
import { connectionPartition, TTL_ATTRIBUTE, tenantSlotsKey } from './keys.ts';
import { openSlots } from './socket-slots.ts';

/**
 * Sockets up to which each is counted. Rows have half a KiB or so, and a read unit reads 8 KB of them: this many take some
 * 300 units, which is $0.00004.
 */
const COUNTED_ONE_BY_ONE = 5000;

interface Options {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly surroundings: Pick<Surroundings, 'now'>;
  /** @default 5000 */
  readonly countedOneByOne?: number;
}

/**
 * The count in the table of connections. The slots of a tenant are one item, whatever the number of its sockets; but a
 * socket holds its slot for 90 minutes of its two hours only (see `docs/decisions/0013-…`), so where there are not too
 * many, the rows of the sockets themselves are counted.
 */
export function createDynamoDbSocketCount(options: Options): SocketCount {
  const { client, tableName: TableName, surroundings, countedOneByOne = COUNTED_ONE_BY_ONE } = options;
  return {
    async count(tenant) {
      const now = surroundings.now();
      const { PK, SK } = tenantSlotsKey(tenant);
      const slots = await client.send(new GetItemCommand({ TableName, Key: { PK: { S: PK }, SK: { S: SK } } }));
      const young = openSlots(slots.Item ?? {}, now);
      if (young > countedOneByOne) return young;
      let count = 0;
      let next: Record<string, AttributeValue> | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName,
            Select: 'COUNT',
            KeyConditionExpression: 'PK = :tenant',
            FilterExpression: `${TTL_ATTRIBUTE} > :now`,
            ExpressionAttributeValues: {
              ':tenant': { S: connectionPartition(tenant) },
              ':now': { N: String(Math.floor(now.getTime() / 1000)) },
            },
            ...(next !== undefined && { ExclusiveStartKey: next }),
          }),
        );
        count += page.Count ?? 0;
        next = page.LastEvaluatedKey;
      } while (next !== undefined);
      return count;
    },
  };
}
