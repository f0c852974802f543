import { NO_EPOCH } from '@tidings/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Capture } from '../test/capture.ts';
import { FakeHub } from '../test/fake-hub.ts';
import { type FollowOptions, follow } from './follow.ts';
import { readTarget } from './target.ts';
import type { Tokens } from './tokens.ts';

let hub: FakeHub;

beforeEach(async () => {
  hub = await FakeHub.start();
});

afterEach(() => hub.close());

const TIMING = { answer: 5000, backoffBase: 2, backoffCap: 10, acknowledge: 1 };

async function start(options: Partial<FollowOptions> = {}) {
  const stop = new AbortController();
  const events = new Capture();
  const statuses = new Capture();
  const tokens: Tokens = { isRenewable: true, next: async () => ({ text: 'a.b.c', expiresAt: undefined }) };
  const done = follow({
    target: await readTarget(undefined, { folder: hub.folder, environment: {} }),
    followed: { filter: {}, start: undefined },
    tokens,
    onEvent: ({ id }) => {
      events.write(`${id}\n`);
    },
    onStatus: (status) => statuses.write(`${status}\n`),
    stop: stop.signal,
    ...options,
    timing: { ...TIMING, ...options.timing },
  });
  return { events, statuses, done, end: () => stop.abort() };
}

test('brings what was missed while the socket was lost, each event once and in order', async () => {
  const { events, statuses, done, end } = await start();
  await statuses.shows('live after 41');
  hub.deliver(42);
  await events.shows('event-42');
  hub.onHandshake = () => 503;
  hub.drop();
  await statuses.shows('found an answer 503; trying again', 3);
  hub.log.record(43, 44);
  hub.onHandshake = () => undefined;
  await events.shows('event-44');
  hub.deliver(45);
  await events.shows('event-45');
  end();
  expect(await done).toEqual({ epoch: 'e1', sequence: 45 });
  expect(events.lines).toEqual(['event-42', 'event-43', 'event-44', 'event-45']);
  expect(statuses.text).toMatch(/connection lost \(closed with 1006\); trying again in \d+\.\d s/);
});

test('begins after a cursor', async () => {
  hub.log.record(42, 43, 44);
  const { events, statuses, done, end } = await start({
    followed: { filter: {}, start: { epoch: 'e1', sequence: 42 as never } },
  });
  await events.shows('event-44');
  end();
  await done;
  expect(events.lines).toEqual(['event-43', 'event-44']);
  expect(statuses.lines).toContain('catching up');
});

test('says that history was cut, and goes on with what is left', async () => {
  hub.onFrame = ({ action, id }) =>
    action === 'subscribe'
      ? [
          { type: 'subscribed', id, epoch: 'e2', head: 2, heartbeatSeconds: 240 },
          { type: 'reset', id, reason: 'epoch', epoch: 'e2', oldest: 1, head: 2 },
        ]
      : undefined;
  hub.log.restart('e2');
  hub.log.record(1, 2);
  const { events, statuses, done, end } = await start({
    followed: { filter: {}, start: { epoch: 'e1', sequence: 9 as never } },
  });
  await events.shows('event-2');
  end();
  expect(await done).toEqual({ epoch: 'e2', sequence: 2 });
  expect(statuses.lines).toContain('history was cut after 9@e1 (epoch): what is left begins with 1');
});

test('leaves for the next time what comes after the stop', async () => {
  hub.log.record(42, 43, 44);
  const seen: string[] = [];
  const stop = new AbortController();
  const { done } = await start({
    followed: { filter: {}, start: 'oldest' },
    stop: stop.signal,
    onEvent: ({ id }) => {
      seen.push(id);
      stop.abort();
    },
  });
  expect(await done).toEqual({ epoch: 'e1', sequence: 42 });
  expect(seen).toEqual(['event-42']);
});

test('asks for no more while whoever reads is behind', async () => {
  hub.log.pageLimit = 2;
  hub.log.record(...Array.from({ length: 10 }, (_, index) => 42 + index));
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const seen = new Capture();
  const { done, end } = await start({
    followed: { filter: {}, start: 'oldest' },
    onEvent: async ({ id }) => {
      seen.write(`${id}\n`);
      await held;
    },
  });
  await seen.shows('event-42');
  expect(hub.frames).toHaveLength(1);
  release();
  await seen.shows('event-51');
  expect(seen.lines).toHaveLength(10);
  end();
  await done;
});

test('gives up on a hub that is in trouble from the beginning', async () => {
  hub.onHandshake = () => 500;
  const { done } = await start();
  await expect(done).rejects.toThrow(/^expected a WebSocket at ws:.*, found an answer 500$/);
  expect(hub.handshakes).toHaveLength(4);
});

test('gives up at once on what is no hub', async () => {
  hub.onHandshake = () => 404;
  const { done } = await start();
  await expect(done).rejects.toThrow(/found an answer 404$/);
  expect(hub.handshakes).toHaveLength(1);
});

test('gives up at once when the hub refuses to subscribe, and says what to do', async () => {
  const { done } = await start({ followed: { subscription: 'nope' } });
  await expect(done).rejects.toMatchObject({
    message: 'the hub answers SUBSCRIPTION_NOT_FOUND: found nope',
    notes: ['See `tidings subscriptions list` for those that there are'],
  });
});

test('waits for a subscription that is paused', async () => {
  hub.subscriptions.answer('POST', new URL('http://hub/subscriptions'), '{"name":"billing"}');
  hub.onFrame = ({ id }) => [{ type: 'error', id, code: 'SUBSCRIPTION_PAUSED', message: 'paused' }];
  const { statuses, done, end } = await start({ followed: { subscription: 'billing' } });
  await statuses.shows('the subscription is paused: waiting until it is resumed');
  hub.onFrame = () => undefined;
  await statuses.shows('live');
  end();
  await done;
});

test('fails with what the handler failed with', async () => {
  hub.log.record(42);
  const { done } = await start({
    followed: { filter: {}, start: 'oldest' },
    onEvent: () => {
      throw new Error('no room');
    },
  });
  await expect(done).rejects.toThrow('no room');
});

test('takes a new token for a socket whose token was refused', async () => {
  const asked: (boolean | undefined)[] = [];
  let answers = 0;
  hub.onFrame = ({ id }) => {
    answers += 1;
    return answers === 1 ? [{ type: 'error', id, code: 'TOKEN_EXPIRED', message: 'ended' }] : undefined;
  };
  const { statuses, done, end } = await start({
    tokens: {
      isRenewable: true,
      next: async (isNew) => {
        asked.push(isNew);
        return { text: 'a.b.c', expiresAt: undefined };
      },
    },
  });
  await statuses.shows('live');
  end();
  await done;
  expect(asked).toEqual([false, true]);
});

test('takes a new token when the one that was kept is refused, and gives up when that is, too', async () => {
  const issued: string[] = [];
  const tokens: Tokens = {
    isRenewable: true,
    next: async (isNew) => {
      if (isNew || issued.length === 0) issued.push(`a.b.${issued.length}`);
      return { text: issued.at(-1) ?? '', expiresAt: undefined };
    },
  };
  const { statuses, done } = await start({ tokens });
  await statuses.shows('live');
  const refuses = (count: number) => () => (issued.length < count ? 401 : undefined);
  hub.onHandshake = refuses(2);
  hub.drop();
  await statuses.shows('live', 2);
  hub.onHandshake = () => 401;
  hub.onRequest = () => ({ status: 401, body: { code: 'TOKEN_KEY_UNKNOWN', detail: 'another key' } });
  hub.drop();
  await expect(done).rejects.toThrow('the hub refused the connection (401): TOKEN_KEY_UNKNOWN: another key');
  expect(issued.length).toBeGreaterThan(2);
});

test('begins with the first event of a tenant that had none', async () => {
  hub.log.restart(NO_EPOCH);
  const { events, statuses, done, end } = await start();
  await statuses.shows('live after 0');
  hub.log.epoch = 'e1';
  hub.deliver(1);
  await events.shows('event-1');
  end();
  await done;
});
