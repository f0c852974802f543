import { asEventId, asSequence, asTenantId, type EventsFrame, type RecordedEvent } from '@tidings/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { isInShard } from '../adapters/connection-shard.ts';
import { createMemoryConnectionRegistry } from '../adapters/memory/connection-registry.ts';
import { createMemoryEventLog } from '../adapters/memory/event-log.ts';
import { createMemorySubscriptions } from '../adapters/memory/subscriptions.ts';
import { type FanOutPorts, type FanOutScale, fanOut } from './fan-out.ts';
import { fanOutShard } from './fan-out-shard.ts';
import type { PostOutcome } from './ports/outbound.ts';
import type { ShardNews } from './ports/shard-doorbell.ts';

const tenant = asTenantId('acme');
const NOW = new Date('2026-03-01T12:00:00Z');
const ENOUGH_TIME = { mayBeginRound: () => true, mayPost: () => true };
const SCALE: FanOutScale = { socketsPerRun: 10, postsPerSecond: 1_000_000, shards: 4, largeForMilliseconds: 60_000 };

describe('the fan-out of a large tenant', () => {
  let now = NOW;
  let ports: FanOutPorts;
  let log: ReturnType<typeof createMemoryEventLog>;
  let registry: ReturnType<typeof createMemoryConnectionRegistry>;
  /** What was rung for and not heard yet, the oldest first. */
  let rung: { readonly shard: number; readonly news: ShardNews; readonly occasion: string | undefined }[];
  let frames: Map<string, EventsFrame<RecordedEvent>[]>;
  let outcomeOf: (id: string) => PostOutcome;

  beforeEach(() => {
    now = NOW;
    rung = [];
    frames = new Map();
    outcomeOf = () => 'delivered';
    log = createMemoryEventLog({ now: () => now });
    registry = createMemoryConnectionRegistry();
    ports = {
      log,
      registry,
      subscriptions: createMemorySubscriptions(),
      isBroadcast: () => true,
      apiUrl: 'https://api.example',
      onRegistryFailure: (id) => expect.unreachable(id),
      scale: SCALE,
      surroundings: {
        now: () => now,
        random: () => 0.5,
        uniqueId: () => 'unique',
        pause: async (milliseconds) => {
          now = new Date(now.getTime() + milliseconds);
        },
      },
      doorbell: {
        ring: async () => undefined,
        ringShards: async (_, news, shards, occasion) => {
          rung.push(...shards.map((shard) => ({ shard, news, occasion })));
        },
      },
      poster: {
        post: async (id, text) => {
          const outcome = outcomeOf(id);
          if (outcome === 'delivered') frames.set(id, [...(frames.get(id) ?? []), JSON.parse(text)]);
          return outcome;
        },
      },
    };
  });

  const record = async (...ids: readonly string[]): Promise<void> => {
    for (const id of ids) {
      const type = 'bank.test:created@v1';
      const expected = await log.head(tenant);
      const eventId = asEventId(id);
      const json = JSON.stringify({ specversion: '1.0', id, source: 's', type, tenantid: tenant, data: id });
      await log.commit({
        tenant,
        expected,
        newEpoch: 'epoch',
        events: [{ json, header: { id: eventId, type } }],
        recordedAt: now,
        expiresAt: now.getTime() / 1000 + 3600,
      });
    }
  };
  const join = async (count: number, prefix = 'c'): Promise<readonly string[]> => {
    const ids = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
    const recipient = { tenant, organizations: [], roles: [], expiresAt: 4_000_000_000, mayRead: false };
    const connectedAt = new Date(NOW.getTime() - 60_000);
    for (const id of ids) {
      await registry.subscribe({ id, recipient: { ...recipient, subject: id }, connectedAt }, { filter: {} }, false);
    }
    return ids;
  };
  const run = () => fanOut(tenant, ENOUGH_TIME, ports);
  /** Hears what was rung for, of one shard or of all. */
  const hear = async (only?: number): Promise<void> => {
    const heard = rung.filter(({ shard }) => only === undefined || shard === only);
    rung = rung.filter((ring) => !heard.includes(ring));
    for (const { shard, news } of heard) await fanOutShard(tenant, shard, news, ENOUGH_TIME, ports);
  };
  const idsOf = (connection: string) =>
    (frames.get(connection) ?? []).flatMap(({ events }) => events.map(({ id }) => id));

  it('is one run’s, without a word to any shard, for as many sockets as one run serves', async () => {
    await join(10);
    await record('one');
    expect(await run()).toMatchObject({ delivered: 10, isSplit: false });
    expect(rung).toEqual([]);
    expect(await log.fanOutPosition(tenant)).toEqual({ epoch: 'epoch', sequence: 1 });
  });

  it('is that of its shards from one socket more on: each gets everything, once and in order', async () => {
    const ids = await join(10);
    await record('one');
    await run();
    const all = [...ids, ...(await join(20, 'd'))];
    await record('two');
    expect(await run()).toMatchObject({ delivered: 0, isSplit: true, through: 2 });
    await record('three');
    await run();
    expect(rung.map(({ shard }) => shard)).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
    await hear();
    for (const id of all) expect(idsOf(id)).toEqual(id.startsWith('c') ? ['one', 'two', 'three'] : ['two', 'three']);
  });

  it('delivers together what was handed on while a shard was busy, and nothing again', async () => {
    await join(30);
    for (const id of ['one', 'two', 'three']) {
      await record(id);
      await run();
    }
    const last = rung.slice(-4);
    rung = [...last, ...rung];
    await hear();
    for (const list of frames.values()) expect(list).toMatchObject([{ from: 1, through: 3 }]);
    expect(frames.size).toBe(30);
  });

  it('loses nothing when a ring is lost: the next one tells of both', async () => {
    await join(30);
    await record('one');
    await run();
    rung = [];
    await record('two');
    await run();
    await hear();
    for (const id of frames.keys()) expect(idsOf(id)).toEqual(['one', 'two']);
    expect(frames.size).toBe(30);
  });

  it('hears nothing of a history that is over', async () => {
    await join(30);
    await record('one');
    const news = { since: asSequence(0), head: { epoch: 'before', sequence: asSequence(1) } };
    expect(await fanOutShard(tenant, 0, news, ENOUGH_TIME, ports)).toBeUndefined();
    expect(frames.size).toBe(0);
  });

  it('rings a shard for the rest when its time is short, and goes on there', async () => {
    await join(30);
    await record('one', 'two');
    await run();
    const [first] = rung;
    if (first === undefined) throw new Error('Expected a ring');
    rung = [];
    await fanOutShard(tenant, 0, first.news, { ...ENOUGH_TIME, mayBeginRound: () => false }, ports);
    expect(rung).toEqual([{ shard: 0, news: first.news, occasion: 'unique' }]);
    await hear();
    expect(frames.size).toBeGreaterThan(0);
    for (const id of frames.keys()) expect(idsOf(id)).toEqual(['one', 'two']);
  });

  it('is one run’s again when the tenant has become small, and not before every shard is done', async () => {
    const ids = await join(30);
    await record('one');
    await run();
    await hear();
    for (const id of ids.slice(5)) await registry.remove(tenant, id);
    await record('two');
    await run();
    expect(rung).toHaveLength(4);
    now = new Date(now.getTime() + SCALE.largeForMilliseconds);
    await hear(0);
    await record('three');
    await run();
    // Three shards have not delivered the second yet: whoever posted the third now would overtake them.
    expect(rung).toHaveLength(3 + 4);
    await hear();
    await record('four');
    expect(await run()).toMatchObject({ delivered: 5, isSplit: false });
    expect(rung).toEqual([]);
    for (const id of ids.slice(0, 5)) expect(idsOf(id)).toEqual(['one', 'two', 'three', 'four']);
  });

  it('begins anew where the tenant stands when it becomes large again', async () => {
    const ids = await join(30);
    await record('one');
    await run();
    await hear();
    for (const id of ids.slice(5)) await registry.remove(tenant, id);
    now = new Date(now.getTime() + SCALE.largeForMilliseconds);
    await record('two');
    await run();
    await join(30, 'd');
    await record('three');
    await run();
    await hear();
    for (const id of ids.slice(0, 5)) expect(idsOf(id)).toEqual(['one', 'two', 'three']);
    expect(idsOf('d0')).toEqual(['three']);
  });

  it('stays large where it is found to be, and is not looked at again for a while', async () => {
    await join(30);
    await record('one');
    await run();
    now = new Date(now.getTime() + SCALE.largeForMilliseconds);
    await record('two');
    await run();
    expect(await log.fanOutPosition(tenant)).toMatchObject({ sequence: 2, split: { since: 0, at: now.getTime() } });
    let lists = 0;
    const list: typeof registry.list = (...part) => {
      lists += 1;
      return registry.list(...part);
    };
    await record('three');
    await fanOut(tenant, ENOUGH_TIME, { ...ports, registry: { ...registry, list } });
    expect(lists).toBe(0);
  });

  it('posts no more a second than the shard’s share of what all may get', async () => {
    const ids = (await join(2000)).filter((id) => isInShard(id, { index: 0, of: 4 }));
    await record('one');
    ports = { ...ports, scale: { ...SCALE, postsPerSecond: 400 } };
    await run();
    const started = now.getTime();
    await hear(0);
    expect(frames.size).toBe(ids.length);
    expect(now.getTime() - started).toBeGreaterThan((ids.length - 100) * 10);
  });

  it('tries again what is throttled, in order, and marks nobody', async () => {
    await join(30);
    for (const id of ['one', 'two']) await record(id);
    let posts = 0;
    outcomeOf = () => {
      posts += 1;
      return posts % 2 === 0 ? 'delivered' : 'throttled';
    };
    await run();
    await hear();
    for (const id of frames.keys()) expect(idsOf(id)).toEqual(['one', 'two']);
    expect(frames.size).toBe(30);
    const { connections } = await registry.list(tenant);
    expect(connections.filter(({ behindSince }) => behindSince !== undefined)).toEqual([]);
  });
});
