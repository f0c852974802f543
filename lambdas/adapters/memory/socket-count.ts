import type { ConnectionRegistry } from '../../core/ports/connection-registry.ts';
import type { SocketCount } from '../../core/ports/socket-count.ts';

/** The count of what a registry has; for tests. */
export const createMemorySocketCount = (registry: Pick<ConnectionRegistry, 'list'>): SocketCount => ({
  async count(tenant) {
    let count = 0;
    let after: string | undefined;
    do {
      const { connections, next } = await registry.list(tenant, after === undefined ? {} : { after });
      count += connections.length;
      after = next;
    } while (after !== undefined);
    return count;
  },
});
