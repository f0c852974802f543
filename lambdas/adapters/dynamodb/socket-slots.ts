import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { TenantId } from '@tidings/contracts';
import {
  SLOT_MILLISECONDS,
  type SlotHolder,
  type SlotLimits,
  type SlotTaken,
  type SocketSlots,
} from '../../core/ports/socket-slots.ts';
import type { Surroundings } from '../../core/ports/surroundings.ts';
import { bucketOf, endOfBucket, isOver, toEntry, toHolders } from '../socket-slot-entry.ts';
import { type Key, tenantSlotsKey, userSlotsKey } from './keys.ts';

type Item = Record<string, AttributeValue>;
type Update = Omit<UpdateItemCommandInput, 'TableName' | 'Key'>;

/** Every clause of a conditional write, by what it protects. */
const CONDITIONS = {
  /** Two at once must not take the last slot of a user; a write that is repeated finds what it has done. */
  userHasRoom: 'attribute_not_exists(holders) OR size(holders) < :limit OR contains(holders, :entry)',
  /** Two at once must not take the last slot of a tenant. */
  tenantHasRoom: 'attribute_not_exists(sockets) OR sockets < :limit',
  /** Only who holds a slot can give it back, and once only: else the tenant would have more than there are. */
  isHeld: 'contains(holders, :entry)',
  /** A bucket whose time was over has been taken off the sum already. */
  bucketCounts: '#bucket > :none',
  /** Of several who see that a bucket's time is over, one takes it off the sum. */
  bucketIsThere: 'attribute_exists(#bucket)',
} as const;

const BUCKET_PREFIX = 'b';
const ONE = { ':one': { N: '1' } };

interface Options {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly surroundings: Pick<Surroundings, 'now'>;
  readonly limits: SlotLimits;
}

/**
 * Slots in the table of connections. A user's item is the set of who holds its slots; a tenant's is their number, and
 * how many of them were taken in each ten minutes, so that those whose time is over can be taken off.
 *
 * First the user's slot, then the tenant's; given back in the same order. A write that fails in between, or is repeated
 * because its answer was lost, leaves one too many counted until that bucket's time is over, and never one too few.
 */
export function createDynamoDbSocketSlots({ client, tableName, surroundings, limits }: Options): SocketSlots {
  const update = async ({ PK, SK }: Key, what: Update): Promise<Updated> => {
    const command = new UpdateItemCommand({
      TableName: tableName,
      Key: { PK: { S: PK }, SK: { S: SK } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      ...what,
    });
    try {
      return { isDone: true, item: (await client.send(command)).Attributes ?? {} };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { isDone: false, item: error.Item ?? {} };
      throw error;
    }
  };

  const takeOfUser = (holder: SlotHolder): Promise<Updated> =>
    update(userSlotsKey(holder.tenant, holder.subject), {
      UpdateExpression: 'SET expiresat = :expiresat ADD holders :holder',
      ConditionExpression: CONDITIONS.userHasRoom,
      ExpressionAttributeValues: {
        ...expiryOf(holder.connectedAt.getTime() + SLOT_MILLISECONDS),
        ':holder': { SS: [toEntry(holder)] },
        ':entry': { S: toEntry(holder) },
        ':limit': { N: String(limits.socketsPerUser) },
      },
    });

  const takeOfTenant = (holder: SlotHolder): Promise<Updated> =>
    update(tenantSlotsKey(holder.tenant), {
      UpdateExpression: 'SET expiresat = :expiresat ADD sockets :one, #bucket :one',
      ConditionExpression: CONDITIONS.tenantHasRoom,
      ExpressionAttributeNames: { '#bucket': nameOf(bucketOf(holder)) },
      ExpressionAttributeValues: {
        ...expiryOf(endOfBucket(bucketOf(holder)).getTime()),
        ...ONE,
        ':limit': { N: String(limits.socketsPerTenant) },
      },
      ReturnValues: 'ALL_NEW',
    });

  /** Takes out of a user's item whoever's time is over. @returns whether there was one */
  const pruneUser = async ({ tenant, subject }: SlotHolder, holders: readonly SlotHolder[]): Promise<boolean> => {
    const over = holders.filter((holder) => isOver(holder, surroundings.now()));
    if (over.length === 0) return false;
    await update(userSlotsKey(tenant, subject), {
      UpdateExpression: 'DELETE holders :over',
      ExpressionAttributeValues: { ':over': { SS: over.map(toEntry) } },
    });
    return true;
  };

  /** Takes off a tenant's sum the buckets whose time is over. @returns whether there was one */
  const pruneTenant = async (tenant: TenantId, item: Item): Promise<boolean> => {
    const over = Object.keys(item).filter((name) => isBucket(name) && isPast(name, surroundings.now()));
    for (const name of over) {
      await update(tenantSlotsKey(tenant), {
        UpdateExpression: 'SET sockets = sockets - #bucket REMOVE #bucket',
        ConditionExpression: CONDITIONS.bucketIsThere,
        ExpressionAttributeNames: { '#bucket': name },
      });
    }
    return over.length > 0;
  };

  const giveBackOfUser = (holder: SlotHolder): Promise<Updated> =>
    update(userSlotsKey(holder.tenant, holder.subject), {
      UpdateExpression: 'DELETE holders :holder',
      ConditionExpression: CONDITIONS.isHeld,
      ExpressionAttributeValues: { ':holder': { SS: [toEntry(holder)] }, ':entry': { S: toEntry(holder) } },
    });

  return {
    async take(holder): Promise<SlotTaken> {
      let user = await takeOfUser(holder);
      const holders = (): readonly SlotHolder[] => toHolders(user.item['holders']?.SS ?? [], holder);
      if (!user.isDone && (await pruneUser(holder, holders()))) user = await takeOfUser(holder);
      if (!user.isDone) return { kind: 'user-full', holders: holders() };
      let tenant = await takeOfTenant(holder);
      const isPruned = await pruneTenant(holder.tenant, tenant.item);
      if (!tenant.isDone && isPruned) tenant = await takeOfTenant(holder);
      if (tenant.isDone) return { kind: 'taken' };
      await giveBackOfUser(holder);
      return { kind: 'tenant-full' };
    },

    async release(holder) {
      const { isDone } = await giveBackOfUser(holder);
      if (!isDone) return;
      await update(tenantSlotsKey(holder.tenant), {
        UpdateExpression: 'ADD sockets :less, #bucket :less',
        ConditionExpression: CONDITIONS.bucketCounts,
        ExpressionAttributeNames: { '#bucket': nameOf(bucketOf(holder)) },
        ExpressionAttributeValues: { ':less': { N: '-1' }, ':none': { N: '0' } },
      });
    },
  };
}

/** How many slots of a tenant's item are taken; those whose time is over do not count, whether taken off or not. */
export const openSlots = (item: Item, now: Date): number =>
  Object.keys(item)
    .filter((name) => isBucket(name) && !isPast(name, now))
    .reduce((sum, name) => sum + Number(item[name]?.N), 0);

interface Updated {
  readonly isDone: boolean;
  /** What a write asked for if it was done; else what stood in its way. */
  readonly item: Item;
}

const nameOf = (bucket: number): string => `${BUCKET_PREFIX}${bucket}`;
const isBucket = (name: string): boolean => /^b\d+$/.test(name);
const isPast = (name: string, now: Date): boolean => endOfBucket(Number(name.slice(BUCKET_PREFIX.length))) <= now;

/** When an item is worth nothing any more: at the end of the newest in it. */
const expiryOf = (end: number) => ({ ':expiresat': { N: String(Math.ceil(end / 1000)) } });
