import { createHash } from 'node:crypto';
import type { Shard } from '../core/ports/connection-registry.ts';

/** Buckets that connections are in by a hash of their ids; so many that shards can be made of them as time will want. */
const BUCKETS = 2 ** 16;

/** The bucket of a connection, the same for ever. Ids that API Gateway gives one after the other begin alike. */
export const bucketOf = (connectionId: string): number =>
  createHash('sha256').update(connectionId).digest().readUInt16BE(0);

/** The buckets that make a shard. */
export const bucketsOf = ({ index, of }: Shard): { readonly first: number; readonly last: number } => ({
  first: (index * BUCKETS) / of,
  last: ((index + 1) * BUCKETS) / of - 1,
});

/** Whether a connection is in a shard. */
export function isInShard(connectionId: string, shard: Shard): boolean {
  const bucket = bucketOf(connectionId);
  const { first, last } = bucketsOf(shard);
  return bucket >= first && bucket <= last;
}
