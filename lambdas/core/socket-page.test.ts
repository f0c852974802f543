import { asSequence, type Filter, LIMITS, type Start, type SubscriptionName } from '@tidings/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  createSocketStage,
  recipientOf,
  type SentFrame,
  type SocketStage,
  STAGE_EPOCH,
} from '../../test/property/socket-stage.ts';
import type { Wish } from './ports/connection-registry.ts';
import { postPage } from './socket-page.ts';

const START: Start = { epoch: STAGE_EPOCH, sequence: asSequence(0) };
const OWN_FILTER: Wish = { filter: {} };
const DURABLE: Wish = { subscription: 'billing' as SubscriptionName };

interface Sent {
  readonly id: string;
  readonly data?: unknown;
  readonly dataref?: string;
}

describe('a page for a socket', () => {
  let stage: SocketStage;
  beforeEach(() => {
    stage = createSocketStage();
  });

  const post = async (wish: Wish = OWN_FILTER, filter: Filter = {}, start = START, id?: string) => {
    const before = stage.sent.length;
    const connection = { id: 'c1', recipient: recipientOf({ mayRead: true }), wish };
    const head = await stage.log.head(connection.recipient.tenant);
    await postPage(connection, { ...(id !== undefined && { id }), start, filter, head }, stage.ports);
    return stage.sent.slice(before).map(({ frame }) => frame);
  };
  const eventsOf = (frames: readonly SentFrame[]): readonly Sent[] =>
    frames.flatMap(({ type, events }) => (type === 'events' ? (events as readonly Sent[]) : []));
  const idsOf = (frames: readonly SentFrame[]) => eventsOf(frames).map(({ id }) => id);

  it('is one frame of events and how far it went, whatever there is of it', async () => {
    for (let i = 0; i < 30; i += 1) await stage.record(`e${i}`, { data: 'x'.repeat(1000) });
    expect(await post(OWN_FILTER, {}, START, '7')).toMatchObject([
      { type: 'events', from: 1, through: 30, replay: true },
      { type: 'synced', id: '7', epoch: STAGE_EPOCH, through: 30, head: 30, events: 30 },
    ]);
  });

  it('never needs more than a message can hold, and goes on with the next until the head', async () => {
    for (let i = 0; i < 12; i += 1) await stage.record(`e${i}`, { data: 'ü'.repeat(12_000) });
    const seen: string[] = [];
    let through = 0;
    while (through < 12) {
      const frames = await post(OWN_FILTER, {}, { epoch: STAGE_EPOCH, sequence: asSequence(through) });
      expect(frames.map(({ type }) => type)).toEqual(['events', 'synced']);
      expect(frames[0]).toMatchObject({ from: through + 1, through: frames[1]?.['through'] });
      seen.push(...idsOf(frames));
      through = Number(frames[1]?.['through']);
    }
    expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => `e${i}`));
    expect(Math.max(...stage.sent.map(({ bytes }) => bytes))).toBeLessThanOrEqual(LIMITS.messageBytes);
    expect(Math.max(...stage.sent.map(({ bytes }) => bytes))).toBeGreaterThan(LIMITS.frameBytes);
  });

  it('never needs more than a message can hold, with as many small events as there may be', async () => {
    for (let i = 0; i < 1100; i += 1) await stage.record(`${i}`, { data: 0 });
    const [events] = await post();
    expect(stage.sent[0]?.bytes).toBeLessThanOrEqual(LIMITS.messageBytes);
    expect(eventsOf(events === undefined ? [] : [events]).length).toBeGreaterThan(400);
  });

  it('holds an event that is too large for a message as a reference to the whole', async () => {
    await stage.record('big/1', { data: 'x'.repeat(200_000) });
    await stage.record('small');
    const frames = await post();
    expect(eventsOf(frames)).toMatchObject([{ id: 'big/1', dataref: 'https://api.example/events/big%252F1' }]);
    expect(eventsOf(frames)[0]).not.toHaveProperty('data');
    expect(frames[1]).toMatchObject({ type: 'synced', through: 1, head: 2 });
  });

  it.each([-161, -160, -159, 0, 1])('fits into a message for an event of the largest size %d bytes', async (extra) => {
    await stage.record('probe', { data: '' });
    const bare =
      (await stage.log.readLedger(recipientOf().tenant, asSequence(0), asSequence(1), 1)).events[0]?.bytes ?? 0;
    await stage.record('edges', { data: 'x'.repeat(LIMITS.messageBytes - bare + extra) });
    const frames = await post(OWN_FILTER, {}, { epoch: STAGE_EPOCH, sequence: asSequence(1) });
    expect(idsOf(frames)).toEqual(['edges']);
    expect(Math.max(...stage.sent.map(({ bytes }) => bytes))).toBeLessThanOrEqual(LIMITS.messageBytes);
  });

  it('holds the essence of an event whose attributes alone are too large for a message', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `ext${i}`);
    const attributes = Object.fromEntries(names.map((name) => [name, '€'.repeat(1500)]));
    await stage.record('wide', { attributes: { ...attributes, subject: 'transaction/1' }, data: { a: 1 } });
    const frames = await post();
    expect(eventsOf(frames)).toEqual([
      {
        specversion: '1.0',
        id: 'wide',
        source: 's',
        type: 'bank.test:created@v1',
        subject: 'transaction/1',
        tenantid: 'acme',
        sequence: '00000000000000000001',
        recordedtime: expect.any(String),
        dataref: 'https://api.example/events/wide',
      },
    ]);
    expect(stage.sent[0]?.bytes).toBeLessThanOrEqual(LIMITS.messageBytes);
  });

  it('shows a filter of the client’s own only what is for browsers, and a durable subscription everything', async () => {
    await stage.record('open');
    await stage.record('kept', { type: 'bank.secret:kept@v1' });
    expect(idsOf(await post(OWN_FILTER))).toEqual(['open']);
    expect(idsOf(await post(OWN_FILTER, { types: ['bank.secret:*'] }))).toEqual([]);
    expect(idsOf(await post(DURABLE))).toEqual(['open', 'kept']);
    expect(idsOf(await post(DURABLE, { types: ['bank.secret:*'] }))).toEqual(['kept']);
  });

  it('shows nobody what is for somebody else', async () => {
    await stage.record('for-bob', { audience: { users: ['bob'] } });
    expect(await post(DURABLE)).toEqual([{ type: 'synced', epoch: STAGE_EPOCH, through: 1, head: 1, events: 0 }]);
  });

  it('says nothing after events that did not arrive: it would tell the client that there were none', async () => {
    await stage.record('a');
    for (const outcome of ['failed', 'gone'] as const) {
      stage.decidePosts(({ type }) => (type === 'events' ? outcome : 'delivered'));
      expect(await post()).toEqual([]);
    }
  });

  it('says how many events it had, so that a frame that vanished on its way is not taken for an empty page', async () => {
    await stage.record('a');
    await stage.record('for-bob', { audience: { users: ['bob'] } });
    await stage.record('c');
    expect((await post()).at(-1)).toEqual({ type: 'synced', epoch: STAGE_EPOCH, through: 3, head: 3, events: 2 });
  });

  it('ends with the head that was read before the filter, though more is recorded meanwhile', async () => {
    await stage.record('a');
    const head = await stage.log.head(recipientOf().tenant);
    await stage.record('b');
    const connection = { id: 'c1', recipient: recipientOf(), wish: OWN_FILTER };
    await postPage(connection, { start: START, filter: {}, head }, stage.ports);
    expect(stage.sent.map(({ frame }) => frame)).toMatchObject([
      { type: 'events', through: 1, events: [{ id: 'a' }] },
      { type: 'synced', through: 1, head: 1 },
    ]);
  });

  it('is not sent to a token that ends while it is read', async () => {
    await stage.record('a');
    const recipient = recipientOf({ expiresAt: stage.now().getTime() / 1000 + 5 });
    const readEvents: typeof stage.log.readEvents = (of, ids) => {
      stage.pass(5);
      return stage.log.readEvents(of, ids);
    };
    const head = await stage.log.head(recipient.tenant);
    const posting = postPage(
      { id: 'c1', recipient, wish: OWN_FILTER },
      { start: START, filter: {}, head },
      { ...stage.ports, log: { ...stage.log, readEvents } },
    );
    await expect(posting).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    expect(stage.sent).toEqual([]);
  });

  it('is a reset and nothing else where the cursor cannot be continued from', async () => {
    await stage.record('a', { seconds: 10 });
    await stage.record('b');
    stage.pass(10);
    expect(await post(OWN_FILTER, {}, START, '1')).toEqual([
      { type: 'reset', id: '1', reason: 'retention', epoch: STAGE_EPOCH, oldest: 2, head: 2 },
    ]);
  });
});
