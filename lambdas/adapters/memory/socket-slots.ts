import type { SlotHolder, SlotLimits, SocketSlots } from '../../core/ports/socket-slots.ts';
import type { Surroundings } from '../../core/ports/surroundings.ts';
import { bucketOf, endOfBucket, isOver, toEntry, toHolders } from '../socket-slot-entry.ts';

/** Slots in memory, with the guarantees of the real ones; for tests. */
export function createMemorySocketSlots(
  { socketsPerUser, socketsPerTenant }: SlotLimits,
  surroundings: Pick<Surroundings, 'now'>,
): SocketSlots {
  const users = new Map<string, Set<string>>();
  const tenants = new Map<string, Map<number, number>>();
  const entriesOf = ({ tenant, subject }: SlotHolder): Set<string> => {
    const key = JSON.stringify([tenant, subject]);
    const entries = users.get(key) ?? new Set();
    users.set(key, entries);
    return entries;
  };
  const bucketsOf = ({ tenant }: SlotHolder): Map<number, number> => {
    const buckets = tenants.get(tenant) ?? new Map<number, number>();
    tenants.set(tenant, buckets);
    return buckets;
  };
  return {
    async take(holder) {
      const now = surroundings.now();
      const entries = entriesOf(holder);
      const buckets = bucketsOf(holder);
      for (const old of toHolders(entries, holder)) if (isOver(old, now)) entries.delete(toEntry(old));
      for (const bucket of buckets.keys()) if (endOfBucket(bucket) <= now) buckets.delete(bucket);
      if (entries.has(toEntry(holder))) return { kind: 'taken' };
      if (entries.size >= socketsPerUser) return { kind: 'user-full', holders: toHolders(entries, holder) };
      if ([...buckets.values()].reduce((sum, count) => sum + count, 0) >= socketsPerTenant) {
        return { kind: 'tenant-full' };
      }
      entries.add(toEntry(holder));
      buckets.set(bucketOf(holder), (buckets.get(bucketOf(holder)) ?? 0) + 1);
      return { kind: 'taken' };
    },
    async release(holder) {
      if (!entriesOf(holder).delete(toEntry(holder))) return;
      const buckets = bucketsOf(holder);
      const count = buckets.get(bucketOf(holder)) ?? 0;
      if (count > 0) buckets.set(bucketOf(holder), count - 1);
    },
  };
}
