import { asSequence } from '@tidings/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numbers, settleable, startClient } from '../../test/client-under-test.ts';
import { FakeHub, tokenUntil } from '../../test/fake-hub.ts';
import { memoryCursorStore } from './index.ts';

const MINUTE = 60_000;

describe('close', () => {
  it('hands over nothing more, and ends when the handler has, with its cursor saved', async () => {
    const hub = new FakeHub();
    hub.publish(5);
    const gate = settleable();
    const store = memoryCursorStore({ epoch: 'e1', sequence: asSequence(0) });
    const client = startClient(hub, { cursorStore: store, onEvent: () => gate.promise });
    await hub.surroundings.pass(100);
    let isClosed = false;
    const closed = client.delivery.close().then(() => {
      isClosed = true;
    });
    expect(client.delivery.state).toBe('closed');
    expect(hub.open).toEqual([]);
    await hub.surroundings.pass(MINUTE);
    expect(isClosed).toBe(false);
    gate.resolve();
    await closed;
    expect(client.delivered).toEqual([1]);
    expect(store.cursor?.sequence).toBe(1);
    expect(hub.surroundings.pending).toBe(0);
  });

  it('may be called by a handler, by onStatus and twice', async () => {
    const hub = new FakeHub();
    hub.publish(5);
    const byHandler = startClient(hub, { cursor: 'oldest', onEvent: () => void byHandler.delivery.close() });
    const byStatus = startClient(hub, {
      cursor: 'oldest',
      onStatus: ({ state }) => void (state === 'catching-up' && byStatus.delivery.close()),
    });
    await hub.surroundings.pass(MINUTE);
    await byHandler.delivery.close();
    await byStatus.delivery.close();
    expect(byHandler.delivered).toEqual([1]);
    expect(byStatus.delivered).toEqual([]);
    expect(byStatus.path().at(-1)).toBe('closed: closed');
    expect(hub.surroundings.pending).toBe(0);
  });

  it('leaves no timer and no socket at whatever moment it comes', async () => {
    for (let moment = 0; moment < 140; moment += 1) {
      const hub = new FakeHub();
      hub.publish(12);
      let asked = 0;
      const client = startClient(hub, {
        cursor: 'oldest',
        timing: { socketLife: 60, answer: 8, stable: 15 },
        token() {
          asked += 1;
          const token = tokenUntil(Math.floor(hub.surroundings.now() / 1000) + 3600, `t${asked}`);
          return asked % 2 === 0 ? token : new Promise((resolve) => hub.surroundings.schedule(3, () => resolve(token)));
        },
        onEvent: ({ sequence }) =>
          Number(sequence) % 2 === 0
            ? undefined
            : new Promise<void>((resolve) => hub.surroundings.schedule(2, resolve)),
      });
      await hub.surroundings.pass(moment);
      const closed = client.delivery.close();
      const { length } = client.delivered;
      const sockets = hub.sockets.length;
      // What is left is the hub's, and the handler's and the token function's own.
      await hub.surroundings.pass(20);
      await closed;
      expect(hub.surroundings.pending).toBe(0);
      expect(hub.open).toEqual([]);
      await hub.surroundings.pass(10 * MINUTE);
      expect([client.delivered.length, hub.sockets.length]).toEqual([length, sockets]);
    }
  });
});

/** What can happen to a client, and how long it is left alone after it. */
const trouble = fc.record({
  kind: fc.constantFrom(
    'publish',
    'foreign',
    'lost',
    'cut',
    'dead',
    'forget',
    'refuse',
    'admit',
    'repeat',
    'vanish',
    'error',
  ),
  count: fc.integer({ min: 1, max: 14 }),
  wait: fc.constantFrom(0, 3, 7, 20, 400, 20_000, 5 * MINUTE, 55 * MINUTE),
});

interface Trouble {
  readonly kind: string;
  readonly count: number;
}

function cause(hub: FakeHub, { kind, count }: Trouble): void {
  const causes: Readonly<Record<string, () => void>> = {
    publish: () => hub.publish(count),
    foreign: () => hub.publish(count, { isFor: false }),
    lost: () => hub.publish(count, { isLost: true }),
    cut: () => hub.cut(),
    dead: () => {
      for (const socket of hub.open) socket.isDead = true;
    },
    forget: () => {
      for (const socket of hub.open) socket.isSubscribed = false;
    },
    refuse: () => {
      hub.admits = () => false;
    },
    admit: () => {
      hub.admits = () => true;
    },
    repeat: () => hub.deliver(Math.max(1, hub.head - count), hub.head),
    vanish: () => {
      let left = count;
      hub.loses = () => {
        left -= 1;
        return left >= 0 && left % 2 === 0;
      };
    },
    error: () => {
      let left = count % 4;
      const codes = ['INTERNAL_ERROR', 'RATE_LIMITED', 'TOKEN_EXPIRED', 'NOT_SUBSCRIBED'];
      hub.refuses = ({ action }) => {
        left -= 1;
        const code = codes[(left + count) % codes.length] ?? 'INTERNAL_ERROR';
        // Whoever subscribes is never told that it has not.
        return left < 0 || (code === 'NOT_SUBSCRIBED' && action !== 'sync')
          ? undefined
          : { code, retryAfterSeconds: 1 };
      };
    },
  };
  causes[kind]?.();
}

describe('whatever happens', () => {
  it.each([
    ['at once', false, false],
    ['in order', true, false],
    ['at once, to a slow handler', false, true],
    ['in order, to a slow handler', true, true],
  ])('every event comes once, %s', async (_case, strict, isSlow) => {
    await fc.assert(
      fc.asyncProperty(fc.array(trouble, { maxLength: 25 }), fc.integer(), async (troubles, seed) => {
        let state = seed;
        const random = () => {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
          return (state >>> 0) / 2 ** 32;
        };
        const hub = new FakeHub(random);
        const client = startClient(hub, {
          strict,
          cursor: { epoch: '', sequence: asSequence(0) },
          timing: { queue: 6 },
          token: () => tokenUntil(Math.floor(hub.surroundings.now() / 1000) + 1200),
          onEvent: () => (isSlow ? new Promise<void>((resolve) => hub.surroundings.schedule(9, resolve)) : undefined),
        });
        for (const { wait, ...one } of troubles) {
          cause(hub, one);
          await hub.surroundings.pass(wait);
        }
        hub.admits = () => true;
        hub.loses = () => false;
        hub.refuses = () => undefined;
        await hub.surroundings.pass(20 * MINUTE);
        const expected = numbers(1, hub.head).filter((sequence) => !hub.foreign.has(sequence));
        const got = strict ? client.delivered : client.delivered.toSorted((one, other) => one - other);
        expect(got).toEqual(expected);
        expect(client.delivery.cursor?.sequence).toBe(hub.head);
        expect(client.delivery.state).toBe('live');
        expect(client.resets).toEqual([]);
        expect(hub.open).toHaveLength(1);
        await client.delivery.close();
        await hub.surroundings.pass(100);
        expect(hub.surroundings.pending).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
