import { asSequence, asTenantId, type Cursor, type Subscription, type SubscriptionName } from '@tidings/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Subscriptions } from '../../lambdas/core/ports/subscriptions.ts';

let tenants = 0;

const CREATED = '2026-03-01T12:00:00.000Z';
const LATER = '2026-03-02T12:00:00.000Z';

/** Names that a careless key, path or expression would trip over. */
const STRANGE_NAMES = [
  'a/b',
  'a#b',
  'a%23b',
  '100%',
  '.',
  '..',
  '#',
  '__proto__',
  ':name',
  '"\'\\`$&{}<>',
  'ü',
  'u\u0308',
  '😀'.repeat(256),
  'x'.repeat(256),
];

/** What every store of durable subscriptions must do. */
export function describeSubscriptions(adapter: string, create: () => Subscriptions): void {
  describe(`subscriptions: ${adapter}`, () => {
    let subscriptions: Subscriptions;
    let tenant = asTenantId('');
    beforeEach(() => {
      tenants += 1;
      tenant = asTenantId(`tenant-${process.pid}-${tenants}`);
      subscriptions = create();
    });

    const named = (name: string): SubscriptionName => name as SubscriptionName;
    const at = (sequence: number, epoch = 'e1'): Cursor => ({ epoch, sequence: asSequence(sequence) });
    const subscription = (name: string, extra: Partial<Subscription> = {}): Subscription => ({
      name: named(name),
      filter: { types: ['bank.*'], organizations: ['o1', 'o2'] },
      status: 'active',
      cursor: at(5),
      created: CREATED,
      updated: CREATED,
      ...extra,
    });
    const acknowledge = (cursor: Cursor, name = 'billing') => subscriptions.acknowledge(tenant, named(name), cursor);
    const cursorOf = async (name = 'billing') => (await subscriptions.find(tenant, named(name)))?.cursor;

    it('gives a subscription back as it was created, to its tenant only', async () => {
      expect(await subscriptions.create(tenant, subscription('billing'))).toBe(true);
      expect(await subscriptions.find(tenant, named('billing'))).toEqual(subscription('billing'));
      expect(await subscriptions.list(tenant)).toEqual([subscription('billing')]);
      const other = asTenantId(`${tenant}-other`);
      expect(await subscriptions.find(other, named('billing'))).toBeUndefined();
      expect(await subscriptions.list(other)).toEqual([]);
      expect(await subscriptions.create(other, subscription('billing'))).toBe(true);
    });

    it('keeps an empty filter, the empty epoch and the largest sequence', async () => {
      const empty = subscription('empty', { filter: {}, cursor: at(0, '') });
      const largest = subscription('largest', { cursor: at(Number.MAX_SAFE_INTEGER), status: 'paused' });
      await subscriptions.create(tenant, empty);
      await subscriptions.create(tenant, largest);
      expect(await subscriptions.list(tenant)).toEqual([empty, largest]);
    });

    it('creates a name once, and leaves the first as it is', async () => {
      await subscriptions.create(tenant, subscription('billing'));
      expect(await subscriptions.create(tenant, subscription('billing', { cursor: at(0), filter: {} }))).toBe(false);
      expect(await subscriptions.find(tenant, named('billing'))).toEqual(subscription('billing'));
    });

    it('lets exactly one of many concurrent creations of a name through', async () => {
      const created = await Promise.all(
        Array.from({ length: 8 }, (_, i) => subscriptions.create(tenant, subscription('billing', { cursor: at(i) }))),
      );
      expect(created.filter(Boolean)).toHaveLength(1);
      expect(await cursorOf()).toEqual(at(created.indexOf(true)));
    });

    it('takes any name, and keeps apart those that look alike', async () => {
      for (const name of STRANGE_NAMES) expect(await subscriptions.create(tenant, subscription(name))).toBe(true);
      expect((await subscriptions.list(tenant)).map(({ name }) => name).toSorted()).toEqual(STRANGE_NAMES.toSorted());
      for (const [index, name] of STRANGE_NAMES.entries()) {
        expect(await acknowledge(at(100 + index), name)).toEqual({ kind: 'acknowledged', cursor: at(100 + index) });
        expect(await subscriptions.change(tenant, named(name), { status: 'paused' }, LATER)).toMatchObject({ name });
      }
      const cursors = await Promise.all(STRANGE_NAMES.map(cursorOf));
      expect(cursors.map((cursor) => cursor?.sequence)).toEqual(STRANGE_NAMES.map((_, index) => 100 + index));
      for (const name of STRANGE_NAMES) expect(await subscriptions.remove(tenant, named(name))).toBe(true);
      expect(await subscriptions.list(tenant)).toEqual([]);
    });

    it('lists by name, over several pages of the store', async () => {
      const names = Array.from({ length: 60 }, (_, i) => `n${String(i).padStart(2, '0')}`);
      const filter = { subjects: Array.from({ length: 100 }, (_, i) => `${i}`.padEnd(256, 'x')) };
      await Promise.all(names.toReversed().map((name) => subscriptions.create(tenant, subscription(name, { filter }))));
      expect((await subscriptions.list(tenant)).map(({ name }) => name)).toEqual(names);
    });

    describe('changing', () => {
      beforeEach(async () => {
        await subscriptions.create(tenant, subscription('billing'));
      });

      it('replaces the status only, where only that is given', async () => {
        const changed = subscription('billing', { status: 'paused', updated: LATER });
        expect(await subscriptions.change(tenant, named('billing'), { status: 'paused' }, LATER)).toEqual(changed);
        expect(await subscriptions.find(tenant, named('billing'))).toEqual(changed);
      });

      it('replaces the filter only, where only that is given: as a whole, and by an empty one too', async () => {
        const actions = { actions: ['created'] };
        const changed = subscription('billing', { filter: actions, updated: LATER });
        expect(await subscriptions.change(tenant, named('billing'), { filter: actions }, LATER)).toEqual(changed);
        expect(await subscriptions.change(tenant, named('billing'), { filter: {} }, LATER)).toMatchObject({
          filter: {},
        });
        expect((await subscriptions.find(tenant, named('billing')))?.filter).toEqual({});
      });

      it('replaces both, and never the cursor', async () => {
        await acknowledge(at(9));
        const change = { status: 'paused', filter: {} } as const;
        expect(await subscriptions.change(tenant, named('billing'), change, LATER)).toEqual(
          subscription('billing', { ...change, cursor: at(9), updated: LATER }),
        );
      });

      it('makes nothing of a name that there is not', async () => {
        expect(await subscriptions.change(tenant, named('other'), { filter: {} }, LATER)).toBeUndefined();
        expect(await subscriptions.find(tenant, named('other'))).toBeUndefined();
      });
    });

    it('removes one, says whether there was one, and frees its name', async () => {
      await subscriptions.create(tenant, subscription('billing'));
      await subscriptions.create(tenant, subscription('audit'));
      expect(await subscriptions.remove(tenant, named('billing'))).toBe(true);
      expect(await subscriptions.remove(tenant, named('billing'))).toBe(false);
      expect((await subscriptions.list(tenant)).map(({ name }) => name)).toEqual(['audit']);
      expect(await subscriptions.create(tenant, subscription('billing', { cursor: at(0) }))).toBe(true);
      expect(await cursorOf()).toEqual(at(0));
    });

    describe('acknowledging', () => {
      beforeEach(async () => {
        await subscriptions.create(tenant, subscription('billing'));
      });

      it('moves the cursor forward, and changes nothing else', async () => {
        expect(await acknowledge(at(6))).toEqual({ kind: 'acknowledged', cursor: at(6) });
        expect(await subscriptions.find(tenant, named('billing'))).toEqual(subscription('billing', { cursor: at(6) }));
      });

      it('changes nothing for one that comes twice, late or out of order, and says where the cursor is', async () => {
        await acknowledge(at(10));
        expect(await acknowledge(at(10))).toEqual({ kind: 'acknowledged', cursor: at(10) });
        expect(await acknowledge(at(7))).toEqual({ kind: 'acknowledged', cursor: at(10) });
        expect(await acknowledge(at(0))).toEqual({ kind: 'acknowledged', cursor: at(10) });
        expect(await cursorOf()).toEqual(at(10));
      });

      it('compares sequences as numbers, not as text', async () => {
        await acknowledge(at(9));
        expect(await acknowledge(at(10))).toEqual({ kind: 'acknowledged', cursor: at(10) });
        expect(await acknowledge(at(Number.MAX_SAFE_INTEGER))).toMatchObject({ kind: 'acknowledged' });
        expect(await acknowledge(at(Number.MAX_SAFE_INTEGER - 1))).toEqual({
          kind: 'acknowledged',
          cursor: at(Number.MAX_SAFE_INTEGER),
        });
      });

      it('goes into another epoch, to a lower sequence too: only one epoch is current', async () => {
        await acknowledge(at(10));
        expect(await acknowledge(at(2, 'e2'))).toEqual({ kind: 'acknowledged', cursor: at(2, 'e2') });
        expect(await acknowledge(at(1, 'e2'))).toEqual({ kind: 'acknowledged', cursor: at(2, 'e2') });
      });

      it('ends at the highest of many concurrent ones, and answers none with less than its own', async () => {
        const sequences = [12, 7, 30, 29, 8, 30, 11, 6];
        const outcomes = await Promise.all(sequences.map((sequence) => acknowledge(at(sequence))));
        const answered = outcomes.map((outcome) => (outcome.kind === 'acknowledged' ? outcome.cursor.sequence : -1));
        expect(answered.map((sequence, index) => sequence >= (sequences[index] ?? 0))).toEqual(
          sequences.map(() => true),
        );
        expect(await cursorOf()).toEqual(at(30));
      });

      it('is refused for a paused one, which goes on where it was', async () => {
        await subscriptions.change(tenant, named('billing'), { status: 'paused' }, LATER);
        expect(await acknowledge(at(8))).toEqual({ kind: 'paused' });
        expect(await acknowledge(at(1))).toEqual({ kind: 'paused' });
        expect(await acknowledge(at(1, 'e2'))).toEqual({ kind: 'paused' });
        expect(await cursorOf()).toEqual(at(5));
        await subscriptions.change(tenant, named('billing'), { status: 'active' }, LATER);
        expect(await acknowledge(at(8))).toEqual({ kind: 'acknowledged', cursor: at(8) });
      });

      it('makes nothing of a name that there is not, or not any more', async () => {
        expect(await acknowledge(at(8), 'other')).toEqual({ kind: 'not-found' });
        await subscriptions.remove(tenant, named('billing'));
        expect(await acknowledge(at(8))).toEqual({ kind: 'not-found' });
        expect(await subscriptions.list(tenant)).toEqual([]);
      });
    });
  });
}
