import { asTenantId } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import type { ConnectionRegistry } from '../../lambdas/core/ports/connection-registry.ts';
import type { SocketCount } from '../../lambdas/core/ports/socket-count.ts';
import type { SocketSlots } from '../../lambdas/core/ports/socket-slots.ts';

/** A count, and what it counts. */
export interface CountUnderTest {
  readonly registry: ConnectionRegistry;
  readonly slots: SocketSlots;
  readonly count: SocketCount;
  /** One for which three sockets are many already. */
  readonly countOfMany: SocketCount;
}

let tenants = 0;

/** What every count of sockets must do. */
export function describeSocketCount(
  name: string,
  create: (surroundings: { readonly now: () => Date }) => CountUnderTest,
): void {
  describe(`count of sockets: ${name}`, () => {
    const begin = () => {
      tenants += 1;
      const tenant = asTenantId(`count-${process.pid}-${tenants}`);
      const hub = create({ now: () => new Date() });
      const connectedAt = new Date();
      const open = async (id: string, of = tenant): Promise<void> => {
        const claims = { organizations: [], roles: [], expiresAt: 2 ** 31, mayRead: true };
        await hub.slots.take({ tenant: of, subject: 'ada', connectionId: id, connectedAt });
        const recipient = { tenant: of, subject: 'ada', ...claims };
        await hub.registry.subscribe({ id, recipient, connectedAt }, { filter: {} }, false);
      };
      const close = async (id: string): Promise<void> => {
        await hub.slots.release({ tenant, subject: 'ada', connectionId: id, connectedAt });
        await hub.registry.remove(tenant, id);
      };
      return { ...hub, tenant, open, close };
    };

    it('is nought for a tenant of whom nobody has heard', async () => {
      const { count, tenant } = begin();
      expect(await count.count(tenant)).toBe(0);
    });

    it('has every socket of the tenant that is open, and none of another', async () => {
      const { count, tenant, open, close } = begin();
      for (const id of ['a', 'b', 'c', 'd']) await open(id);
      await open('e', asTenantId(`${tenant}#x`));
      expect(await count.count(tenant)).toBe(4);
      await close('b');
      expect(await count.count(tenant)).toBe(3);
    });

    it('is the same for many as for few, of young sockets', async () => {
      const { countOfMany, tenant, open, close } = begin();
      for (const id of ['a', 'b', 'c', 'd']) await open(id);
      expect(await countOfMany.count(tenant)).toBe(4);
      for (const id of ['a', 'b', 'c']) await close(id);
      expect(await countOfMany.count(tenant)).toBe(1);
    });
  });
}
