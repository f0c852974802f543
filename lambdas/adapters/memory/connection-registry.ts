import type { TenantId } from '@tidings/contracts';
import type { Connection, ConnectionRegistry } from '../../core/ports/connection-registry.ts';
import { isInShard } from '../connection-shard.ts';
import { countSync, type SyncCount } from '../sync-window.ts';

type Known = Connection & { readonly syncs?: SyncCount };

/** The registry in memory, with the guarantees of the real one; for tests. */
export function createMemoryConnectionRegistry(): ConnectionRegistry {
  const tenants = new Map<TenantId, Map<string, Known>>();
  const of = (tenant: TenantId): Map<string, Known> => {
    const known = tenants.get(tenant) ?? new Map<string, Known>();
    tenants.set(tenant, known);
    return known;
  };
  return {
    async subscribe({ id, recipient, connectedAt }, wish, listensOnly) {
      const connections = of(recipient.tenant);
      const known = connections.get(id);
      const turn = (known?.turn ?? 0) + 1;
      const { behindSince: _, ...connection } = { id, recipient, connectedAt, ...known, wish, listensOnly, turn };
      connections.set(id, connection);
      return connection;
    },
    async renew({ id, recipient, connectedAt }) {
      const connections = of(recipient.tenant);
      connections.set(id, { id, connectedAt, listensOnly: false, turn: 0, ...connections.get(id), recipient });
    },
    async find(tenant, id) {
      return of(tenant).get(id);
    },
    async list(tenant, { shard, after, limit = Number.POSITIVE_INFINITY } = {}) {
      const all = [...of(tenant).values()].filter(({ id }) => shard === undefined || isInShard(id, shard));
      // A connection that has gone since is no place to go on from: what comes after it by name comes next.
      const sorted = all
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .filter(({ id }) => after === undefined || id > after);
      const connections = sorted.slice(0, limit);
      return { connections, ...(connections.length < sorted.length && { next: connections.at(-1)?.id }) };
    },
    async beginSync(tenant, id, now) {
      const known = of(tenant).get(id);
      if (known?.wish === undefined) return { kind: 'not-subscribed' };
      const counted = countSync(known.syncs, now);
      if (counted.kind === 'limited') return counted;
      const { behindSince: _, ...rest } = known;
      const connection = { ...rest, wish: known.wish, syncs: counted.syncs, turn: known.turn + 1 };
      of(tenant).set(id, connection);
      return { kind: 'begun', connection };
    },
    async markBehind({ id, turn, recipient }, since) {
      const connections = of(recipient.tenant);
      const known = connections.get(id);
      if (known?.turn === turn) connections.set(id, { ...known, behindSince: since });
    },
    async remove(tenant, id) {
      of(tenant).delete(id);
    },
  };
}
