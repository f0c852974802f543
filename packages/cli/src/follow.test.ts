import { afterEach, beforeEach, expect, test } from 'vitest';
import { Capture } from '../test/capture.ts';
import { FakeHub } from '../test/fake-hub.ts';
import { type FollowOptions, follow } from './follow.ts';
import { readTarget } from './target.ts';

let hub: FakeHub;

beforeEach(async () => {
  hub = await FakeHub.start();
});

afterEach(() => hub.close());

const TIMING = { pause: { first: 1, longest: 5 }, patience: 5_000, overlap: 1 };

async function start(options: Partial<FollowOptions> = {}) {
  const stop = new AbortController();
  const events = new Capture();
  const statuses = new Capture();
  const done = follow({
    target: await readTarget(undefined, hub.folder),
    types: [],
    tokens: { isRenewable: true, next: async () => ({ text: 'a.b.c', expiresAt: undefined }) },
    onEvent: ({ id }) => events.write(`${id}\n`),
    onStatus: (status) => statuses.write(`${status}\n`),
    stop: stop.signal,
    ...options,
    timing: { ...TIMING, ...options.timing },
  });
  return { events, statuses, done, end: () => stop.abort() };
}

const subscribedAt = (head: number, heartbeatSeconds = 240, epoch = 'e1') => ({
  type: 'subscribed',
  epoch,
  head,
  heartbeatSeconds,
});

test('connects again when the socket is lost, and says what was missed', async () => {
  const { events, statuses, done, end } = await start();
  await statuses.shows('live at head 41');
  hub.deliver(42);
  await events.shows('event-42');
  hub.onSubscribe = () => subscribedAt(45);
  hub.drop();
  await statuses.shows('live at head 45');
  hub.deliver(46);
  await events.shows('event-46');
  end();
  await done;
  expect(statuses.text).toMatch(/connection lost \(closed with 1006\); trying again in 0\.0 s/);
  expect(statuses.text).toContain('what came for you from 43 to 45 is not shown; GET /events?after=42 has it');
});

test('keeps trying while the hub is away, once it has been there', async () => {
  const { statuses, done, end } = await start();
  await statuses.shows('live');
  hub.onHandshake = () => 503;
  hub.drop();
  await statuses.shows('found an answer 503; trying again', 5);
  hub.onHandshake = () => undefined;
  await statuses.shows('live', 2);
  end();
  await done;
});

test('says when the log is another one', async () => {
  const { events, statuses, done, end } = await start();
  await statuses.shows('live');
  hub.deliver(42);
  await events.shows('event-42');
  hub.onSubscribe = () => subscribedAt(0, 240, 'e2');
  hub.drop();
  await statuses.shows('another log');
  await statuses.shows('live at head 0');
  hub.deliver(42);
  await events.shows('event-42', 2);
  end();
  await done;
});

test('gives up on a hub that is in trouble from the beginning', async () => {
  hub.onHandshake = () => 500;
  const { done } = await start();
  await expect(done).rejects.toThrow(/^expected a WebSocket at ws:.*, found an answer 500$/);
  expect(hub.handshakes).toHaveLength(4);
});

test('gives up at once when the hub refuses to subscribe', async () => {
  hub.onSubscribe = () => ({ type: 'error', id: '1', code: 'FILTER_INVALID', message: 'no such filter' });
  const { done } = await start();
  await expect(done).rejects.toThrow('the hub answers FILTER_INVALID: no such filter');
});

test('sends a sign of life at every heartbeat', async () => {
  hub.onSubscribe = ({ id }) => ({ ...subscribedAt(41, 0.01), id });
  const { events, statuses, done, end } = await start();
  await statuses.shows('live');
  const beats = new Capture();
  hub.onSubscribe = ({ id }) => {
    beats.write('beat\n');
    return { ...subscribedAt(41, 0.01), id };
  };
  await beats.shows('beat', 3);
  hub.deliver(42);
  await events.shows('event-42');
  end();
  await done;
  expect(hub.handshakes).toHaveLength(1);
});

test('gives up a socket whose hub has fallen silent', async () => {
  hub.onSubscribe = () => subscribedAt(41, 0.01);
  const { statuses, done, end } = await start({ timing: { patience: 100 } });
  await statuses.shows('live');
  hub.onSubscribe = () => undefined;
  await statuses.shows('connection lost (the hub is silent)');
  hub.onSubscribe = () => subscribedAt(41);
  await statuses.shows('live', 2);
  end();
  await done;
});

test('replaces a socket before its token ends, and delivers what both bring once', async () => {
  let tokens = 0;
  const opened = new Capture();
  const next = async () => {
    tokens += 1;
    opened.write(`token ${tokens}\n`);
    const expiresAt = tokens === 1 ? new Date(Date.now() + 600) : undefined;
    return { text: `a.b.${tokens}`, expiresAt };
  };
  const replies = new Capture();
  hub.onSubscribe = () => {
    replies.write('subscribed\n');
    return subscribedAt(41);
  };
  const { events, statuses, done, end } = await start({
    tokens: { isRenewable: true, next },
    timing: { overlap: 60_000 },
  });
  await replies.shows('subscribed', 2);
  expect(hub.sockets.size).toBe(2);
  hub.deliver(42, 43);
  hub.deliver(44);
  await events.shows('event-44');
  end();
  await done;
  expect(events.lines).toEqual(['event-42', 'event-43', 'event-44']);
  expect(hub.handshakes.map(([, token]) => token)).toEqual(['bearer.a.b.1', 'bearer.a.b.2']);
  expect(statuses.lines.filter((line) => line.includes('live'))).toHaveLength(1);
});
