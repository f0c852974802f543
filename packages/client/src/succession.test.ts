import { asSequence } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { numbers, startClient } from '../test/client-under-test.ts';
import { FakeHub, tokenUntil } from '../test/fake-hub.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Tokens that last so long from when they are asked for, numbered. */
function issuer(hub: FakeHub, seconds: number) {
  const reasons: string[] = [];
  const token = (reason: string): string => {
    reasons.push(reason);
    return tokenUntil(Math.floor(hub.surroundings.now() / 1000) + seconds, `t${reasons.length}`);
  };
  return { token, reasons };
}

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

describe('a token that ends', () => {
  it('is renewed on the same socket, some time before; then the client syncs', async () => {
    const hub = new FakeHub();
    const { token, reasons } = issuer(hub, 600);
    const client = startClient(hub, { token });
    await hub.surroundings.pass(9 * MINUTE);
    expect(reasons).toEqual(['connect', 'renew']);
    expect(hub.sockets).toHaveLength(1);
    expect(hub.received.map(({ action }) => action).slice(-3)).toContain('token');
    expect(hub.received.at(-1)?.['action']).toBe('sync');
    await hub.surroundings.pass(51 * MINUTE);
    expect(reasons.length).toBeLessThan(9);
    expect(client.delivery.state).toBe('live');
  });

  it('is replaced along with its socket if the hub takes no other on it, the new one first', async () => {
    const hub = new FakeHub();
    hub.publish(1);
    const { token } = issuer(hub, 600);
    const open: number[] = [];
    hub.refuses = ({ action }) => (action === 'token' ? { code: 'TENANT_MISMATCH' } : undefined);
    const client = startClient(hub, { token, onEvent: () => open.push(hub.open.length) });
    await hub.surroundings.pass(8.6 * MINUTE);
    expect(hub.sockets).toHaveLength(2);
    expect(hub.open).toEqual([hub.sockets[1]]);
    hub.publish(1);
    await hub.surroundings.pass(1000);
    expect(client.delivered).toEqual([2]);
    expect(client.path().filter((step) => step.startsWith('connecting'))).toEqual(['connecting: starting']);
  });

  it('costs a new socket with a new token if the hub says that it has ended', async () => {
    const hub = new FakeHub();
    const ended = new Set<string>();
    let made = 0;
    hub.refuses = (_frame, { token }) => (ended.has(token) ? { code: 'TOKEN_EXPIRED' } : undefined);
    const reasons: string[] = [];
    const client = startClient(hub, {
      token(reason) {
        reasons.push(reason);
        made += 1;
        return `opaque-${made}`;
      },
    });
    hub.publish(1);
    await hub.surroundings.pass(100);
    ended.add('opaque-1');
    hub.publish(1, { isLost: true });
    await hub.surroundings.pass(5 * MINUTE);
    expect(reasons).toEqual(['connect', 'refused']);
    expect(client.delivered).toEqual([2]);
  });

  it('is not asked for without a pause by a clock that is far ahead', async () => {
    const hub = new FakeHub();
    let asked = 0;
    startClient(hub, {
      token() {
        asked += 1;
        return tokenUntil(1_000_000);
      },
    });
    await hub.surroundings.pass(10 * MINUTE);
    expect(asked).toBeLessThan(60);
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
});

describe('an answer that is an error', () => {
  it('waits as long as a hub asks that is asked too often', async () => {
    const hub = new FakeHub();
    let refusals = 1;
    hub.refuses = ({ action }) => {
      const isRefused = action === 'subscribe' && refusals > 0;
      if (isRefused) refusals -= 1;
      return isRefused ? { code: 'RATE_LIMITED', retryAfterSeconds: 7 } : undefined;
    };
    const client = startClient(hub);
    await hub.surroundings.pass(7000);
    expect(client.path().at(-1)).toBe('behind: rate-limited');
    expect(hub.received).toHaveLength(1);
    await hub.surroundings.pass(1000);
    expect(client.delivery.state).toBe('live');
  });

  it('is asked again after a function that broke before it had read the id', async () => {
    const hub = new FakeHub();
    let refusals = 3;
    hub.refuses = () => {
      refusals -= 1;
      return refusals >= 0 ? { id: undefined, code: 'INTERNAL_ERROR' } : undefined;
    };
    const client = startClient(hub);
    await hub.surroundings.pass(MINUTE);
    expect(client.delivery.state).toBe('live');
    expect(hub.sockets).toHaveLength(1);
    expect(client.errors.map(({ code }) => code)).toEqual(Array(3).fill('HUB_REFUSED'));
  });

  it.each(['FILTER_INVALID', 'SUBSCRIPTION_NOT_FOUND', 'SCOPE_MISSING'])('ends the client on %s', async (code) => {
    const hub = new FakeHub();
    hub.refuses = () => ({ code });
    const client = startClient(hub);
    await hub.surroundings.pass(MINUTE);
    expect(client.path().at(-1)).toBe('closed: refused');
    expect(client.errors.map(({ cause }) => (cause as { code: string }).code)).toEqual([code]);
    expect(hub.open).toEqual([]);
    expect(hub.surroundings.pending).toBe(0);
  });
});
