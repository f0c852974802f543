import { asTenantId } from '@tidings/contracts';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  SLOT_MILLISECONDS,
  type SlotHolder,
  type SlotLimits,
  type SocketSlots,
} from '../../lambdas/core/ports/socket-slots.ts';

let tenants = 0;

const LIMITS: SlotLimits = { socketsPerUser: 3, socketsPerTenant: 7 };
const MINUTE = 60_000;
const START = new Date('2026-03-01T12:00:00Z');

/** What every counter of sockets must do. */
export function describeSocketSlots(
  name: string,
  create: (limits: SlotLimits, surroundings: { readonly now: () => Date }) => SocketSlots,
): void {
  describe(`socket slots: ${name}`, () => {
    let now = START;
    let slots: SocketSlots;
    let tenant = asTenantId('');
    beforeEach(() => {
      tenants += 1;
      tenant = asTenantId(`slots-${process.pid}-${tenants}`);
      now = START;
      slots = create(LIMITS, { now: () => now });
    });

    const holder = (connectionId: string, more: Partial<SlotHolder> = {}): SlotHolder => ({
      tenant,
      subject: 'alice',
      connectionId,
      connectedAt: now,
      ...more,
    });
    const take = async (connectionId: string, more: Partial<SlotHolder> = {}) =>
      (await slots.take(holder(connectionId, more))).kind;
    const pass = (milliseconds: number): void => {
      now = new Date(now.getTime() + milliseconds);
    };
    /** Takes all slots of a user. */
    const fill = async (subject = 'alice'): Promise<void> => {
      for (let i = 0; i < LIMITS.socketsPerUser; i += 1) await take(`${subject}-${i}`, { subject });
    };

    it('gives a user so many slots and no more, whatever others of the tenant hold', async () => {
      await fill();
      expect(await take('one-more')).toBe('user-full');
      expect(await take('bobs', { subject: 'bob' })).toBe('taken');
    });

    it('names those who hold the slots of a full user, the oldest first', async () => {
      const held = [holder('b'), holder('a', { connectedAt: new Date(START.getTime() - 5) }), holder('c')];
      for (const one of held) await slots.take(one);
      expect(await slots.take(holder('d'))).toEqual({ kind: 'user-full', holders: [held[1], held[0], held[2]] });
    });

    it('gives a tenant so many and no more, and the refused user keeps what was tried for nothing', async () => {
      await fill('alice');
      await fill('bob');
      expect(await take('1', { subject: 'carol' })).toBe('taken');
      for (const connection of ['2', '3', '4', '5']) {
        expect(await take(connection, { subject: 'carol' })).toBe('tenant-full');
      }
      await slots.release(holder('bob-0', { subject: 'bob' }));
      expect(await take('6', { subject: 'carol' })).toBe('taken');
    });

    it('counts each tenant by itself, and names that look alike apart', async () => {
      const strange = asTenantId(`${tenant}#alice`);
      await fill();
      expect(await take('a', { tenant: strange, subject: '' })).toBe('taken');
      expect(await take('b', { tenant: strange, subject: 'alice' })).toBe('taken');
      expect(await take('c', { subject: 'alice#' })).toBe('taken');
      expect(await take('d', { subject: '%n' })).toBe('taken');
    });

    it('counts those without a subject as one user, who is nobody else', async () => {
      const nobody = { subject: undefined };
      for (const connection of ['a', 'b', 'c']) expect(await take(connection, nobody)).toBe('taken');
      expect(await take('d', nobody)).toBe('user-full');
      expect(await take('e', { subject: '' })).toBe('taken');
    });

    it('gives a slot that came back to the next', async () => {
      await fill();
      await slots.release(holder('alice-1'));
      expect(await take('next')).toBe('taken');
      expect(await take('one-more')).toBe('user-full');
    });

    it('takes back a slot from who holds it only, and once: else there would be too many', async () => {
      await fill('alice');
      await fill('bob');
      await take('carols', { subject: 'carol' });
      await slots.release(holder('never-there'));
      await slots.release(holder('alice-0', { connectedAt: new Date(0) }));
      await slots.release(holder('alice-0'));
      await slots.release(holder('alice-0'));
      expect(await take('1', { subject: 'dave' })).toBe('taken');
      expect(await take('2', { subject: 'dave' })).toBe('tenant-full');
    });

    it('does not refuse who holds one already', async () => {
      await fill();
      expect(await take('alice-0')).toBe('taken');
    });

    it('has slots free again whose socket ended unheard of, of a user and of a tenant, when their time is over', async () => {
      await fill('alice');
      await fill('bob');
      await take('carols', { subject: 'carol' });
      pass(SLOT_MILLISECONDS - 1);
      expect(await take('a')).toBe('user-full');
      expect(await take('b', { subject: 'dave' })).toBe('tenant-full');
      pass(1);
      for (const connection of ['a', 'b', 'c']) expect(await take(connection)).toBe('taken');
      for (const subject of ['d', 'e', 'f', 'g']) expect(await take('x', { subject })).toBe('taken');
      expect(await take('x', { subject: 'h' })).toBe('tenant-full');
    });

    it('hears of the end of a socket after its time as of nothing', async () => {
      await fill('alice');
      const old = holder('alice-0');
      pass(SLOT_MILLISECONDS + 10 * MINUTE);
      await fill('alice');
      await slots.release(old);
      expect(await take('one-more')).toBe('user-full');
      await fill('bob');
      expect(await take('1', { subject: 'carol' })).toBe('taken');
      expect(await take('2', { subject: 'carol' })).toBe('tenant-full');
    });

    it('gives no slot twice when many ask at once', async () => {
      const asks = Array.from({ length: 12 }, (_, i) => take(`alice-${i}`));
      const kinds = await Promise.all([
        ...asks,
        ...Array.from({ length: 12 }, (_, i) => take('x', { subject: `${i}` })),
      ]);
      const taken = kinds.filter((kind) => kind === 'taken');
      expect(kinds.slice(0, 12).filter((kind) => kind === 'taken').length).toBeLessThanOrEqual(LIMITS.socketsPerUser);
      expect(taken).toHaveLength(LIMITS.socketsPerTenant);
    });

    it('never has more holders than slots, whoever comes, goes or is forgotten, in whatever order', async () => {
      const step = fc.oneof(
        fc.record({ kind: fc.constant('open' as const), subject: fc.constantFrom('a', 'b', 'c', 'd'), at: fc.nat(3) }),
        fc.record({ kind: fc.constant('close' as const), which: fc.nat(20), twice: fc.boolean() }),
        fc.record({ kind: fc.constant('pass' as const), minutes: fc.nat(30) }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 8 }), async (rounds) => {
          tenants += 1;
          tenant = asTenantId(`slots-${process.pid}-${tenants}`);
          let open: readonly SlotHolder[] = [];
          let count = 0;
          for (const round of rounds) {
            // All of a round at once.
            const outcomes = await Promise.all(
              round.map(async (one) => {
                if (one.kind === 'pass') pass(one.minutes * MINUTE);
                if (one.kind === 'close') {
                  const closing = open[one.which % Math.max(1, open.length)];
                  open = open.filter((other) => other !== closing);
                  if (closing !== undefined) await slots.release(closing);
                  if (closing !== undefined && one.twice) await slots.release(closing);
                }
                if (one.kind !== 'open') return [];
                count += 1;
                const opening = holder(`c${count}`, { subject: one.subject });
                return (await slots.take(opening)).kind === 'taken' ? [opening] : [];
              }),
            );
            open = [...open, ...outcomes.flat()];
            const younger = (milliseconds: number): readonly SlotHolder[] =>
              open.filter(({ connectedAt }) => now.getTime() - connectedAt.getTime() < milliseconds);
            const counted = younger(SLOT_MILLISECONDS);
            expect(younger(SLOT_MILLISECONDS - 10 * MINUTE).length).toBeLessThanOrEqual(LIMITS.socketsPerTenant);
            for (const user of ['a', 'b', 'c', 'd']) {
              expect(counted.filter(({ subject }) => subject === user).length).toBeLessThanOrEqual(
                LIMITS.socketsPerUser,
              );
            }
          }
        }),
        { numRuns: 40 },
      );
    });
  });
}
