import { describe, expect, it } from 'vitest';
import { Watch, type WatchOptions } from './watch.ts';

const event = { id: 'one', type: 'bank.test:created@v1', tenantid: 'acme' };
const recorded = { ...event, sequence: '00000000000000000042', recordedtime: '2026-01-31T09:30:00Z' };
const identity = { tenant: 'acme', organizations: [], user: 'ada', roles: [], scopes: [], expiresAt: undefined };

/** A watch over a hub that is played: `come` is what comes in live, `found` what the history has at each look. */
function watching(found: readonly unknown[] = [], over: Partial<WatchOptions> = {}) {
  let time = 0;
  let looks = 0;
  const handlers = new Set<(event: never) => unknown>();
  const watch = new Watch({
    event,
    identity,
    live: {
      state: 'live',
      on: ((_: string, handler: (event: never) => unknown) => {
        handlers.add(handler);
        return () => handlers.delete(handler);
      }) as never,
    },
    history: {
      event: async () => {
        const answer = found[Math.min(looks++, found.length - 1)];
        if (answer instanceof Error) throw answer;
        return answer as never;
      },
    },
    now: () => time,
    wait: async (milliseconds) => {
      time += milliseconds;
    },
    ...over,
  });
  const come = (what: unknown) => {
    for (const handler of handlers) handler(what as never);
  };
  return { watch, come, handlers };
}

describe('looking out for an event', () => {
  it('sees it come in live, also before the hub has answered, and no other event', async () => {
    const { watch, come, handlers } = watching();
    come({ ...recorded, id: 'another' });
    expect(watch.sighting.kind).toBe('waiting');
    come(recorded);
    await watch.accepted();
    expect(watch.sighting).toMatchObject({ kind: 'recorded', sequence: 42, by: 'live' });
    expect(handlers.size).toBe(0);
  });

  it('finds it in the history where it does not come in live', async () => {
    const { watch } = watching([undefined, new Error('for a moment'), recorded]);
    await watch.accepted();
    expect(watch.sighting).toMatchObject({ kind: 'recorded', sequence: 42, by: 'history' });
  });

  it('does not wait for what whoever looks may not see', async () => {
    const { watch } = watching([undefined], { event: { ...event, roleids: 'auditor' } as never });
    await watch.accepted();
    expect(watch.sighting).toEqual({ kind: 'hidden', rules: ['roles'] });
  });

  it('says after half a minute that it has not been seen, and what kept it from looking', async () => {
    const { watch: without } = watching([undefined]);
    await without.accepted();
    expect(without.sighting).toEqual({ kind: 'missing' });
    const error = new Error('refused');
    const { watch } = watching([error]);
    await watch.accepted();
    expect(watch.sighting).toEqual({ kind: 'missing', error });
  });
});
