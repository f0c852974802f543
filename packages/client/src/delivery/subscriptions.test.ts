import { asSequence } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { numbers, settleable, startClient } from '../../test/client-under-test.ts';
import { FakeHub } from '../../test/fake-hub.ts';

const MINUTE = 60_000;

function hubWithSubscription(sequence = 0): FakeHub {
  const hub = new FakeHub();
  hub.epoch = 'e1';
  hub.subscription = { epoch: 'e1', sequence: asSequence(sequence) };
  return hub;
}

describe('a durable subscription', () => {
  it('begins where the hub says that it stands', async () => {
    const hub = hubWithSubscription(3);
    hub.publish(25);
    const client = startClient(hub, { subscription: 'billing' });
    await hub.surroundings.pass(1000);
    expect(hub.received[0]).toEqual({ action: 'subscribe', id: '1', subscription: 'billing' });
    expect(client.delivered).toEqual(numbers(4, 25));
  });

  it('repeats nothing that was delivered but not acknowledged, on the next socket', async () => {
    const hub = hubWithSubscription();
    hub.publish(25);
    const client = startClient(hub, { subscription: 'billing' });
    await hub.surroundings.pass(1000);
    hub.cut();
    hub.publish(2);
    await hub.surroundings.pass(MINUTE);
    expect(client.delivered).toEqual(numbers(1, 27));
  });

  it('goes on behind what another consumer of it has dealt with', async () => {
    const hub = hubWithSubscription();
    hub.publish(2);
    const client = startClient(hub, { subscription: 'billing' });
    await hub.surroundings.pass(1000);
    hub.cut();
    hub.publish(5);
    hub.subscription = { epoch: 'e1', sequence: asSequence(5) };
    await hub.surroundings.pass(MINUTE);
    expect(client.delivered).toEqual([1, 2, 6, 7]);
  });

  it('tells of a history that has begun again, though the subscription has moved into it already', async () => {
    const hub = hubWithSubscription();
    hub.publish(20);
    const client = startClient(hub, { subscription: 'billing' });
    await hub.surroundings.pass(1000);
    hub.cut();
    Object.assign(hub, { epoch: 'e2', head: 15, subscription: { epoch: 'e2', sequence: 10 } });
    await hub.surroundings.pass(MINUTE);
    expect(client.resets.map(({ reason }) => reason)).toEqual(['epoch']);
    expect(client.delivered).toEqual([...numbers(1, 20), ...numbers(1, 15)]);
  });

  it('waits while it is paused, and loses nothing', async () => {
    const hub = hubWithSubscription();
    const client = startClient(hub, { subscription: 'billing' });
    hub.publish(2);
    await hub.surroundings.pass(1000);
    hub.isPaused = true;
    hub.refuses = ({ action }) => (hub.isPaused && action !== 'token' ? { code: 'SUBSCRIPTION_PAUSED' } : undefined);
    hub.publish(3);
    await hub.surroundings.pass(6 * MINUTE);
    expect(client.delivery.state).toBe('behind');
    expect(client.path().at(-1)).toBe('behind: subscription-paused');
    expect(client.delivered).toEqual([1, 2]);
    hub.isPaused = false;
    await hub.surroundings.pass(MINUTE);
    expect(client.delivered).toEqual(numbers(1, 5));
    expect(client.delivery.state).toBe('live');
    expect(hub.sockets).toHaveLength(1);
  });
});

describe('an acknowledgement', () => {
  it('is sent together with others, with the history that it counts in', async () => {
    const hub = hubWithSubscription();
    hub.publish(20);
    const client = startClient(hub, {
      subscription: 'billing',
      onEvent: ({ sequence }) => client.delivery.ack(sequence),
    });
    await hub.surroundings.pass(5000);
    expect(hub.acknowledged).toEqual([20]);
    expect(hub.actions('ack')[0]).toMatchObject({ subscription: 'billing', epoch: 'e1', sequence: 20 });
    for (let count = 0; count < 30; count += 1) {
      hub.publish(1);
      await hub.surroundings.pass(100);
    }
    await hub.surroundings.pass(1000);
    expect(hub.acknowledged.length).toBeLessThan(7);
    expect(hub.acknowledged.at(-1)).toBe(50);
  });

  it('never passes an event that is still missing', async () => {
    const hub = hubWithSubscription();
    const client = startClient(hub, {
      subscription: 'billing',
      onEvent: ({ sequence }) => client.delivery.ack(sequence),
    });
    hub.publish(1);
    await hub.surroundings.pass(2000);
    hub.publish(2, { isLost: true });
    hub.publish(1);
    await hub.surroundings.pass(2000);
    expect(client.delivered).toEqual([1, 4]);
    expect(hub.acknowledged).toEqual([1]);
    await hub.surroundings.pass(4 * MINUTE);
    expect(client.delivered).toEqual([1, 4, 2, 3]);
    expect(hub.acknowledged).toEqual([1, 4]);
  });

  it('never passes an event that the handler is not done with, whatever it says', async () => {
    const hub = hubWithSubscription();
    const gate = settleable();
    const client = startClient(hub, { subscription: 'billing', onEvent: () => gate.promise });
    hub.publish(3);
    await hub.surroundings.pass(1000);
    client.delivery.ack(3);
    await hub.surroundings.pass(5000);
    expect(hub.acknowledged).toEqual([]);
    gate.resolve();
    await hub.surroundings.pass(5000);
    expect(hub.acknowledged).toEqual([3]);
  });

  it('is sent again if it was lost, and on the next socket if there was none', async () => {
    const hub = hubWithSubscription();
    hub.ignores = ({ action }) => action === 'ack';
    const client = startClient(hub, { subscription: 'billing' });
    hub.publish(3);
    await hub.surroundings.pass(1000);
    client.delivery.ack(3);
    await hub.surroundings.pass(3000);
    hub.ignores = () => false;
    hub.cut();
    client.delivery.ack(2);
    await hub.surroundings.pass(5000);
    expect(hub.acknowledged).toEqual([3]);
  });

  it('does not carry a number over into another history', async () => {
    const hub = hubWithSubscription();
    hub.publish(20);
    const client = startClient(hub, { subscription: 'billing' });
    await hub.surroundings.pass(500);
    client.delivery.ack(20);
    Object.assign(hub, { epoch: 'e2', head: 30, subscription: { epoch: 'e1', sequence: 0 } });
    hub.cut();
    await hub.surroundings.pass(MINUTE);
    expect(client.delivered).toEqual([...numbers(1, 20), ...numbers(1, 30)]);
    expect(hub.acknowledged).toEqual([]);
  });

  it('is sent at once by close', async () => {
    const hub = hubWithSubscription();
    const client = startClient(hub, { subscription: 'billing' });
    hub.publish(3);
    await hub.surroundings.pass(100);
    client.delivery.ack('00000000000000000002');
    await client.delivery.close();
    expect(hub.actions('ack').map(({ sequence }) => sequence)).toEqual([2]);
    expect(hub.surroundings.pending).toBeLessThanOrEqual(1);
  });

  it('is refused without a subscription, and if it is no sequence', () => {
    const hub = new FakeHub();
    expect(() => startClient(hub).delivery.ack(1)).toThrow(TypeError);
    const { delivery } = startClient(hub, { subscription: 'billing' });
    for (const wrong of [-1, 1.5, 2 ** 53, 'x', '', Number.NaN]) expect(() => delivery.ack(wrong)).toThrow(TypeError);
  });
});
