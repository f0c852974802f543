import { describe, expect, it } from 'vitest';
import { startClient } from '../../test/client-under-test.ts';
import { FakeHub, tokenUntil } from '../../test/fake-hub.ts';

const MINUTE = 60_000;

/** Tokens that last so long from when they are asked for, numbered. */
function issuer(hub: FakeHub, seconds: number) {
  const reasons: string[] = [];
  const token = (reason: string): string => {
    reasons.push(reason);
    return tokenUntil(Math.floor(hub.surroundings.now() / 1000) + seconds, `t${reasons.length}`);
  };
  return { token, reasons };
}

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

  it('is asked for anew where the hub did not take the one for the socket', async () => {
    const hub = new FakeHub();
    const { token, reasons } = issuer(hub, 600);
    hub.refuses = ({ action }) => (action === 'token' ? { code: 'TENANT_MISMATCH' } : undefined);
    startClient(hub, { token });
    await hub.surroundings.pass(8.6 * MINUTE);
    expect(reasons).toEqual(['connect', 'renew', 'refused']);
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
