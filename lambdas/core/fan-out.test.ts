import {
  asEventId,
  asSequence,
  asTenantId,
  type EventsFrame,
  type RecordedEvent,
  type SubscriptionName,
} from '@tidings/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { ONE_RUN, ringShards } from '../../test/unlimited.ts';
import { createMemoryConnectionRegistry } from '../adapters/memory/connection-registry.ts';
import { createMemoryEventLog } from '../adapters/memory/event-log.ts';
import { createMemorySubscriptions } from '../adapters/memory/subscriptions.ts';
import { type FanOutPorts, fanOut } from './fan-out.ts';
import type { Audience, Recipient } from './identity.ts';
import type { Wish } from './ports/connection-registry.ts';
import type { PostOutcome } from './ports/outbound.ts';

const tenant = asTenantId('acme');
const NOW = new Date('2026-03-01T12:00:00Z');
const EARLIER = new Date(NOW.getTime() - 60_000);
const ENOUGH_TIME = { mayBeginRound: () => true, mayPost: () => true };

interface Joining {
  readonly wish: Wish;
  readonly listensOnly: boolean;
  readonly connectedAt: Date;
}

describe('fan-out', () => {
  let now = NOW;
  let frames: Map<string, EventsFrame<RecordedEvent>[]>;
  let texts: Map<string, string[]>;
  let outcomes: Map<string, PostOutcome>;
  let rings: (string | undefined)[];
  let unchanged: string[];
  let ports: FanOutPorts;
  let registry: ReturnType<typeof createMemoryConnectionRegistry>;
  let subscriptions: ReturnType<typeof createMemorySubscriptions>;
  let log: ReturnType<typeof createMemoryEventLog>;

  beforeEach(() => {
    now = NOW;
    frames = new Map();
    texts = new Map();
    outcomes = new Map();
    rings = [];
    unchanged = [];
    registry = createMemoryConnectionRegistry();
    subscriptions = createMemorySubscriptions();
    log = createMemoryEventLog({ now: () => now });
    ports = {
      log,
      registry,
      subscriptions,
      isBroadcast: (type) => type !== 'bank.secret:kept@v1',
      apiUrl: 'https://api.example',
      onRegistryFailure: (id) => unchanged.push(id),
      surroundings: {
        now: () => now,
        random: () => 0.5,
        uniqueId: () => `unique-${rings.length}`,
        pause: async (milliseconds) => {
          now = new Date(now.getTime() + milliseconds);
        },
      },
      scale: ONE_RUN,
      doorbell: {
        ring: async (_tenant, _head, occasion) => {
          rings.push(occasion);
        },
        ringShards,
      },
      poster: {
        post: async (id, text) => {
          const outcome = outcomes.get(id) ?? 'delivered';
          if (outcome === 'delivered') {
            frames.set(id, [...(frames.get(id) ?? []), JSON.parse(text)]);
            texts.set(id, [...(texts.get(id) ?? []), text]);
          }
          return outcome;
        },
      },
    };
  });

  const record = async (
    id: string,
    extra: { type?: string; audience?: Audience; data?: unknown; seconds?: number } = {},
  ): Promise<void> => {
    const type = extra.type ?? 'bank.test:created@v1';
    const head = await log.head(tenant);
    await log.commit({
      tenant,
      expected: head,
      newEpoch: 'epoch',
      events: [
        {
          json: JSON.stringify({ specversion: '1.0', id, source: 's', type, tenantid: tenant, data: extra.data ?? id }),
          header: { id: asEventId(id), type, ...extra.audience },
        },
      ],
      recordedAt: now,
      expiresAt: now.getTime() / 1000 + (extra.seconds ?? 3600),
    });
  };

  const join = (
    id: string,
    { wish = { filter: {} }, listensOnly = false, connectedAt = EARLIER }: Partial<Joining> = {},
    claims: Partial<Recipient> = {},
  ) =>
    registry.subscribe(
      {
        id,
        recipient: {
          tenant,
          subject: 'alice',
          organizations: [],
          roles: [],
          expiresAt: 4_000_000_000,
          mayRead: false,
          ...claims,
        },
        connectedAt,
      },
      wish,
      listensOnly,
    );

  const idsOf = (connection: string) =>
    (frames.get(connection) ?? []).flatMap(({ events }) => events.map(({ id }) => id));
  const rows = async () => (await registry.list(tenant)).connections.map(({ id }) => id).toSorted();

  it('delivers the news since its last run, once, in one frame over the whole range', async () => {
    await join('a');
    await record('one');
    await record('two');
    await fanOut(tenant, ENOUGH_TIME, ports);
    await fanOut(tenant, ENOUGH_TIME, ports);
    await record('three');
    await fanOut(tenant, ENOUGH_TIME, ports);
    expect(frames.get('a')).toMatchObject([
      { type: 'events', from: 1, through: 2, replay: false, events: [{ id: 'one' }, { id: 'two' }] },
      { type: 'events', from: 3, through: 3, replay: false, events: [{ id: 'three' }] },
    ]);
  });

  it('says how old the oldest event was that somebody got, whoever is listed first', async () => {
    await join('talker', { wish: { filter: { types: ['community.*'] } } });
    await join('banker', { wish: { filter: { types: ['bank.*'] } } });
    await record('old');
    now = new Date(NOW.getTime() + 60_000);
    await record('new', { type: 'community.message:posted@v1' });
    now = new Date(NOW.getTime() + 61_000);
    expect((await fanOut(tenant, ENOUGH_TIME, ports)).latencies).toEqual([61_000]);
  });

  it('gives each socket what its claims and its filter allow, and covers the range of what it leaves out', async () => {
    await join('everything');
    await join('filtered', { wish: { filter: { types: ['community.*'] } } });
    await join('member', {}, { organizations: ['o1'], roles: ['r1'] });
    await record('all');
    await record('for-o1', { audience: { organizations: ['o1', 'o2'] } });
    await record('for-o1-and-r2', { audience: { organizations: ['o1'], roles: ['r2'] } });
    await record('for-bob', { audience: { users: ['bob'] } });
    await record('talk', { type: 'community.message:posted@v1' });
    await fanOut(tenant, ENOUGH_TIME, ports);
    expect(idsOf('everything')).toEqual(['all', 'talk']);
    expect(idsOf('filtered')).toEqual(['talk']);
    expect(idsOf('member')).toEqual(['all', 'for-o1', 'talk']);
    expect(frames.get('filtered')).toMatchObject([{ from: 1, through: 5 }]);
  });

  it('never posts an event whose type is not for browsers', async () => {
    await join('a');
    await record('kept', { type: 'bank.secret:kept@v1' });
    await record('open');
    await fanOut(tenant, ENOUGH_TIME, ports);
    expect(idsOf('a')).toEqual(['open']);
  });

  it('sends nothing to an expired token, from the very second on', async () => {
    await join('expired', {}, { expiresAt: NOW.getTime() / 1000 });
    await join('valid', {}, { expiresAt: NOW.getTime() / 1000 + 1 });
    await record('one');
    await fanOut(tenant, ENOUGH_TIME, ports);
    expect([idsOf('expired'), idsOf('valid')]).toEqual([[], ['one']]);
  });

  it('sends nothing more to a token that ends while others are served, and marks nothing: who renews it syncs', async () => {
    await join('brief', {}, { expiresAt: NOW.getTime() / 1000 + 5 });
    for (const id of ['1', '2', '3']) await record(id, { data: 'x'.repeat(30_000) });
    const posted: string[] = [];
    const post = async (_: string, text: string): Promise<PostOutcome> => {
      posted.push(text);
      now = new Date(NOW.getTime() + 5000);
      return 'delivered';
    };
    const result = await fanOut(tenant, ENOUGH_TIME, { ...ports, poster: { post } });
    expect(posted).toHaveLength(1);
    expect(result).toMatchObject({ through: 3, delivered: 0, gone: 0, failed: 0 });
    expect((await registry.find(tenant, 'brief'))?.behindSince).toBeUndefined();
  });

  it('lets neither a stale, a failing nor a throttled socket keep the others from theirs; only the stale one’s row goes', async () => {
    for (const id of ['gone', 'failing', 'fine-1', 'fine-2']) await join(id);
    outcomes.set('gone', 'gone').set('failing', 'failed');
    await record('one');
    const result = await fanOut(tenant, ENOUGH_TIME, ports);
    expect(result).toMatchObject({ through: 1, delivered: 2, gone: 1, failed: 1 });
    expect([idsOf('fine-1'), idsOf('fine-2')]).toEqual([['one'], ['one']]);
    expect(await rows()).toEqual(['failing', 'fine-1', 'fine-2']);
  });

  it('leaves a socket that missed something alone until it subscribes or syncs', async () => {
    await join('a');
    outcomes.set('a', 'failed');
    await record('missed');
    await fanOut(tenant, ENOUGH_TIME, ports);
    outcomes.clear();
    now = new Date(NOW.getTime() + 3_600_000 / 2);
    await record('not-sent');
    await fanOut(tenant, ENOUGH_TIME, ports);
    expect(idsOf('a')).toEqual([]);
    await join('a');
    await record('sent');
    await fanOut(tenant, ENOUGH_TIME, ports);
    outcomes.set('a', 'failed');
    await record('missed-again');
    await fanOut(tenant, ENOUGH_TIME, ports);
    outcomes.clear();
    await registry.beginSync(tenant, 'a', now);
    await record('sent-again');
    await fanOut(tenant, ENOUGH_TIME, ports);
    expect(idsOf('a')).toEqual(['sent', 'sent-again']);
  });

  it('delivers to durable subscriptions by their filter as it is now, also what is not for browsers', async () => {
    const name = 'billing' as SubscriptionName;
    const cursor = { epoch: 'epoch', sequence: asSequence(0) };
    const filter = { types: ['bank.secret:*'] };
    await subscriptions.create(tenant, { name, filter, status: 'active', cursor, created: '', updated: '' });
    await join('service', { wish: { subscription: name } }, { mayRead: true });
    await record('open');
    await record('kept', { type: 'bank.secret:kept@v1' });
    await fanOut(tenant, ENOUGH_TIME, ports);
    await subscriptions.change(tenant, name, { status: 'paused' }, '');
    await record('while-paused', { type: 'bank.secret:kept@v1' });
    await fanOut(tenant, ENOUGH_TIME, ports);
    await subscriptions.change(tenant, name, { status: 'active', filter: {} }, '');
    await record('open-again');
    await fanOut(tenant, ENOUGH_TIME, ports);
    expect(idsOf('service')).toEqual(['kept', 'open-again']);
    expect(frames.get('service')).toMatchObject([
      { from: 1, through: 2 },
      { from: 4, through: 4 },
    ]);
  });

  it('forgives a listener after ten seconds, because it cannot sync', async () => {
    await join('a', { listensOnly: true });
    outcomes.set('a', 'failed');
    await record('missed');
    await fanOut(tenant, ENOUGH_TIME, ports);
    outcomes.clear();
    now = new Date(NOW.getTime() + 9_999);
    await record('too-soon');
    await fanOut(tenant, ENOUGH_TIME, ports);
    now = new Date(NOW.getTime() + 10_000);
    await record('forgiven');
    await fanOut(tenant, ENOUGH_TIME, ports);
    expect(idsOf('a')).toEqual(['forgiven']);
  });

  it('keeps the row of a young socket that seems gone: its $connect may not have returned', async () => {
    await join('young', { connectedAt: new Date(NOW.getTime() - 9_999) });
    await join('old', { connectedAt: new Date(NOW.getTime() - 10_000) });
    outcomes.set('young', 'gone').set('old', 'gone');
    await record('one');
    await fanOut(tenant, ENOUGH_TIME, ports);
    expect(await rows()).toEqual(['young']);
    expect((await registry.list(tenant)).connections[0]?.behindSince).toEqual(NOW);
  });

  it('lets a failing registry keep nobody from theirs either', async () => {
    for (const id of ['gone', 'failing', 'fine']) await join(id);
    outcomes.set('gone', 'gone').set('failing', 'failed');
    await record('one');
    const broken = () => Promise.reject(new Error('throttled'));
    const result = await fanOut(tenant, ENOUGH_TIME, {
      ...ports,
      registry: { ...registry, remove: broken, markBehind: broken },
    });
    expect(result).toMatchObject({ through: 1, delivered: 1, gone: 1, failed: 1 });
    expect(unchanged.toSorted()).toEqual(['failing', 'gone']);
    expect(await log.fanOutPosition(tenant)).toEqual({ epoch: 'epoch', sequence: 1 });
  });

  it('waits five seconds for a slow socket, marks it, and gives the fast one every frame', async () => {
    await join('fast');
    await join('slow');
    for (let i = 0; i < 60; i += 1) await record(`e${i}`, { data: 'x'.repeat(30_000) });
    const started = now.getTime();
    const post = async (id: string, text: string): Promise<PostOutcome> => {
      // Long enough for the fast one to get its sixty frames meanwhile.
      if (id === 'slow') for (let i = 0; i < 2000; i += 1) await undefined;
      if (id === 'slow') now = new Date(now.getTime() + 2900);
      return ports.poster.post(id, text);
    };
    await fanOut(tenant, ENOUGH_TIME, { ...ports, poster: { post } });
    expect(idsOf('fast')).toHaveLength(60);
    expect(new Set(idsOf('fast')).size).toBe(60);
    expect(now.getTime() - started).toBeLessThan(10_000);
    expect(
      (await registry.list(tenant)).connections.filter(({ behindSince }) => behindSince).map(({ id }) => id),
    ).toEqual(['slow']);
    expect(await log.fanOutPosition(tenant)).toEqual({ epoch: 'epoch', sequence: 60 });
  });

  it('marks who is left when the time is over, and moves on', async () => {
    for (let i = 0; i < 200; i += 1) await join(`c${i}`);
    await record('one');
    let posts = 0;
    const post = async (): Promise<PostOutcome> => {
      posts += 1;
      return 'delivered';
    };
    const patience = { ...ENOUGH_TIME, mayPost: () => posts < 100 };
    const result = await fanOut(tenant, patience, { ...ports, poster: { post } });
    expect(result).toMatchObject({ through: 1, delivered: posts, failed: 200 - posts });
    expect(posts).toBeLessThan(200);
    expect((await registry.list(tenant)).connections.filter(({ behindSince }) => behindSince)).toHaveLength(
      200 - posts,
    );
  });

  it('stops at the moment at which a token ends, in the middle of a round', async () => {
    await join('a', {}, { expiresAt: NOW.getTime() / 1000 + 2 });
    for (const id of ['1', '2', '3']) await record(id, { data: 'x'.repeat(30_000) });
    const post = async (id: string, text: string): Promise<PostOutcome> => {
      now = new Date(now.getTime() + 1000);
      return ports.poster.post(id, text);
    };
    await fanOut(tenant, ENOUGH_TIME, { ...ports, poster: { post } });
    expect(idsOf('a')).toEqual(['1', '2']);
  });

  it('posts no further frame to a socket after one that failed', async () => {
    await join('a');
    const posted: string[] = [];
    const post = async (_: string, text: string): Promise<PostOutcome> => {
      posted.push(text);
      return posted.length === 2 ? 'failed' : 'delivered';
    };
    for (const id of ['1', '2', '3']) await record(id, { data: 'x'.repeat(30_000) });
    await fanOut(tenant, ENOUGH_TIME, { ...ports, poster: { post } });
    expect(posted).toHaveLength(2);
  });

  it('builds frames of at most 32 KiB that follow each other without a gap', async () => {
    await join('a');
    for (let i = 0; i < 30; i += 1) await record(`e${i}`, { data: 'x'.repeat(4000) });
    await fanOut(tenant, ENOUGH_TIME, ports);
    const got = frames.get('a') ?? [];
    expect(got.length).toBeGreaterThan(3);
    expect((texts.get('a') ?? []).every((text) => Buffer.byteLength(text) <= 32 * 1024)).toBe(true);
    expect(got.map(({ from }) => from)).toEqual([1, ...got.slice(0, -1).map(({ through }) => through + 1)]);
    expect(got.at(-1)?.through).toBe(30);
    expect(idsOf('a')).toEqual(Array.from({ length: 30 }, (_, i) => `e${i}`));
  });

  it('takes a backlog in rounds that fit into memory, without a gap between them', async () => {
    await join('a');
    const sizes: number[] = [];
    const readEvents: typeof log.readEvents = (of, ids) => {
      sizes.push(ids.length);
      return log.readEvents(of, ids);
    };
    for (let i = 0; i < 100; i += 1) await record(`e${i}`, { data: 'x'.repeat(230_000) });
    await fanOut(tenant, ENOUGH_TIME, { ...ports, log: { ...log, readEvents } });
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes) * 230_000).toBeLessThanOrEqual(4 * 1024 * 1024);
    expect(idsOf('a')).toEqual(Array.from({ length: 100 }, (_, i) => `e${i}`));
    const got = frames.get('a') ?? [];
    expect(got.map(({ from }) => from)).toEqual([1, ...got.slice(0, -1).map(({ through }) => through + 1)]);
  });

  describe('of a history that is cut', () => {
    const ranges = () => frames.get('a')?.map(({ from, through }) => [from, through]);
    const seconds = (count: number): Date => new Date(NOW.getTime() + count * 1000);

    it('covers no event that is past its time: the client shall find the gap, not take it for nothing', async () => {
      await join('a');
      await record('one');
      await record('gone-2', { seconds: 10 });
      await record('gone-3', { seconds: 10 });
      await record('four');
      await record('five');
      await record('gone-6', { seconds: 10 });
      now = seconds(10);
      const result = await fanOut(tenant, ENOUGH_TIME, ports);
      expect(ranges()).toEqual([
        [1, 1],
        [4, 5],
      ]);
      expect(idsOf('a')).toEqual(['one', 'four', 'five']);
      expect(result).toMatchObject({ through: 6, delivered: 2, gone: 0, failed: 0 });
    });

    it('covers no gap at its beginning', async () => {
      await join('a');
      await record('gone', { seconds: 10 });
      await record('two');
      now = seconds(10);
      await fanOut(tenant, ENOUGH_TIME, ports);
      expect(ranges()).toEqual([[2, 2]]);
    });

    it('covers no event that goes between the ledger and its fetch, but those that nobody needs', async () => {
      await join('a', { wish: { filter: { types: ['bank.*'] } } });
      await record('one');
      await record('goes', { seconds: 10 });
      await record('three');
      await record('goes-unwanted', { seconds: 10, type: 'community.message:posted@v1' });
      await record('five');
      const readEvents: typeof log.readEvents = (of, ids) => {
        now = seconds(10);
        return log.readEvents(of, ids);
      };
      await fanOut(tenant, ENOUGH_TIME, { ...ports, log: { ...log, readEvents } });
      expect(ranges()).toEqual([
        [1, 1],
        [3, 5],
      ]);
      expect(idsOf('a')).toEqual(['one', 'three', 'five']);
    });

    it('does not take a new event for the one that had its id before', async () => {
      await join('a');
      await record('again', { seconds: 10 });
      await record('two');
      let isRecorded = false;
      const readEvents: typeof log.readEvents = async (of, ids) => {
        now = seconds(10);
        if (!isRecorded) await record('again');
        isRecorded = true;
        return log.readEvents(of, ids);
      };
      await fanOut(tenant, ENOUGH_TIME, { ...ports, log: { ...log, readEvents } });
      await fanOut(tenant, ENOUGH_TIME, ports);
      expect(ranges()).toEqual([
        [2, 2],
        [3, 3],
      ]);
      expect(idsOf('a')).toEqual(['two', 'again']);
    });
  });

  it('sends an event that is too large for a message as a reference to the whole', async () => {
    await join('a');
    await record('big/1', { data: 'x'.repeat(200_000) });
    await fanOut(tenant, ENOUGH_TIME, ports);
    const [event] = frames.get('a')?.[0]?.events ?? [];
    expect(event).toMatchObject({ id: 'big/1', dataref: 'https://api.example/events/big%252F1' });
    expect(event).not.toHaveProperty('data');
  });

  it('rings for the rest when its time is short, on an occasion of its own', async () => {
    await record('one');
    const result = await fanOut(tenant, { ...ENOUGH_TIME, mayBeginRound: () => false }, ports);
    expect(result.through).toBe(0);
    expect(rings).toEqual(['unique-0']);
  });

  it('posts again, rather than not at all, after a crash before the position moved', async () => {
    await join('a');
    await record('one');
    const crashing = { ...log, moveFanOutPosition: () => Promise.reject(new Error('crashed')) };
    await expect(fanOut(tenant, ENOUGH_TIME, { ...ports, log: crashing })).rejects.toThrow('crashed');
    await fanOut(tenant, ENOUGH_TIME, ports);
    expect(idsOf('a')).toEqual(['one', 'one']);
    expect(await log.fanOutPosition(tenant)).toEqual({ epoch: 'epoch', sequence: 1 });
  });

  it('begins anew in another history, wherever it stood in the one before', async () => {
    await join('a');
    await log.moveFanOutPosition(tenant, { epoch: 'before', sequence: asSequence(7) });
    await record('one');
    await record('two');
    await fanOut(tenant, ENOUGH_TIME, ports);
    await fanOut(tenant, ENOUGH_TIME, ports);
    expect(frames.get('a')).toMatchObject([{ from: 1, through: 2, events: [{ id: 'one' }, { id: 'two' }] }]);
    expect(await log.fanOutPosition(tenant)).toEqual({ epoch: 'epoch', sequence: 2 });
  });

  it('does not mark a socket that has synced since the round began: that has told it what it missed', async () => {
    await join('a');
    await record('one');
    const post = async (id: string): Promise<PostOutcome> => {
      await registry.beginSync(tenant, id, now);
      return 'failed';
    };
    const result = await fanOut(tenant, ENOUGH_TIME, { ...ports, poster: { post } });
    expect(result).toMatchObject({ failed: 1 });
    expect((await registry.find(tenant, 'a'))?.behindSince).toBeUndefined();
  });

  it('posts nothing more to a token that ends while the frames before are posted', async () => {
    for (const id of ['a', 'b', 'c']) await record(id, { data: 'x'.repeat(20_000) });
    await join('c1', {}, { expiresAt: NOW.getTime() / 1000 + 1 });
    const { post } = ports.poster;
    const slow: FanOutPorts['poster'] = {
      post: async (id, text) => {
        now = new Date(now.getTime() + 600);
        return await post(id, text);
      },
    };
    await fanOut(tenant, ENOUGH_TIME, { ...ports, poster: slow });
    expect(frames.get('c1')).toHaveLength(2);
    expect((await registry.find(tenant, 'c1'))?.behindSince).toBeUndefined();
  });
});
