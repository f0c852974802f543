import { asSequence, isTidingsError } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { numbers, startClient } from '../../test/client-under-test.ts';
import { FakeHub } from '../../test/fake-hub.ts';
import { memoryCursorStore } from './index.ts';

const cursor = (sequence: number, epoch = 'e1') => ({ epoch, sequence: asSequence(sequence) });
const MINUTE = 60_000;

describe('a client that begins', () => {
  it('opens a socket with the protocol and the token, and subscribes from the head on', async () => {
    const hub = new FakeHub();
    hub.publish(3);
    const client = startClient(hub, { filter: { types: ['bank.*'] } });
    expect(hub.sockets).toEqual([]);
    await hub.surroundings.pass(100);
    expect(hub.sockets.map(({ token }) => token)).toEqual(['token']);
    expect(hub.received).toEqual([{ action: 'subscribe', id: '1', filter: { types: ['bank.*'] } }]);
    expect(client.delivery.state).toBe('live');
    expect(client.delivery.cursor).toEqual(cursor(3));
    hub.publish(2);
    await hub.surroundings.pass(100);
    expect(client.delivered).toEqual([4, 5]);
    expect(client.path()).toEqual(['connecting: starting', 'catching-up: subscribed', 'live: caught-up']);
  });

  it('reads everything that is retained, a page after the other, from the oldest on', async () => {
    const hub = new FakeHub();
    hub.publish(35);
    hub.oldest = 8;
    const client = startClient(hub, { cursor: 'oldest' });
    await hub.surroundings.pass(500);
    expect(client.delivered).toEqual(numbers(8, 35));
    expect(hub.actions('sync')).toHaveLength(2);
    expect(client.resets).toEqual([]);
    expect(client.delivery.state).toBe('live');
  });

  it('goes on after the stored cursor, which counts more than the one it was given', async () => {
    const hub = new FakeHub();
    hub.publish(5);
    const client = startClient(hub, { cursor: 'oldest', cursorStore: memoryCursorStore(cursor(3)) });
    await hub.surroundings.pass(100);
    expect(client.delivered).toEqual([4, 5]);
  });

  it.each([
    ['from a page', true, ['subscribe', 'sync']],
    ['by subscribing again, if the hub does not name it in pages', false, ['subscribe', 'sync', 'subscribe']],
  ])('begins with a tenant that has no events yet, and learns its history %s', async (_case, saysEpoch, actions) => {
    const hub = new FakeHub();
    hub.saysEpoch = saysEpoch;
    const store = memoryCursorStore();
    const client = startClient(hub, { cursorStore: store });
    await hub.surroundings.pass(100);
    expect(client.delivery.cursor).toEqual(cursor(0, ''));
    hub.publish(2);
    await hub.surroundings.pass(100);
    expect(client.delivered).toEqual([1, 2]);
    expect(hub.received.map(({ action }) => action)).toEqual(actions);
    expect(hub.received.at(-1)?.['cursor']).toEqual(cursor(0, ''));
    expect(store.cursor).toEqual(cursor(2));
    hub.publish();
    await hub.surroundings.pass(10 * MINUTE);
    expect(client.delivered).toEqual([1, 2, 3]);
    expect(client.resets).toEqual([]);
  });

  it('refuses options that cannot be used, at once', () => {
    const hub = new FakeHub();
    const onEvent = () => undefined;
    expect(() => startClient(hub, { url: 'https://hub.example' })).toThrow('wss://');
    expect(() => startClient(hub, { subscription: 'billing', filter: {}, onEvent } as never)).toThrow(TypeError);
    const codeOf = (run: () => unknown): unknown => {
      try {
        return run();
      } catch (error) {
        return isTidingsError(error) ? error.code : error;
      }
    };
    expect(codeOf(() => startClient(hub, { filter: { colours: [] } as never }))).toBe('FILTER_INVALID');
    expect(codeOf(() => startClient(hub, { cursor: { sequence: 7 } as never }))).toBe('CURSOR_INVALID');
    expect(codeOf(() => startClient(hub, { subscription: 'a b' }))).toBe('SUBSCRIPTION_INVALID');
    expect(hub.surroundings.pending).toBe(0);
  });
});

describe('a client that misses something', () => {
  it('gets by its heartbeat what was lost, and delivers at once what came after it', async () => {
    const hub = new FakeHub();
    hub.publish(1);
    const client = startClient(hub);
    await hub.surroundings.pass(100);
    hub.publish(2, { isLost: true });
    hub.publish(1);
    await hub.surroundings.pass(100);
    expect(client.delivered).toEqual([4]);
    expect(client.delivery.cursor).toEqual(cursor(1));
    await hub.surroundings.pass(4 * MINUTE);
    expect(client.delivered).toEqual([4, 2, 3]);
    expect(client.delivery.cursor).toEqual(cursor(4));
  });

  it('asks first and delivers in order if strict', async () => {
    const hub = new FakeHub();
    hub.publish(1);
    const client = startClient(hub, { strict: true });
    await hub.surroundings.pass(100);
    hub.publish(2, { isLost: true });
    hub.publish(1);
    await hub.surroundings.pass(100);
    expect(client.delivered).toEqual([2, 3, 4]);
    expect(hub.actions('sync')).toHaveLength(1);
  });

  it('asks again for a page whose events were lost while its end was not', async () => {
    const hub = new FakeHub();
    hub.publish(5);
    let losses = 2;
    hub.loses = ({ type }) => {
      losses -= type === 'events' ? 1 : 0;
      return type === 'events' && losses >= 0;
    };
    const client = startClient(hub, { cursor: 'oldest' });
    await hub.surroundings.pass(5 * MINUTE);
    expect(client.delivered).toEqual(numbers(1, 5));
  });

  it('does not ask without a pause for a page that is lost each time', async () => {
    const hub = new FakeHub();
    hub.publish(5);
    hub.loses = ({ type }) => type === 'events';
    startClient(hub, { cursor: 'oldest' });
    await hub.surroundings.pass(5 * MINUTE);
    expect(hub.received.length).toBeLessThan(40);
  });

  it('subscribes again if the answer to subscribe was lost', async () => {
    const hub = new FakeHub();
    hub.publish(5);
    hub.oldest = 3;
    let losses = 1;
    hub.loses = ({ type }) => {
      const isLost = type === 'subscribed' && losses > 0;
      if (isLost) losses -= 1;
      return isLost;
    };
    const client = startClient(hub, { cursor: 'oldest' });
    await hub.surroundings.pass(1000);
    expect(client.delivered).toEqual(numbers(3, 5));
    expect(client.resets).toEqual([]);
    expect(client.delivery.cursor).toEqual(cursor(5));
  });

  it('subscribes again, from its cursor, on a connection that the hub has forgotten', async () => {
    const hub = new FakeHub();
    const client = startClient(hub);
    hub.publish(1);
    await hub.surroundings.pass(100);
    for (const socket of hub.open) socket.isSubscribed = false;
    hub.publish(3);
    await hub.surroundings.pass(5 * MINUTE);
    expect(client.delivered).toEqual([2, 3, 4]);
    expect(hub.sockets).toHaveLength(1);
    expect(hub.actions('subscribe').at(-1)?.['cursor']).toEqual(cursor(1));
  });

  it('moves its cursor past what is not for it', async () => {
    const hub = new FakeHub();
    hub.publish(1);
    const client = startClient(hub);
    await hub.surroundings.pass(100);
    hub.publish(50, { isFor: false });
    await hub.surroundings.pass(5 * MINUTE);
    expect(client.delivered).toEqual([]);
    expect(client.delivery.cursor).toEqual(cursor(51));
  });
});

describe('a client whose history was cut', () => {
  it('tells of what is past its time, once, and goes on with the oldest', async () => {
    const hub = new FakeHub();
    hub.publish(30);
    hub.oldest = 12;
    const client = startClient(hub, { cursor: cursor(4) });
    await hub.surroundings.pass(5 * MINUTE);
    expect(client.resets).toEqual([{ reason: 'retention', epoch: 'e1', oldest: 12, head: 30, previous: cursor(4) }]);
    expect(client.delivered).toEqual(numbers(12, 30));
  });

  it.each([
    ['another history', 'e2', 4, 'epoch'],
    ['a history that is shorter than the cursor', 'e1', 4, 'ahead'],
    ['a history that has not begun again', '', 0, 'epoch'],
  ])('begins anew in %s', async (_case, epoch, head, reason) => {
    const hub = new FakeHub();
    hub.publish(8);
    const client = startClient(hub, { cursor: 'oldest' });
    await hub.surroundings.pass(100);
    Object.assign(hub, { epoch, head });
    await hub.surroundings.pass(5 * MINUTE);
    expect(client.resets.map((reset) => reset.reason)).toEqual([reason]);
    expect(client.delivered).toEqual([...numbers(1, 8), ...numbers(1, head)]);
    hub.publish(2);
    await hub.surroundings.pass(5 * MINUTE);
    expect(client.delivered).toEqual([...numbers(1, 8), ...numbers(1, head + 2)]);
  });

  it('takes no number of another history for one that it has seen', async () => {
    const hub = new FakeHub();
    hub.publish(8);
    const client = startClient(hub, { cursor: 'oldest', strict: true });
    await hub.surroundings.pass(100);
    Object.assign(hub, { epoch: 'e2', head: 7 });
    hub.cut();
    await hub.surroundings.pass(5000);
    hub.publish(3);
    await hub.surroundings.pass(5 * MINUTE);
    expect(client.delivered).toEqual([...numbers(1, 8), ...numbers(1, 10)]);
  });
});
