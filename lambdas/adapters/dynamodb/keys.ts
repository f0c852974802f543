import { createHash } from 'node:crypto';
import { type EventId, padSequence, type Sequence, type SubscriptionName, type TenantId } from '@tidings/contracts';
import { SHARDS, type Shard } from '../../core/ports/connection-registry.ts';
import { bucketOf, bucketsOf } from '../connection-shard.ts';

/** Names of the key attributes of both tables; the constructs create the tables from them. */
export const KEY_ATTRIBUTES = { partition: 'PK', sort: 'SK' } as const;

/** Attribute with the epoch second from which DynamoDB may delete an item, and readers treat it as gone. */
export const TTL_ATTRIBUTE = 'expiresat';

/** Primary key of an item. */
export interface Key {
  readonly PK: string;
  readonly SK: string;
}

/**
 * Longest encoded identifier in bytes. A partition key holds 2,048 bytes, and an event's holds two identifiers.
 * Source: DynamoDB developer guide, "Service, account, and table quotas".
 */
const MAX_COMPONENT_BYTES = 1000;

/** The event with this id of this tenant. Events lie in partitions of their own: payloads never share a write ceiling. */
export const eventKey = (tenant: TenantId, id: EventId): Key => ({ PK: `E#${encode(tenant)}#${encode(id)}`, SK: 'E' });

/** The partition of a tenant's ledger. */
export const ledgerPartition = (tenant: TenantId): string => `L#${encode(tenant)}`;

/** The ledger entry of the batch whose last event has this sequence. */
export const ledgerKey = (tenant: TenantId, lastSequence: Sequence): Key => ({
  PK: ledgerPartition(tenant),
  SK: padSequence(lastSequence),
});

/** The tenant's counter: head and epoch. */
export const counterKey = (tenant: TenantId): Key => ({ PK: `C#${encode(tenant)}`, SK: 'HEAD' });

/**
 * How far the fan-out has delivered the tenant's events, to all of its sockets or to one shard of them. Not beside the
 * counter, whose partition bounds the commits.
 */
export const fanOutKey = (tenant: TenantId, shard?: number): Key => ({
  PK: fanOutPartition(tenant),
  SK: shard === undefined ? 'FANOUT' : `FANOUT#${String(shard).padStart(5, '0')}`,
});

/** How far the fan-out has delivered to each shard; one that has not been served yet has no such row. */
export const fanOutShardKeys = (tenant: TenantId): readonly Key[] =>
  Array.from({ length: SHARDS }, (_, shard) => fanOutKey(tenant, shard));

/** The partition of a tenant's fan-out positions. */
export const fanOutPartition = (tenant: TenantId): string => `F#${encode(tenant)}`;

/** The partition of a tenant's durable subscriptions. */
export const subscriptionPartition = (tenant: TenantId): string => `S#${encode(tenant)}`;

/** One durable subscription. A name has at most 1,024 bytes, which is what a sort key takes. */
export const subscriptionKey = (tenant: TenantId, name: SubscriptionName): Key => ({
  PK: subscriptionPartition(tenant),
  SK: name,
});

/** The partition of a tenant's sockets. */
export const connectionPartition = (tenant: TenantId): string => `T#${encode(tenant)}`;

/**
 * One socket of a tenant. Connection ids come from API Gateway and are plain. Before the id stands its bucket: sockets that
 * are served together lie together, and DynamoDB can split the busy partition of a large tenant anywhere.
 */
export const connectionKey = (tenant: TenantId, connectionId: string): Key => ({
  PK: connectionPartition(tenant),
  SK: `${hexOf(bucketOf(connectionId))}${BUCKET_SEPARATOR}${connectionId}`,
});

/** The connection that a sort key is of. */
export const connectionIdOf = (sortKey: string): string =>
  sortKey.slice(sortKey.indexOf(BUCKET_SEPARATOR) + BUCKET_SEPARATOR.length);

/** The sort keys of a shard's sockets, the first and the last that there can be. */
export function connectionRange(shard: Shard): readonly [first: string, last: string] {
  const { first, last } = bucketsOf(shard);
  return [hexOf(first), `${hexOf(last)}${AFTER_SEPARATOR}`];
}

const BUCKET_SEPARATOR = '#';
/** The character after {@link BUCKET_SEPARATOR}: whatever follows that one sorts before it. */
const AFTER_SEPARATOR = '$';
const hexOf = (bucket: number): string => bucket.toString(16).padStart(4, '0');

/** How many sockets a tenant has. */
export const tenantSlotsKey = (tenant: TenantId): Key => ({ PK: `N#${encode(tenant)}`, SK: 'TENANT' });

/** The sockets of a user of a tenant; without a subject, of all whose tokens name none. `%n` can come from no subject. */
export const userSlotsKey = (tenant: TenantId, subject: string | undefined): Key => ({
  PK: `N#${encode(tenant)}#${subject === undefined ? '%n' : encode(subject)}`,
  SK: 'USER',
});

/**
 * An identifier as one component of a key: without the separator, and never longer than {@link MAX_COMPONENT_BYTES}.
 *
 * `%` is escaped as well, so no two identifiers have one encoding; and because `%h` can come from no identifier, the
 * hash that stands for a long one cannot meet a short one.
 */
function encode(identifier: string): string {
  const encoded = identifier.replaceAll('%', '%25').replaceAll('#', '%23');
  if (Buffer.byteLength(encoded) <= MAX_COMPONENT_BYTES) return encoded;
  return `%h${createHash('sha256').update(identifier).digest('base64url')}`;
}
