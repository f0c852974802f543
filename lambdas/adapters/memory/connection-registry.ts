import type { TenantId } from '@tidings/contracts';
import type { Connection, ConnectionRegistry } from '../../core/ports/connection-registry.ts';

/** The registry in memory, with the guarantees of the real one; for tests. */
export function createMemoryConnectionRegistry(): ConnectionRegistry {
  const tenants = new Map<TenantId, Map<string, Connection>>();
  return {
    async put(connection) {
      const { tenant } = connection.recipient;
      const connections = tenants.get(tenant) ?? new Map<string, Connection>();
      tenants.set(tenant, connections.set(connection.id, connection));
    },
    async list(tenant) {
      return [...(tenants.get(tenant)?.values() ?? [])];
    },
    async markBehind(tenant, id, since) {
      const connection = tenants.get(tenant)?.get(id);
      if (connection !== undefined) tenants.get(tenant)?.set(id, { ...connection, behindSince: since });
    },
    async remove(tenant, id) {
      tenants.get(tenant)?.delete(id);
    },
  };
}
