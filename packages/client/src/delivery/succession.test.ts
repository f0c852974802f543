import { asSequence } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { numbers, startClient } from '../../test/client-under-test.ts';
import { FakeHub } from '../../test/fake-hub.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('a client that loses its socket', () => {
  it('comes back from its cursor, without gap or repeat', async () => {
    const hub = new FakeHub();
    const client = startClient(hub, { cursor: 'oldest' });
    hub.publish(3);
    await hub.surroundings.pass(100);
    hub.cut();
    hub.publish(15);
    expect(client.delivery.state).toBe('connecting');
    await hub.surroundings.pass(2000);
    expect(client.delivered).toEqual(numbers(1, 18));
    expect(client.delivery.state).toBe('live');
    expect(client.statuses).toContainEqual({
      state: 'connecting',
      previous: 'live',
      reason: 'socket-closed',
      retryMilliseconds: 500,
    });
  });

  it('waits longer with every failure, at most half a minute, and asks for a new token after a refusal', async () => {
    const hub = new FakeHub(() => 0.999);
    hub.admits = () => false;
    const reasons: string[] = [];
    const client = startClient(hub, { token: (reason) => `token-${reasons.push(reason)}` });
    await hub.surroundings.pass(5 * MINUTE);
    const waits = client.statuses.flatMap(({ retryMilliseconds }) => retryMilliseconds ?? []);
    expect(waits.slice(0, 7)).toEqual([999, 1998, 3996, 7992, 15984, 29970, 29970]);
    expect(reasons.slice(0, 3)).toEqual(['connect', 'refused', 'refused']);
    hub.admits = () => true;
    await hub.surroundings.pass(MINUTE);
    expect(client.delivery.state).toBe('live');
  });

  it('gives a socket up that does not answer, and one that never opens', async () => {
    const hub = new FakeHub();
    const client = startClient(hub);
    hub.publish(1);
    await hub.surroundings.pass(100);
    for (const socket of hub.open) socket.isDead = true;
    hub.publish(2);
    await hub.surroundings.pass(5 * MINUTE);
    expect(client.delivered).toEqual([2, 3]);
    expect(client.path()).toContain('connecting: hub-silent');
    expect(hub.open).toHaveLength(1);
  });

  it('asks at once when it wakes, and not at the next heartbeat', async () => {
    const hub = new FakeHub();
    const client = startClient(hub);
    hub.publish(1);
    await hub.surroundings.pass(100);
    for (const socket of hub.open) socket.isDead = true;
    hub.publish(2);
    hub.surroundings.wake();
    await hub.surroundings.pass(20_000);
    expect(client.delivered).toEqual([2, 3]);
    expect(client.path()).toContain('connecting: hub-silent');
  });

  it('does not wait to connect when it wakes, opens one socket only, and is told nothing more once closed', async () => {
    const hub = new FakeHub();
    hub.admits = () => false;
    const client = startClient(hub);
    await hub.surroundings.pass(5 * MINUTE);
    hub.admits = () => true;
    hub.surroundings.wake();
    hub.surroundings.wake();
    await hub.surroundings.pass(100);
    expect(client.delivery.state).toBe('live');
    expect(hub.open).toHaveLength(1);
    await client.delivery.close();
    expect(hub.surroundings.sleepers).toBe(0);
  });

  it('survives a token function that fails, or never answers, or gives nothing', async () => {
    const hub = new FakeHub();
    const answers: (() => string | Promise<string>)[] = [
      () => {
        throw new Error('no network');
      },
      () => Promise.reject(new Error('no network')),
      () => new Promise(() => undefined),
      () => '',
    ];
    const client = startClient(hub, { token: () => answers.shift()?.() ?? 'token' });
    await hub.surroundings.pass(2 * MINUTE);
    expect(client.delivery.state).toBe('live');
    expect(client.errors.map(({ code }) => code)).toEqual(Array(4).fill('TOKEN_FAILED'));
  });

  it('opens one socket, though a token comes after another was asked for in its place', async () => {
    const hub = new FakeHub();
    const late = (token: string) =>
      new Promise<string>((resolve) => hub.surroundings.schedule(40_000, () => resolve(token)));
    const tokens = [() => late('late'), () => 'soon'];
    startClient(hub, { token: () => tokens.shift()?.() ?? 'token' });
    await hub.surroundings.pass(2 * MINUTE);
    expect(hub.sockets.map(({ token }) => token)).toEqual(['soon']);
  });

  it('waits for a short time only after a socket that has lived well', async () => {
    const hub = new FakeHub();
    hub.admits = () => hub.sockets.length > 5;
    const client = startClient(hub);
    await hub.surroundings.pass(2 * MINUTE);
    expect(client.delivery.state).toBe('live');
    hub.cut();
    expect(client.statuses.at(-1)?.retryMilliseconds).toBe(500);
  });

  it('survives a socket that cannot be made, and what is no frame', async () => {
    const hub = new FakeHub();
    const { connect } = hub.surroundings;
    hub.surroundings.connect = () => {
      hub.surroundings.connect = connect;
      throw new SyntaxError('a protocol with a space');
    };
    const client = startClient(hub);
    await hub.surroundings.pass(MINUTE);
    hub.open[0]?.events.received('{"type":"events","from":"x"}');
    await hub.surroundings.pass(MINUTE);
    expect(client.errors.map(({ code }) => code)).toEqual(['SOCKET_FAILED', 'PROTOCOL_BROKEN']);
    expect(client.delivery.state).toBe('live');
  });
});

describe('make before break', () => {
  it('replaces a socket before it is two hours old, without a moment without one', async () => {
    const hub = new FakeHub();
    const client = startClient(hub);
    hub.publish(1);
    await hub.surroundings.pass(1000);
    for (let minute = 0; minute < 300; minute += 1) {
      hub.publish(1);
      await hub.surroundings.pass(MINUTE);
    }
    expect(client.delivered).toEqual(numbers(2, 301));
    expect(hub.sockets).toHaveLength(3);
    expect(hub.open).toHaveLength(1);
    expect(client.path()).toEqual([
      'connecting: starting',
      'catching-up: subscribed',
      ...Array(client.statuses.length - 2).fill('live: caught-up'),
    ]);
    expect(client.delivery.state).toBe('live');
  });

  it('closes the old socket only when the new one has caught up, and repeats nothing that both bring', async () => {
    const hub = new FakeHub();
    const client = startClient(hub);
    await hub.surroundings.pass(1000);
    hub.publish(1);
    await hub.surroundings.pass(1000);
    let isHeld = true;
    hub.ignores = () => isHeld && hub.sockets.length > 1;
    await hub.surroundings.pass(104.5 * MINUTE);
    expect(hub.open).toHaveLength(2);
    hub.publish(3);
    await hub.surroundings.pass(20);
    expect(client.delivered).toEqual(numbers(1, 4));
    isHeld = false;
    await hub.surroundings.pass(MINUTE);
    expect(hub.open).toHaveLength(1);
    expect(hub.sockets[0]?.state).toBe('closed');
    hub.publish(2);
    await hub.surroundings.pass(MINUTE);
    expect(client.delivered).toEqual(numbers(1, 6));
  });

  it('tries again while the old socket goes on, if the new one comes to nothing', async () => {
    const hub = new FakeHub();
    const client = startClient(hub);
    await hub.surroundings.pass(1000);
    hub.admits = () => false;
    await hub.surroundings.pass(1.9 * HOUR);
    hub.publish(2);
    await hub.surroundings.pass(1000);
    expect(client.delivered).toEqual([1, 2]);
    expect(hub.sockets.length).toBeGreaterThan(2);
    hub.admits = () => true;
    await hub.surroundings.pass(MINUTE);
    expect(hub.open).toEqual([hub.sockets.at(-1)]);
    expect(hub.sockets[0]?.state).toBe('closed');
  });

  it('goes on with the new socket if the old one is lost meanwhile', async () => {
    const hub = new FakeHub();
    const client = startClient(hub, { cursor: { epoch: '', sequence: asSequence(0) } });
    hub.publish(2);
    await hub.surroundings.pass(1000);
    let isHeld = true;
    hub.loses = ({ type }) => isHeld && type === 'synced' && hub.sockets.length > 1;
    await hub.surroundings.pass(104.6 * MINUTE);
    await hub.surroundings.pass(30_000);
    expect(hub.sockets.length).toBeGreaterThan(1);
    hub.cut(hub.sockets[0]);
    hub.publish(3);
    isHeld = false;
    await hub.surroundings.pass(MINUTE);
    expect(client.delivered).toEqual(numbers(1, 5));
    expect(hub.open).toHaveLength(1);
    expect(client.delivery.state).toBe('live');
  });

  it('is live with the new socket, though the old one was never subscribed', async () => {
    const hub = new FakeHub();
    hub.ignores = ({ action }) => action === 'subscribe' && hub.sockets.length === 1;
    hub.refuses = ({ action }) => (action === 'token' ? { code: 'INTERNAL_ERROR' } : undefined);
    const expiring = () => `h.${btoa(JSON.stringify({ exp: hub.surroundings.now() / 1000 + 8 }))}.s`;
    const client = startClient(hub, { token: expiring });
    await hub.surroundings.pass(7000);
    expect(hub.sockets).toHaveLength(2);
    expect(client.delivery.state).toBe('live');
  });
});
