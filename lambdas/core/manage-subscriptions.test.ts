import { asSequence, asTenantId, LIMITS, type NewSubscription, type SubscriptionName } from '@tidings/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  BEFORE_ANYTHING,
  createSocketStage,
  recipientOf,
  type SocketStage,
  STAGE_EPOCH,
  STAGE_TENANT as tenant,
} from '../../test/property/socket-stage.ts';
import { acknowledge } from './acknowledge.ts';
import { changeSubscription, createSubscription, deleteSubscription } from './manage-subscriptions.ts';
import { readPage } from './read-page.ts';

const billing = 'billing' as SubscriptionName;
const at = (sequence: number, epoch = STAGE_EPOCH) => ({ epoch, sequence: asSequence(sequence) });
const STARTED = '2026-03-01T12:00:00.000Z';

describe('managing subscriptions', () => {
  let stage: SocketStage;
  beforeEach(() => {
    stage = createSocketStage();
  });
  const create = (extra: Partial<NewSubscription> = {}) =>
    createSubscription(tenant, { name: billing, filter: {}, ...extra }, stage.ports);
  const recordAll = async (...ids: readonly string[]): Promise<void> => {
    for (const id of ids) await stage.record(id);
  };
  const pull = async () => {
    const { cursor } = (await stage.subscriptions.find(tenant, billing)) ?? {};
    if (cursor === undefined) throw new Error('There is no subscription');
    const request = { start: cursor, wants: () => true, limit: 100, bytes: LIMITS.pageBytes };
    const page = await readPage(recipientOf({ mayRead: true }), request, stage.log);
    return page.kind === 'reset' ? page.reason : page.events.map(({ json }) => JSON.parse(json).id as string);
  };

  describe('creating', () => {
    it('begins at the head without a start, and says when it was made', async () => {
      await recordAll('a', 'b');
      const created = await create({ filter: { types: ['bank.*'] } });
      expect(created).toEqual({
        name: 'billing',
        filter: { types: ['bank.*'] },
        status: 'active',
        cursor: at(2),
        created: STARTED,
        updated: STARTED,
      });
      expect(await stage.subscriptions.find(tenant, billing)).toEqual(created);
      await stage.record('c');
      expect(await pull()).toEqual(['c']);
    });

    it('begins before the first event of a tenant that has none', async () => {
      expect((await create()).cursor).toEqual(BEFORE_ANYTHING);
      await recordAll('a');
      expect(await pull()).toEqual(['a']);
    });

    it('begins before everything that is still there, if that is asked for', async () => {
      await stage.record('old', { seconds: 10 });
      await recordAll('b', 'c');
      stage.pass(10);
      expect((await create({ start: 'oldest' })).cursor).toEqual(at(1));
      expect(await pull()).toEqual(['b', 'c']);
    });

    it('begins at the head if everything is gone that was asked for', async () => {
      await stage.record('old', { seconds: 10 });
      stage.pass(10);
      expect((await create({ start: 'oldest' })).cursor).toEqual(at(1));
      expect(await pull()).toEqual([]);
    });

    it('begins after a cursor of this history', async () => {
      await recordAll('a', 'b');
      expect((await create({ start: at(1) })).cursor).toEqual(at(1));
      expect(await pull()).toEqual(['b']);
    });

    it('begins for who saw the tenant without events with its first', async () => {
      await recordAll('a');
      expect((await create({ start: at(0, '') })).cursor).toEqual(BEFORE_ANYTHING);
      expect(await pull()).toEqual(['a']);
    });

    it.each([
      ['of another history', at(1, 'other'), 'EPOCH_MISMATCH'],
      ['without a history, but with a sequence', at(1, ''), 'EPOCH_MISMATCH'],
      ['ahead of the head', at(2), 'ACK_BEYOND_HEAD'],
    ])('refuses a cursor %s', async (_, start, code) => {
      await recordAll('a');
      await expect(create({ start })).rejects.toMatchObject({ code });
      expect(await stage.subscriptions.list(tenant)).toEqual([]);
    });

    it('refuses a name that is taken, in this tenant only', async () => {
      await create();
      await expect(create({ filter: { types: ['x'] } })).rejects.toMatchObject({ code: 'SUBSCRIPTION_EXISTS' });
      await createSubscription(asTenantId('other'), { name: billing, filter: {} }, stage.ports);
    });

    it('refuses more than a tenant may have, and names the limit', async () => {
      await Promise.all(
        Array.from({ length: LIMITS.subscriptions }, (_, i) => create({ name: `n${i}` as SubscriptionName })),
      );
      await expect(create()).rejects.toMatchObject({
        code: 'SUBSCRIPTION_INVALID',
        message: expect.stringContaining(String(LIMITS.subscriptions)),
      });
      await deleteSubscription(tenant, 'n7' as SubscriptionName, stage.ports);
      await create();
    });
  });

  describe('changing', () => {
    it('says when, and leaves the cursor and what was not given', async () => {
      await recordAll('a');
      const created = await create({ filter: { types: ['bank.*'] }, start: at(0) });
      stage.pass(60);
      const paused = await changeSubscription(tenant, billing, { status: 'paused' }, stage.ports);
      expect(paused).toEqual({ ...created, status: 'paused', updated: '2026-03-01T12:01:00.000Z' });
    });

    it('loses nothing between pause and resumption', async () => {
      await create();
      await recordAll('a');
      await changeSubscription(tenant, billing, { status: 'paused' }, stage.ports);
      await recordAll('b');
      await expect(acknowledge(tenant, billing, { sequence: asSequence(2) }, stage.ports)).rejects.toMatchObject({
        code: 'SUBSCRIPTION_PAUSED',
      });
      await changeSubscription(tenant, billing, { status: 'active' }, stage.ports);
      expect(await pull()).toEqual(['a', 'b']);
    });

    it('is refused for one that there is not', async () => {
      const other = 'other' as SubscriptionName;
      const refused = { code: 'SUBSCRIPTION_NOT_FOUND' };
      await expect(changeSubscription(tenant, other, { filter: {} }, stage.ports)).rejects.toMatchObject(refused);
      await expect(deleteSubscription(tenant, other, stage.ports)).rejects.toMatchObject(refused);
    });
  });

  it('deletes one, which begins anew when it is created again', async () => {
    await recordAll('a');
    await create({ start: at(0) });
    await deleteSubscription(tenant, billing, stage.ports);
    await expect(deleteSubscription(tenant, billing, stage.ports)).rejects.toMatchObject({
      code: 'SUBSCRIPTION_NOT_FOUND',
    });
    expect((await create()).cursor).toEqual(at(1));
  });
});
