import { asSequence, EMPTY_HEAD, type Head, type SubscriptionName } from '@tidings/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { STAGE_TENANT as tenant } from '../../test/property/socket-stage.ts';
import { createMemorySubscriptions } from '../adapters/memory/subscriptions.ts';
import { acknowledge } from './acknowledge.ts';

const billing = 'billing' as SubscriptionName;
const at = (sequence: number, epoch = 'e1') => ({ epoch, sequence: asSequence(sequence) });

describe('acknowledging', () => {
  let subscriptions: ReturnType<typeof createMemorySubscriptions>;
  let head: Head;
  beforeEach(() => {
    subscriptions = createMemorySubscriptions();
    head = at(20);
  });
  const create = (cursor = at(5), status: 'active' | 'paused' = 'active') =>
    subscriptions.create(tenant, { name: billing, filter: {}, status, cursor, created: '', updated: '' });
  const ack = (sequence: number, epoch?: string, name = billing) =>
    acknowledge(
      tenant,
      name,
      { sequence: asSequence(sequence), ...(epoch !== undefined && { epoch }) },
      { subscriptions, log: { head: async () => head } },
    );
  const cursor = async () => (await subscriptions.find(tenant, billing))?.cursor;

  it('answers with where the subscription stands then: forward, or where it was', async () => {
    await create();
    expect(await ack(8)).toEqual(at(8));
    expect(await ack(8)).toEqual(at(8));
    expect(await ack(6)).toEqual(at(8));
    expect(await ack(20, 'e1')).toEqual(at(20));
  });

  it('never goes past the head', async () => {
    await create();
    await expect(ack(21)).rejects.toMatchObject({
      code: 'ACK_BEYOND_HEAD',
      errors: [{ path: '/sequence', message: 'expected at most the head, 20; found 21' }],
    });
    await expect(ack(Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({ code: 'ACK_BEYOND_HEAD' });
    expect(await cursor()).toEqual(at(5));
  });

  it('refuses a sequence of another history, named or meant', async () => {
    await create();
    await expect(ack(6, 'e0')).rejects.toMatchObject({ code: 'EPOCH_MISMATCH' });
    await expect(ack(0, '')).rejects.toMatchObject({ code: 'EPOCH_MISMATCH' });
    head = at(20, 'e2');
    await expect(ack(6)).rejects.toMatchObject({ code: 'EPOCH_MISMATCH' });
    await expect(ack(6, 'e1')).rejects.toMatchObject({ code: 'EPOCH_MISMATCH' });
    expect(await cursor()).toEqual(at(5));
  });

  it('goes over to another history when it is named', async () => {
    await create();
    head = at(3, 'e2');
    expect(await ack(2, 'e2')).toEqual(at(2, 'e2'));
    expect(await ack(3)).toEqual(at(3, 'e2'));
  });

  it('means the first history for a subscription that was made before any event', async () => {
    await create(EMPTY_HEAD);
    head = EMPTY_HEAD;
    expect(await ack(0)).toEqual(EMPTY_HEAD);
    await expect(ack(1)).rejects.toMatchObject({ code: 'ACK_BEYOND_HEAD' });
    head = at(2);
    expect(await ack(1)).toEqual(at(1));
  });

  it('is refused for a subscription that is paused or that there is not', async () => {
    await create(at(5), 'paused');
    await expect(ack(6)).rejects.toMatchObject({ code: 'SUBSCRIPTION_PAUSED' });
    await expect(ack(6, undefined, 'other' as SubscriptionName)).rejects.toMatchObject({
      code: 'SUBSCRIPTION_NOT_FOUND',
    });
    expect(await cursor()).toEqual(at(5));
  });

  it.each([
    ['paused', 'SUBSCRIPTION_PAUSED'],
    ['deleted', 'SUBSCRIPTION_NOT_FOUND'],
  ])('is refused for one that is %s while it is acknowledged', async (what, code) => {
    await create();
    const log = {
      head: async () => {
        if (what === 'paused') await subscriptions.change(tenant, billing, { status: 'paused' }, '');
        else await subscriptions.remove(tenant, billing);
        return head;
      },
    };
    const acknowledging = acknowledge(tenant, billing, { sequence: asSequence(6) }, { subscriptions, log });
    await expect(acknowledging).rejects.toMatchObject({ code });
  });

  it('ends at the highest of many at once', async () => {
    await create();
    const sequences = [7, 12, 9, 20, 6, 19];
    const answers = await Promise.all(sequences.map((sequence) => ack(sequence)));
    expect(answers.filter(({ sequence }, index) => sequence < (sequences[index] ?? 0))).toEqual([]);
    expect(await cursor()).toEqual(at(20));
  });
});
