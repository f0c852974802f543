import { asTenantId } from '@tidings/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Connection, ConnectionRegistry } from '../../lambdas/core/ports/connection-registry.ts';

let tenants = 0;

/** What every connection registry must do. */
export function describeConnectionRegistry(name: string, create: () => ConnectionRegistry): void {
  describe(`connection registry: ${name}`, () => {
    let registry: ConnectionRegistry;
    let tenant = asTenantId('');

    beforeEach(() => {
      tenants += 1;
      tenant = asTenantId(`tenant-${process.pid}-${tenants}`);
      registry = create();
    });

    const connection = (id: string, extra: Partial<Connection> = {}): Connection => ({
      id,
      recipient: { tenant, subject: 'alice', organizations: ['o1'], roles: ['r1', 'r2'], expiresAt: 4_000_000_000 },
      filter: { types: ['bank.*'] },
      listensOnly: false,
      connectedAt: new Date(),
      ...extra,
    });

    it('lists what was written, of one tenant only', async () => {
      const other = asTenantId(`${tenant}#other`);
      await registry.put(connection('a'));
      await registry.put(connection('b', { filter: {}, listensOnly: true }));
      await registry.put(connection('c', { recipient: { ...connection('c').recipient, tenant: other } }));
      const found = await registry.list(tenant);
      expect(found.toSorted((a, b) => a.id.localeCompare(b.id))).toMatchObject([
        { ...connection('a'), connectedAt: expect.any(Date) },
        { id: 'b', filter: {}, listensOnly: true },
      ]);
      expect((await registry.list(other)).map(({ id }) => id)).toEqual(['c']);
    });

    it('lists several pages of connections', async () => {
      const roles = Array.from({ length: 300 }, (_, i) => `role-with-a-long-name-${i}`);
      const ids = Array.from({ length: 200 }, (_, i) => `c${i}`);
      const recipient = { ...connection('').recipient, roles };
      await Promise.all(ids.map((id) => registry.put(connection(id, { recipient }))));
      expect((await registry.list(tenant)).map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    });

    it('marks a connection as behind, until it is written anew', async () => {
      const since = new Date('2026-03-01T12:00:00.123Z');
      await registry.put(connection('a'));
      await registry.markBehind(tenant, 'a', since);
      expect((await registry.list(tenant))[0]?.behindSince).toEqual(since);
      await registry.put(connection('a'));
      expect((await registry.list(tenant))[0]?.behindSince).toBeUndefined();
    });

    it('makes no connection out of a mark on one that is gone', async () => {
      await registry.markBehind(tenant, 'gone', new Date());
      expect(await registry.list(tenant)).toEqual([]);
    });

    it('forgets one connection and no other', async () => {
      await registry.put(connection('a'));
      await registry.put(connection('b'));
      await registry.remove(tenant, 'a');
      await registry.remove(tenant, 'never-there');
      expect((await registry.list(tenant)).map(({ id }) => id)).toEqual(['b']);
    });
  });
}
