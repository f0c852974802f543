import { describe, expect, it } from 'vitest';
import { startClient } from '../../test/client-under-test.ts';
import { FakeHub } from '../../test/fake-hub.ts';

const MINUTE = 60_000;

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
