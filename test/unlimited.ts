import type { SocketSlots } from '../lambdas/core/ports/socket-slots.ts';

const slots: SocketSlots = { take: async () => ({ kind: 'taken' }), release: async () => {} };

/** A fan-out that serves every tenant by one run. */
export const ONE_RUN = { socketsPerRun: 1_000_000, postsPerSecond: 1_000_000, largeForMilliseconds: 0, shards: 32 };

/** Of such a fan-out: no shard is ever told anything. */
export const ringShards = (): Promise<void> => Promise.reject(new Error('Expected a tenant that one run serves'));

/** What a hub has that never refuses anybody for having, or asking for, too much. */
export const UNLIMITED = {
  slots,
  control: { isOpen: async () => true, close: async () => {} },
  meter: { count: () => 1 },
};
