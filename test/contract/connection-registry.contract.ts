import { asTenantId, LIMITS, type SubscriptionName } from '@tidings/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Recipient } from '../../lambdas/core/identity.ts';
import type {
  Connection,
  ConnectionOrigin,
  ConnectionRegistry,
  ListPart,
} from '../../lambdas/core/ports/connection-registry.ts';

let tenants = 0;

const WINDOW_MILLISECONDS = LIMITS.syncWindowSeconds * 1000;

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

    const connectedAt = new Date();
    /** The beginning of a window of counted syncs. */
    const windowStart = new Date(Math.floor(connectedAt.getTime() / WINDOW_MILLISECONDS) * WINDOW_MILLISECONDS);
    const later = (milliseconds: number): Date => new Date(windowStart.getTime() + milliseconds);

    const recipient = (extra: Partial<Recipient> = {}): Recipient => ({
      tenant,
      subject: 'alice',
      organizations: ['o1'],
      roles: ['r1', 'r2'],
      expiresAt: 4_000_000_000,
      mayRead: false,
      ...extra,
    });
    const origin = (id: string, claims: Partial<Recipient> = {}): ConnectionOrigin => ({
      id,
      recipient: recipient(claims),
      connectedAt,
    });
    /** Marks a connection of which nothing has changed since it was listed. */
    const markBehind = async (id: string, since = new Date()): Promise<void> => {
      for (const listed of await listAll()) if (listed.id === id) await registry.markBehind(listed, since);
    };
    /** Every page, one after the other. */
    const listAll = async (part: ListPart = {}, of = tenant): Promise<readonly Connection[]> => {
      const { connections, next } = await registry.list(of, part);
      return next === undefined ? connections : [...connections, ...(await listAll({ ...part, after: next }, of))];
    };
    const behindSince = async (id: string) => (await registry.find(tenant, id))?.behindSince;
    const idsOf = async (of = tenant): Promise<string[]> => (await listAll({}, of)).map(({ id }) => id).toSorted();

    describe('listing', () => {
      const ids = Array.from({ length: 60 }, (_, index) => `L0SM9cOFvHcCIh${index}=`);
      const subscribeAll = () => Promise.all(ids.map((id) => registry.subscribe(origin(id), { filter: {} }, false)));

      it('gives every connection once, in pages of at most what is asked for', async () => {
        await subscribeAll();
        const page = await registry.list(tenant, { limit: 7 });
        expect(page.connections).toHaveLength(7);
        const found = (await listAll({ limit: 7 })).map(({ id }) => id);
        expect(found.toSorted()).toEqual(ids.toSorted());
      });

      it('goes on after a connection that has gone since', async () => {
        await subscribeAll();
        const first = await registry.list(tenant, { limit: 7 });
        for (const { id } of first.connections) await registry.remove(tenant, id);
        const rest = await listAll({ limit: 7, ...(first.next !== undefined && { after: first.next }) });
        expect([...first.connections, ...rest].map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      });

      it('has every connection in one of the shards, however many there are, and always in the same', async () => {
        await subscribeAll();
        for (const of of [1, 2, 32]) {
          const shards = await Promise.all(
            Array.from({ length: of }, (_, index) => listAll({ shard: { index, of }, limit: 5 })),
          );
          expect(
            shards
              .flat()
              .map(({ id }) => id)
              .toSorted(),
          ).toEqual(ids.toSorted());
        }
        const half = await listAll({ shard: { index: 0, of: 2 } });
        expect(half.length).toBeGreaterThan(10);
        expect(half.length).toBeLessThan(50);
        const quarters = [await listAll({ shard: { index: 0, of: 4 } }), await listAll({ shard: { index: 1, of: 4 } })];
        expect(
          quarters
            .flat()
            .map(({ id }) => id)
            .toSorted(),
        ).toEqual(half.map(({ id }) => id).toSorted());
      });
    });

    describe('subscribing', () => {
      it('makes a connection known, with all that was said, in its tenant only', async () => {
        const other = asTenantId(`${tenant}#other`);
        const wish = { filter: { types: ['bank.*'] } };
        expect(await registry.subscribe(origin('a'), wish, false)).toMatchObject({ ...origin('a'), wish });
        await registry.subscribe(origin('b'), { filter: {} }, true);
        await registry.subscribe(origin('c', { tenant: other }), { filter: {} }, false);
        const found = await listAll();
        expect(found.toSorted((a, b) => a.id.localeCompare(b.id))).toMatchObject([
          { ...origin('a'), wish, listensOnly: false },
          { ...origin('b'), wish: { filter: {} }, listensOnly: true },
        ]);
        expect(await idsOf(other)).toEqual(['c']);
        expect(await registry.find(tenant, 'a')).toMatchObject({ ...origin('a'), wish, listensOnly: false });
        expect(await registry.find(other, 'a')).toBeUndefined();
        expect(await registry.find(tenant, 'never-there')).toBeUndefined();
      });

      it('keeps claims as they are: absent, empty, long and strange ones', async () => {
        const claims = { subject: undefined, organizations: [], roles: ['a b', '#"\\', '😀'], mayRead: true };
        await registry.subscribe(origin('a', claims), { filter: {} }, false);
        const found = (await registry.find(tenant, 'a'))?.recipient;
        expect({ subject: undefined, ...found }).toEqual(recipient(claims));
      });

      it('replaces what was wanted before, be it a filter or a subscription', async () => {
        const billing = 'billing #1/😀' as SubscriptionName;
        await registry.subscribe(origin('a'), { filter: { types: ['bank.*'] } }, true);
        await registry.subscribe(origin('a'), { subscription: billing }, false);
        expect((await registry.find(tenant, 'a'))?.wish).toEqual({ subscription: billing });
        await registry.subscribe(origin('a'), { filter: { actions: ['created'] } }, false);
        expect(await listAll()).toMatchObject([{ wish: { filter: { actions: ['created'] } }, listensOnly: false }]);
      });

      it('takes the mark of being behind away', async () => {
        await registry.subscribe(origin('a'), { filter: {} }, false);
        await markBehind('a');
        const connection = await registry.subscribe(origin('a'), { filter: {} }, false);
        expect(connection.behindSince).toBeUndefined();
        expect((await registry.find(tenant, 'a'))?.behindSince).toBeUndefined();
      });

      it('keeps a recipient that was renewed, and answers with it', async () => {
        await registry.subscribe(origin('a'), { filter: {} }, false);
        await registry.renew(origin('a', { roles: ['new'], expiresAt: 4_100_000_000, mayRead: true }));
        const renewed = recipient({ roles: ['new'], expiresAt: 4_100_000_000, mayRead: true });
        const { recipient: answered } = await registry.subscribe(origin('a'), { filter: {} }, false);
        expect(answered).toEqual(renewed);
        expect((await registry.find(tenant, 'a'))?.recipient).toEqual(renewed);
      });
    });

    describe('renewing', () => {
      it('changes the claims, and neither what is wanted nor whether something was missed', async () => {
        const since = new Date('2026-03-01T12:00:00.123Z');
        await registry.subscribe(origin('a'), { filter: { types: ['bank.*'] } }, true);
        await markBehind('a', since);
        await registry.renew({ ...origin('a', { roles: ['new'] }), connectedAt: new Date(0) });
        expect(await registry.find(tenant, 'a')).toMatchObject({
          recipient: recipient({ roles: ['new'] }),
          wish: { filter: { types: ['bank.*'] } },
          listensOnly: true,
          connectedAt,
          behindSince: since,
        });
      });

      it('makes a connection known that has not subscribed yet: without a wish, with the newer claims from then on', async () => {
        await registry.renew(origin('a', { roles: ['new'] }));
        expect((await registry.find(tenant, 'a'))?.wish).toBeUndefined();
        expect(await listAll()).toMatchObject([{ id: 'a', listensOnly: false }]);
        expect(await registry.beginSync(tenant, 'a', windowStart)).toEqual({ kind: 'not-subscribed' });
        const { recipient: answered } = await registry.subscribe(origin('a'), { filter: {} }, false);
        expect(answered.roles).toEqual(['new']);
      });
    });

    it('lists several pages of connections', async () => {
      const roles = Array.from({ length: 300 }, (_, i) => `role-with-a-long-name-${i}`);
      const ids = Array.from({ length: 200 }, (_, i) => `c${i}`);
      await Promise.all(ids.map((id) => registry.subscribe(origin(id, { roles }), { filter: {} }, false)));
      expect(await idsOf()).toEqual(ids.toSorted());
    });

    describe('the mark of being behind', () => {
      it('is kept with its time', async () => {
        const since = new Date('2026-03-01T12:00:00.123Z');
        await registry.subscribe(origin('a'), { filter: {} }, false);
        await markBehind('a', since);
        expect((await listAll())[0]?.behindSince).toEqual(since);
      });

      it('is made in turn: of what was listed after the last subscribe or sync', async () => {
        await registry.subscribe(origin('a'), { filter: {} }, false);
        await registry.subscribe(origin('a'), { filter: {} }, false);
        await registry.beginSync(tenant, 'a', windowStart);
        await registry.renew(origin('a'));
        await markBehind('a', connectedAt);
        expect(await behindSince('a')).toEqual(connectedAt);
      });

      it.each<[string, () => Promise<unknown>]>([
        ['subscribes', () => registry.subscribe(origin('a'), { filter: {} }, false)],
        ['begins a sync', () => registry.beginSync(tenant, 'a', windowStart)],
        ['begins a sync in another window', () => registry.beginSync(tenant, 'a', later(WINDOW_MILLISECONDS))],
      ])('is not made late, when the connection %s after it was listed', async (_, act) => {
        await registry.subscribe(origin('a'), { filter: {} }, false);
        await registry.beginSync(tenant, 'a', windowStart);
        const listed = await listAll();
        await act();
        expect(listed).toHaveLength(1);
        for (const connection of listed) await registry.markBehind(connection, new Date());
        expect(await behindSince('a')).toBeUndefined();
        await markBehind('a', connectedAt);
        expect(await behindSince('a')).toEqual(connectedAt);
      });

      it('makes no connection out of one that is gone', async () => {
        const listed = await registry.subscribe(origin('a'), { filter: {} }, false);
        await registry.remove(tenant, 'a');
        await registry.markBehind(listed, new Date());
        await registry.markBehind({ id: 'never-there', turn: 0, recipient: recipient() }, new Date());
        expect(await listAll()).toEqual([]);
      });
    });

    it('forgets one connection and no other', async () => {
      await registry.subscribe(origin('a'), { filter: {} }, false);
      await registry.subscribe(origin('b'), { filter: {} }, false);
      await registry.remove(tenant, 'a');
      await registry.remove(tenant, 'never-there');
      expect(await idsOf()).toEqual(['b']);
    });

    describe('beginning a sync', () => {
      it('answers with the connection, and takes its mark away', async () => {
        await registry.subscribe(origin('a'), { filter: { types: ['bank.*'] } }, false);
        await markBehind('a');
        const begun = await registry.beginSync(tenant, 'a', windowStart);
        expect(begun).toMatchObject({
          kind: 'begun',
          connection: { ...origin('a'), wish: { filter: { types: ['bank.*'] } } },
        });
        expect(begun).not.toHaveProperty('connection.behindSince');
        expect((await registry.find(tenant, 'a'))?.behindSince).toBeUndefined();
      });

      it('says not-subscribed of a connection that is unknown or was removed, and makes none of it', async () => {
        expect(await registry.beginSync(tenant, 'unknown', windowStart)).toEqual({ kind: 'not-subscribed' });
        await registry.subscribe(origin('a'), { filter: {} }, false);
        await registry.beginSync(tenant, 'a', windowStart);
        await registry.remove(tenant, 'a');
        expect(await registry.beginSync(tenant, 'a', windowStart)).toEqual({ kind: 'not-subscribed' });
        expect(await listAll()).toEqual([]);
      });

      /** Syncs at once; how many were begun and how many were refused. */
      const syncs = async (times: readonly Date[]) => {
        const begun = await Promise.all(times.map((time) => registry.beginSync(tenant, 'a', time)));
        return {
          begun: begun.filter(({ kind }) => kind === 'begun').length,
          limited: begun.filter(({ kind }) => kind === 'limited').length,
        };
      };
      const many = (count: number, time: Date): readonly Date[] => Array.from({ length: count }, () => time);

      it('refuses what is too much in one window, says for how long, keeps the mark, and begins anew with the next', async () => {
        await registry.subscribe(origin('a'), { filter: {} }, false);
        expect(await syncs(many(LIMITS.syncsPerWindow, later(0)))).toEqual({
          begun: LIMITS.syncsPerWindow,
          limited: 0,
        });
        await markBehind('a', connectedAt);
        expect(await registry.beginSync(tenant, 'a', later(2500))).toEqual({ kind: 'limited', retryAfterSeconds: 8 });
        expect(await registry.beginSync(tenant, 'a', later(WINDOW_MILLISECONDS - 1))).toEqual({
          kind: 'limited',
          retryAfterSeconds: 1,
        });
        expect((await registry.find(tenant, 'a'))?.behindSince).toEqual(connectedAt);
        expect(await registry.beginSync(tenant, 'a', later(WINDOW_MILLISECONDS))).toMatchObject({ kind: 'begun' });
        expect((await registry.find(tenant, 'a'))?.behindSince).toBeUndefined();
      });

      it('lets no more through than the limit, however many come at once', async () => {
        await registry.subscribe(origin('a'), { filter: {} }, false);
        await syncs(many(LIMITS.syncsPerWindow - 5, later(0)));
        expect(await syncs(many(20, later(1)))).toEqual({ begun: 5, limited: 15 });
      });

      it('refuses none of the syncs that come at once when a window begins, though all see the old one', async () => {
        await registry.subscribe(origin('a'), { filter: {} }, false);
        await registry.beginSync(tenant, 'a', later(0));
        expect(await syncs(many(30, later(WINDOW_MILLISECONDS)))).toEqual({ begun: 30, limited: 0 });
      });

      it('counts on in the later window for a function whose clock still shows the earlier one', async () => {
        await registry.subscribe(origin('a'), { filter: {} }, false);
        await registry.beginSync(tenant, 'a', later(WINDOW_MILLISECONDS));
        expect(await registry.beginSync(tenant, 'a', later(WINDOW_MILLISECONDS - 1))).toMatchObject({ kind: 'begun' });
        await syncs(many(LIMITS.syncsPerWindow - 2, later(WINDOW_MILLISECONDS)));
        expect((await registry.beginSync(tenant, 'a', later(WINDOW_MILLISECONDS - 1))).kind).toBe('limited');
        expect((await registry.beginSync(tenant, 'a', later(WINDOW_MILLISECONDS))).kind).toBe('limited');
      });

      it('counts each connection by itself, and goes on counting over a new subscribe', async () => {
        await registry.subscribe(origin('a'), { filter: {} }, false);
        await registry.subscribe(origin('b'), { filter: {} }, false);
        await syncs(many(LIMITS.syncsPerWindow, later(0)));
        expect((await registry.beginSync(tenant, 'b', later(0))).kind).toBe('begun');
        await registry.subscribe(origin('a'), { filter: {} }, false);
        expect((await registry.beginSync(tenant, 'a', later(0))).kind).toBe('limited');
      });
    });
  });
}
