import type { TenantId } from '@tidings/contracts';
import {
  connectionIdOf,
  connectionPartition,
  eventKey,
  fanOutKey,
  fanOutPartition,
  subscriptionPartition,
  tenantSlotsKey,
  userSlotsKey,
} from '../../../../lambdas/adapters/dynamodb/keys.ts';
import type { Item, Key, Tables } from './aws.ts';
import type { Deployment } from './deployment.ts';

/** What a partition of a tenant's users begins with: none of them has this key. */
const usersOf = (tenant: TenantId): string => userSlotsKey(tenant, '').PK;

/** What partitions of a tenant's events begin with. */
const eventsOf = (tenant: TenantId): string => eventKey(tenant, '' as Parameters<typeof eventKey>[1]).PK;

/** A tenant's rows about its sockets. */
export interface SocketRows {
  /** Of sockets, those included that are over. */
  readonly sockets: readonly Key[];
  /** Counts of sockets, of the tenant and of each of its users. */
  readonly slots: readonly Key[];
  /** Every socket that any of the rows names. */
  readonly connectionIds: ReadonlySet<string>;
}

type Readable = {
  readonly tables: Pick<Tables, 'query' | 'scan' | 'get'>;
  readonly deployment: Pick<Deployment, 'tables'>;
};

/**
 * Finds a tenant's sockets. Which users it has, only the table as a whole can say; it holds what is open, and is small.
 */
export async function findSocketRows({ tables, deployment }: Readable, tenant: TenantId): Promise<SocketRows> {
  const table = deployment.tables.connections;
  const sockets: Key[] = [];
  const slots: Key[] = [];
  const connectionIds = new Set<string>();
  for await (const items of tables.query(table, connectionPartition(tenant))) sockets.push(...items.map(keyOf));
  for (const { SK } of sockets) connectionIds.add(connectionIdOf(SK));
  for await (const items of tables.scan(table, usersOf(tenant))) {
    for (const item of items) {
      slots.push(keyOf(item));
      // A holder is a time and a connection. Source: `lambdas/adapters/socket-slot-entry.ts`.
      for (const holder of item['holders']?.SS ?? []) connectionIds.add(holder.slice(holder.indexOf('/') + 1));
    }
  }
  if ((await tables.get(table, tenantSlotsKey(tenant))) !== undefined) slots.push(tenantSlotsKey(tenant));
  return { sockets, slots, connectionIds };
}

/** The keys of how far the fan-out has served shards of a tenant's sockets; only a large tenant has any. */
export async function findShardRows({ tables, deployment }: Readable, tenant: TenantId): Promise<readonly Key[]> {
  const keys: Key[] = [];
  for await (const items of tables.query(deployment.tables.eventLog, fanOutPartition(tenant))) {
    keys.push(...items.map(keyOf).filter(({ SK }) => SK !== fanOutKey(tenant).SK));
  }
  return keys;
}

/** The keys of a tenant's durable subscriptions. */
export async function findSubscriptionRows(
  { tables, deployment }: Readable,
  tenant: TenantId,
): Promise<readonly Key[]> {
  const keys: Key[] = [];
  for await (const items of tables.query(deployment.tables.eventLog, subscriptionPartition(tenant))) {
    keys.push(...items.map(keyOf));
  }
  return keys;
}

/** The keys of all events of a tenant, found by reading the whole table: also those that no ledger names any more. */
export async function* findEventRows(
  { tables, deployment }: Readable,
  tenant: TenantId,
): AsyncGenerator<readonly Key[]> {
  for await (const items of tables.scan(deployment.tables.eventLog, eventsOf(tenant))) yield items.map(keyOf);
}

const keyOf = (item: Item): Key => ({ PK: item['PK']?.S ?? '', SK: item['SK']?.S ?? '' });
