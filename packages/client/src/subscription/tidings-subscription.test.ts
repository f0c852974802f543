import { describe, expect, it } from 'vitest';
import { numbers, settleable } from '../../test/client-under-test.ts';
import { ConsumerUnderTest, type Transport } from '../../test/consumer-under-test.ts';
import type { FakeHub } from '../../test/fake-hub.ts';

const MINUTE = 60_000;

describe.each<Transport>(['pull', 'socket'])('a consumer of a durable subscription by %s', (transport) => {
  it('is given each event in order, and acknowledges them', async () => {
    const world = new ConsumerUnderTest(transport);
    world.hub.publish(250);
    const consumer = world.start();
    await world.pass(10_000);
    world.hub.publish(2);
    await world.pass(30_000);
    expect(world.given).toEqual(numbers(1, 252));
    expect([world.cursor, consumer.state, world.errors]).toEqual([252, 'live', []]);
  });

  it('waits for each handler before the next, if it takes one at a time', async () => {
    const world = new ConsumerUnderTest(transport);
    world.hub.publish(3);
    const gates = [settleable(), settleable(), settleable()];
    world.start({ onEvent: ({ sequence }) => gates[Number(sequence) - 1]?.promise });
    await world.pass(5000);
    expect([world.given, world.cursor]).toEqual([[1], 0]);
    gates[0]?.resolve();
    await world.pass(5000);
    expect(world.given).toEqual([1, 2]);
    gates[1]?.resolve();
    gates[2]?.resolve();
    await world.pass(5000);
    expect([world.given, world.cursor]).toEqual([[1, 2, 3], 3]);
  });

  it('gives an event again that a handler failed at, and what follows, with growing waits', async () => {
    const world = new ConsumerUnderTest(transport);
    world.hub.publish(4);
    let failures = 0;
    const consumer = world.start({
      onEvent: ({ sequence }) => {
        if (Number(sequence) !== 3 || failures === 3) return;
        failures += 1;
        throw new Error(`failure ${failures}`);
      },
    });
    await world.pass(2 * MINUTE);
    expect(world.given).toEqual([1, 2, 3, 3, 3, 3, 4]);
    expect(world.errors.map(({ code, eventId }) => [code, eventId])).toEqual(
      Array(3).fill(['HANDLER_FAILED', 'event-3']),
    );
    expect([world.cursor, consumer.state]).toEqual([4, 'live']);
    const waits = world.statuses
      .filter(({ reason }) => reason === 'handler-failed')
      .map((one) => one.retryMilliseconds);
    expect(waits).toEqual([500, 1000, 2000]);
  });

  it('is rid of an event that always fails when somebody else acknowledges it', async () => {
    const world = new ConsumerUnderTest(transport);
    world.hub.publish(3);
    world.start({ onEvent: ({ sequence }) => Number(sequence) === 2 && Promise.reject(new Error('poison')) });
    await world.pass(MINUTE);
    expect([world.cursor, world.given.includes(3)]).toEqual([1, false]);
    world.hub.subscription = { epoch: 'e1', sequence: 2 } as FakeHub['subscription'];
    await world.pass(MINUTE);
    expect([world.cursor, world.given.at(-1)]).toEqual([3, 3]);
  });

  it('handles several at once, and acknowledges what has no gap', async () => {
    const world = new ConsumerUnderTest(transport);
    world.hub.publish(5);
    const gates = numbers(1, 5).map(settleable);
    world.start({ concurrency: 3, onEvent: ({ sequence }) => gates[Number(sequence) - 1]?.promise });
    await world.pass(5000);
    expect(world.given).toEqual([1, 2, 3]);
    gates[1]?.resolve();
    gates[2]?.resolve();
    await world.pass(5000);
    expect([world.given, world.cursor]).toEqual([[1, 2, 3, 4, 5], 0]);
    for (const gate of gates) gate.resolve();
    await world.pass(5000);
    expect([world.given, world.cursor]).toEqual([[1, 2, 3, 4, 5], 5]);
  });

  it('gives what ended after a failure again, of those at once', async () => {
    const world = new ConsumerUnderTest(transport);
    world.hub.publish(4);
    let hasFailed = false;
    world.start({
      concurrency: 4,
      onEvent: ({ sequence }) => {
        if (Number(sequence) !== 2 || hasFailed) return;
        hasFailed = true;
        throw new Error('once');
      },
    });
    await world.pass(MINUTE);
    expect([world.given[0], world.given.filter((one) => one === 2).length, world.cursor]).toEqual([1, 2, 4]);
    expect(world.given.filter((one) => one === 1)).toEqual([1]);
  });

  it('stops when its handlers have ended, and leaves what it has not begun', async () => {
    const world = new ConsumerUnderTest(transport);
    world.hub.publish(10);
    const gate = settleable();
    const consumer = world.start({ onEvent: ({ sequence }) => (Number(sequence) === 3 ? gate.promise : undefined) });
    await world.pass(1000);
    let isStopped = false;
    const stopping = consumer.stop().then(() => {
      isStopped = true;
    });
    await world.pass(MINUTE);
    expect([isStopped, world.given]).toEqual([false, [1, 2, 3]]);
    gate.resolve();
    await world.pass(100);
    await stopping;
    await consumer.stop();
    await consumer.ended;
    await world.pass(MINUTE);
    expect([world.given, world.cursor, consumer.state]).toEqual([[1, 2, 3], 3, 'closed']);
    expect(world.hub.surroundings.pending).toBe(0);
    expect(() => consumer.start()).toThrow('was not stopped');
  });

  it('stops without a handler that takes too long, whose event comes again in the next life', async () => {
    const world = new ConsumerUnderTest(transport);
    world.hub.publish(3);
    const never = new Promise<never>(() => undefined);
    const first = world.start({ onEvent: ({ sequence }) => (Number(sequence) === 2 ? never : undefined) });
    await world.pass(1000);
    const stopping = first.stop({ timeout: 500 });
    await world.pass(1000);
    await stopping;
    expect(world.cursor).toBe(1);
    world.start();
    await world.pass(5000);
    expect([world.given, world.cursor]).toEqual([[1, 2, 2, 3], 3]);
  });

  it('waits while the subscription is paused, and goes on', async () => {
    const world = new ConsumerUnderTest(transport);
    world.hub.isPaused = true;
    world.hub.publish(2);
    const consumer = world.start();
    await world.pass(MINUTE);
    expect([world.given, consumer.state, world.errors]).toEqual([[], 'behind', []]);
    world.hub.isPaused = false;
    await world.pass(MINUTE);
    expect([world.given, world.cursor, consumer.state]).toEqual([[1, 2], 2, 'live']);
  });

  it('ends with an error where there is no such subscription', async () => {
    const world = new ConsumerUnderTest(transport);
    world.hub.subscription = undefined;
    world.hub.refuses = () => ({ code: 'SUBSCRIPTION_NOT_FOUND' });
    const consumer = world.start();
    await world.pass(MINUTE);
    await expect(consumer.ended).rejects.toMatchObject({
      code: 'HUB_REFUSED',
      cause: { code: 'SUBSCRIPTION_NOT_FOUND' },
    });
    expect(world.errors).toHaveLength(1);
    expect([consumer.state, world.hub.surroundings.pending]).toEqual(['closed', 0]);
  });

  it('creates the subscription if that is asked for and there is none', async () => {
    const world = new ConsumerUnderTest(transport);
    world.hub.publish(3);
    world.hub.subscription = undefined;
    const create = { filter: { types: ['bank.*'] }, cursor: 'oldest' } as const;
    world.start({ create });
    await world.pass(5000);
    const created = world.api.calls.filter(({ path }) => path === '/subscriptions');
    expect(created.map(({ body }) => body)).toEqual([
      { name: 'billing', filter: { types: ['bank.*'] }, cursor: { sequence: 0 } },
    ]);
    expect(world.given).toEqual([1, 2, 3]);
    const other = world.start({ create });
    await world.pass(5000);
    expect([world.api.calls.filter(({ path }) => path === '/subscriptions').length, other.state]).toEqual([1, 'live']);
  });

  it('is told that history was cut, and goes on with what is left', async () => {
    const world = new ConsumerUnderTest(transport);
    world.hub.publish(20);
    world.hub.oldest = 16;
    world.start();
    await world.pass(MINUTE);
    expect(world.resets.map(({ reason, oldest }) => [reason, oldest])).toEqual([['retention', 16]]);
    expect([world.given, world.cursor]).toEqual([numbers(16, 20), 20]);
  });

  it('goes on in another history', async () => {
    const world = new ConsumerUnderTest(transport);
    world.hub.publish(5);
    world.start();
    await world.pass(5000);
    Object.assign(world.hub, { epoch: 'e2', head: 3 });
    world.hub.cut();
    await world.pass(MINUTE);
    expect(world.resets.map(({ reason }) => reason)).toEqual(['epoch']);
    expect([world.given, world.hub.subscription]).toEqual([[1, 2, 3, 4, 5, 1, 2, 3], { epoch: 'e2', sequence: 3 }]);
  });

  it('stops when its signal is aborted', async () => {
    const world = new ConsumerUnderTest(transport);
    const controller = new AbortController();
    const consumer = world.start({ signal: controller.signal });
    await world.pass(1000);
    controller.abort();
    await world.pass(1000);
    await consumer.ended;
    expect([consumer.state, world.hub.surroundings.pending]).toEqual(['closed', 0]);
    const other = world.start({ signal: controller.signal });
    await world.pass(1000);
    await other.ended;
  });

  it('stops before it has begun', async () => {
    const consumer = new ConsumerUnderTest(transport).create();
    await consumer.stop();
    await consumer.ended;
    expect(consumer.state).toBe('closed');
  });

  describe('with a loop', () => {
    it('gives what was not acknowledged again', async () => {
      const world = new ConsumerUnderTest(transport);
      world.hub.publish(3);
      const consumer = world.createLoop();
      let skips = 1;
      const loop = (async () => {
        for await (const { event, ack } of consumer.deliveries()) {
          world.given.push(Number(event.sequence));
          if (Number(event.sequence) === 2 && skips > 0) skips -= 1;
          else ack();
          if (Number(event.sequence) === 3) break;
        }
      })();
      await world.pass(MINUTE);
      await loop;
      await consumer.ended;
      expect([world.given, world.cursor]).toEqual([[1, 2, 2, 3], 3]);
    });

    it('gives several before the first is acknowledged, as many as it was told', async () => {
      const world = new ConsumerUnderTest(transport);
      world.hub.publish(5);
      const consumer = world.createLoop({ concurrency: 2 });
      const acks: (() => void)[] = [];
      const loop = (async () => {
        for await (const { event, ack } of consumer.deliveries()) {
          world.given.push(Number(event.sequence));
          acks.push(ack);
        }
      })();
      await world.pass(5000);
      expect(world.given).toEqual([1, 2]);
      acks[1]?.();
      await world.pass(5000);
      expect([world.given, world.cursor]).toEqual([[1, 2, 3], 0]);
      acks[0]?.();
      acks[2]?.();
      await world.pass(5000);
      expect([world.given, world.cursor]).toEqual([[1, 2, 3, 4, 5], 3]);
      const stopping = consumer.stop({ timeout: 100 });
      await world.pass(1000);
      await Promise.all([stopping, loop]);
    });

    it('acknowledges what the loop was dealing with when it was stopped', async () => {
      const world = new ConsumerUnderTest(transport);
      world.hub.publish(3);
      const consumer = world.createLoop();
      const gate = settleable();
      const loop = (async () => {
        for await (const { event, ack } of consumer.deliveries()) {
          world.given.push(Number(event.sequence));
          await gate.promise;
          ack();
        }
      })();
      await world.pass(1000);
      const stopping = consumer.stop();
      await world.pass(1000);
      gate.resolve();
      await world.pass(1000);
      await Promise.all([stopping, loop]);
      expect([world.given, world.cursor]).toEqual([[1], 1]);
    });

    it('stops without a loop that takes too long, whose event comes again in the next life', async () => {
      const world = new ConsumerUnderTest(transport);
      world.hub.publish(1);
      const consumer = world.createLoop();
      const iterator = consumer.deliveries()[Symbol.asyncIterator]();
      const asked = iterator.next();
      await world.pass(1000);
      const { value } = await asked;
      const stopping = consumer.stop({ timeout: 500 });
      await world.pass(1000);
      await stopping;
      value?.ack();
      await world.pass(1000);
      expect([world.cursor, await iterator.next()]).toEqual([0, { done: true, value: undefined }]);
    });

    it('throws in the loop what the hub refuses', async () => {
      const world = new ConsumerUnderTest(transport);
      world.hub.subscription = undefined;
      world.hub.refuses = () => ({ code: 'SUBSCRIPTION_NOT_FOUND' });
      const loop = world.createLoop().deliveries()[Symbol.asyncIterator]().next();
      const refused = expect(loop).rejects.toMatchObject({ code: 'HUB_REFUSED' });
      await world.pass(5000);
      await refused;
    });
  });
});

describe('pulling', () => {
  it('asks more rarely while nothing comes, and at once while there is more', async () => {
    const world = new ConsumerUnderTest('pull');
    world.start();
    await world.pass(10 * MINUTE);
    // 1, 2, 4, 8, 16 and then every 20 seconds, a little earlier by chance.
    expect(world.api.pulls).toBeGreaterThanOrEqual(30);
    expect(world.api.pulls).toBeLessThanOrEqual(42);
    const before = world.api.pulls;
    world.hub.publish(1000);
    await world.pass(20_000 + 500);
    expect(world.given).toEqual(numbers(1, 1000));
    expect(world.api.pulls - before).toBeGreaterThanOrEqual(10);
  });

  it('moves the cursor over what is for others', async () => {
    const world = new ConsumerUnderTest('pull');
    world.hub.publish(7, { isFor: false });
    world.start();
    await world.pass(1000);
    expect([world.given, world.cursor]).toEqual([[], 7]);
  });

  it('does not hand over again what is done, though the acknowledgement was lost', async () => {
    const world = new ConsumerUnderTest('pull');
    world.hub.publish(3);
    let losses = 2;
    world.api.refuses = ({ path }) => {
      if (!path.endsWith('/ack') || losses === 0) return undefined;
      losses -= 1;
      return { status: 503, code: 'INTERNAL_ERROR' };
    };
    const consumer = world.start();
    await world.pass(MINUTE);
    expect([world.given, world.cursor, consumer.state]).toEqual([[1, 2, 3], 3, 'live']);
    expect(world.errors.map(({ code }) => code)).toEqual(['HUB_REFUSED', 'HUB_REFUSED']);
  });

  it('begins anew with a subscription that was made under the same name', async () => {
    const world = new ConsumerUnderTest('pull');
    world.hub.publish(3);
    world.start();
    await world.pass(5000);
    world.hub.subscription = { epoch: 'e1', sequence: 0 } as FakeHub['subscription'];
    await world.pass(MINUTE);
    expect(world.given).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it('asks for another token when the hub does not take the last, and for a new one before it ends', async () => {
    const world = new ConsumerUnderTest('pull');
    const reasons: string[] = [];
    world.api.refuses = ({ token }) => (token === 'connect' ? { status: 401, code: 'TOKEN_EXPIRED' } : undefined);
    const consumer = world.start({
      token: (reason) => {
        reasons.push(reason);
        return reason;
      },
    });
    await world.pass(MINUTE);
    expect([reasons, consumer.state]).toEqual([['connect', 'refused'], 'live']);
  });

  it('goes on after a network that broke, a token function that failed and an answer that never came', async () => {
    const world = new ConsumerUnderTest('pull');
    world.hub.publish(3);
    let calls = 0;
    const { fetch } = world.api;
    const consumer = world.start({
      token: () => {
        calls += 1;
        if (calls === 1) throw new Error('no token');
        return 'token';
      },
      fetch: (url, request) => {
        calls += 1;
        if (calls === 3) throw new TypeError('fetch failed');
        return calls === 4 ? new Promise(() => undefined) : fetch(url, request);
      },
    });
    await world.pass(2 * MINUTE);
    expect([world.given, consumer.state]).toEqual([[1, 2, 3], 'live']);
    expect(world.errors.map(({ code }) => code)).toEqual(['HUB_FAILED', 'HUB_FAILED', 'HUB_FAILED']);
  });

  it('acknowledges now and then while it works at a long page', async () => {
    const world = new ConsumerUnderTest('pull');
    world.hub.publish(100);
    const wait = (): Promise<void> =>
      new Promise((resolve) => {
        world.hub.surroundings.schedule(100, resolve);
      });
    world.start({ onEvent: wait });
    await world.pass(5500);
    expect(world.cursor).toBeGreaterThanOrEqual(35);
    expect(world.api.acknowledged.length).toBeLessThanOrEqual(6);
  });

  it('encodes the name twice', async () => {
    const world = new ConsumerUnderTest('pull');
    world.start({ name: 'a/b?' });
    world.start({ name: '..' });
    await world.pass(100);
    expect(world.api.calls.map(({ path }) => path.split('/events')[0])).toEqual([
      '/subscriptions/a%252Fb%253F',
      '/subscriptions/%252E%252E',
    ]);
  });
});

describe('a consumer that cannot be', () => {
  it.each([
    ['without apiUrl', { apiUrl: undefined }],
    ['with a url that is none', { transport: 'socket', url: 'https://hub.example' }],
    ['without a name', { name: '' }],
    ['without a token function', { token: 'x' }],
    ['of another transport', { transport: 'queue' }],
    ['with no room for an event', { concurrency: 0 }],
    ['with half an event at once', { concurrency: 1.5 }],
    ['with too large pages', { limit: 1001 }],
    ['with a handler that is none', { onEvent: 'x' }],
    ['that is to create a filter that cannot be used', { create: { filter: { kinds: [] } } }],
    ['that is to begin at no cursor', { create: { cursor: { sequence: 4 } } }],
  ])('is refused %s as it is made', (_, wrong) => {
    const world = new ConsumerUnderTest('pull');
    expect(() => world.createLoop(wrong as never)).toThrow(/[Ee]xpected|cannot be used/);
  });

  it('is refused without anybody to give events to, or with two', async () => {
    const world = new ConsumerUnderTest('pull');
    expect(() => world.createLoop().start()).toThrow('loop over deliveries()');
    expect(() => world.create().deliveries()[Symbol.asyncIterator]()).toThrow('another taker of events');
  });
});

describe('a consumer by pull that asks too often', () => {
  it.each([
    ['7', 7000],
    ['0', 500],
    ['86400', 500],
    ['soon', 500],
    [undefined, 500],
  ])('waits as long as the hub says, if it says something sensible: %j', async (retryAfter, wait) => {
    const world = new ConsumerUnderTest('pull');
    world.hub.publish(3);
    let refusals = 1;
    world.api.refuses = () => {
      refusals -= 1;
      return refusals < 0 ? undefined : { status: 429, code: 'RATE_LIMITED', ...(retryAfter && { retryAfter }) };
    };
    world.start();
    await world.pass(MINUTE);
    const waits = world.statuses.filter(({ reason }) => reason === 'hub-failed').map((one) => one.retryMilliseconds);
    expect([waits, world.given]).toEqual([[wait], [1, 2, 3]]);
  });
});
