import { asEventId, asTenantId } from '@tidings/contracts';
import { bucketOf } from '../../../lambdas/adapters/connection-shard.ts';
import { createMemoryEventLog } from '../../../lambdas/adapters/memory/event-log.ts';
import { createMemorySubscriptions } from '../../../lambdas/adapters/memory/subscriptions.ts';
import { type FanOutPorts, fanOut } from '../../../lambdas/core/fan-out.ts';
import { fanOutShard } from '../../../lambdas/core/fan-out-shard.ts';
import type { Connection, ConnectionPage, ListPart } from '../../../lambdas/core/ports/connection-registry.ts';
import { SHARDS } from '../../../lambdas/core/ports/connection-registry.ts';
import type { PostOutcome } from '../../../lambdas/core/ports/outbound.ts';
import type { ShardNews } from '../../../lambdas/core/ports/shard-doorbell.ts';
import { DEFAULT_LIMITS } from '../../../lib/operations.ts';
import { ModelledTime } from './modelled-time.ts';

/** How the sockets are served: `one run` is what there would be without shards. */
export type Way = 'one run' | 'shards without a pace' | 'shards';

/** What came out of a model. */
export interface Modelled {
  /** From the doorbell's ring to the last post. */
  readonly seconds: number;
  /** Sockets that were left to their next sync. */
  readonly missed: number;
  /** Sockets that got an event twice, or a later one before an earlier one. */
  readonly wrong: number;
  readonly throttled: number;
  readonly invocations: number;
}

/** Of a token bucket. */
export interface Quota {
  readonly perSecond: number;
  readonly burst: number;
}

const TENANT = asTenantId('acme');
const POST_MILLISECONDS = 15;
/** A consistent query of some hundred rows, or any other call of a store. */
const CALL_MILLISECONDS = 8;
/** From a message in the queue to the function that takes it; and how much later each further function starts. */
const START_MILLISECONDS = { first: 60, each: 100 } as const;
/** Messages of one invocation, of different groups: as many as Lambda hands over at most; see `lib/constructs/doorbell.ts`. */
const RINGS_PER_INVOCATION = 5;
/** Posts that one worker's share of a processor makes in a second; 1,024 MB are 0.58 of one. */
const POSTS_PER_WORKER = 2500;
/** Of the function's thirty seconds; see `lambdas/fan-out/handler.ts`. */
const TIME = { round: 15_000, post: 24_000 } as const;

/** Serves an event to so many sockets of one tenant, in modelled time. */
export async function modelFanOut(way: Way, sockets: number, quota: Quota): Promise<Modelled> {
  const time = new ModelledTime();
  const surroundings = time.surroundings();
  const started = time.now;
  const log = createMemoryEventLog(surroundings);
  await record(log, time);
  const tally = { seconds: 0, missed: 0, wrong: 0, throttled: 0, invocations: 1 };
  const received = new Map<string, number>();
  const gateway = tokensOf(quota, time);
  const waiting: { readonly shard: number; readonly news: ShardNews }[] = [];

  const portsOf = (worker: () => number): FanOutPorts => ({
    log: slowly(log, time),
    registry: {
      list: registryOf(sockets, time),
      remove: async () => undefined,
      markBehind: async () => {
        tally.missed += 1;
      },
    },
    subscriptions: createMemorySubscriptions(),
    poster: {
      post: async (id, text): Promise<PostOutcome> => {
        await time.pause(worker() + POST_MILLISECONDS);
        if (!gateway()) {
          tally.throttled += 1;
          return 'throttled';
        }
        const { from, through } = JSON.parse(text) as { from: number; through: number };
        if (from !== (received.get(id) ?? 0) + 1) tally.wrong += 1;
        received.set(id, through);
        tally.seconds = (time.now - started) / 1000;
        return 'delivered';
      },
    },
    doorbell: {
      ring: async () => undefined,
      ringShards: async (_, news, shards) => {
        await time.pause(CALL_MILLISECONDS);
        waiting.push(...shards.map((shard) => ({ shard, news })));
      },
    },
    isBroadcast: () => true,
    surroundings,
    scale: {
      socketsPerRun: way === 'one run' ? Number.POSITIVE_INFINITY : DEFAULT_LIMITS.socketsPerRun,
      postsPerSecond: way === 'shards' ? DEFAULT_LIMITS.postsPerSecond : 1e9,
      shards: SHARDS,
      largeForMilliseconds: 600_000,
    },
    apiUrl: 'https://api.example',
    onRegistryFailure: () => undefined,
  });

  const patience = (begun: number) => ({
    mayBeginRound: () => time.now - begun < TIME.round,
    mayPost: () => time.now - begun < TIME.post,
  });
  const serve = async (): Promise<void> => {
    await fanOut(TENANT, patience(time.now), portsOf(processor(time)));
    await Promise.all(
      Array.from({ length: Math.ceil(waiting.length / RINGS_PER_INVOCATION) }, async (_, index) => {
        await time.pause(START_MILLISECONDS.first + index * START_MILLISECONDS.each);
        tally.invocations += 1;
        const ports = portsOf(processor(time));
        const rings = waiting.slice(index * RINGS_PER_INVOCATION, (index + 1) * RINGS_PER_INVOCATION);
        const begun = time.now;
        await Promise.all(rings.map(({ shard, news }) => fanOutShard(TENANT, shard, news, patience(begun), ports)));
      }),
    );
  };
  await time.until(serve());
  if (received.size + tally.missed < sockets) {
    throw new Error(`Expected ${sockets} sockets to be served or marked, found ${received.size} and ${tally.missed}`);
  }
  return tally;
}

async function record(log: ReturnType<typeof createMemoryEventLog>, time: ModelledTime): Promise<void> {
  const id = asEventId('event');
  const type = 'bank.transaction:created@v1';
  const event = { specversion: '1.0', id, source: 'com.example.bank', type, tenantid: TENANT, data: 'x'.repeat(700) };
  await log.commit({
    tenant: TENANT,
    expected: await log.head(TENANT),
    newEpoch: 'epoch',
    events: [{ json: JSON.stringify(event), header: { id, type } }],
    recordedAt: new Date(time.now),
    expiresAt: time.now / 1000 + 3600,
  });
}

/** Takes requests as a token bucket does. */
function tokensOf({ perSecond, burst }: Quota, time: ModelledTime): () => boolean {
  let tokens = burst;
  let last = time.now;
  return () => {
    tokens = Math.min(burst, tokens + ((time.now - last) * perSecond) / 1000);
    last = time.now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

/** How long the next post waits for the processor of its worker. */
function processor(time: ModelledTime): () => number {
  let free = time.now;
  return () => {
    free = Math.max(free, time.now) + 1000 / POSTS_PER_WORKER;
    return free - time.now;
  };
}

/** Rows that need no memory each but that of their names. */
function registryOf(sockets: number, time: ModelledTime) {
  const recipient = { tenant: TENANT, subject: 'a', organizations: [], roles: [], expiresAt: 4e9, mayRead: false };
  const filter = {};
  const connection = (id: string): Connection => ({
    id,
    recipient,
    wish: { filter },
    listensOnly: false,
    connectedAt: new Date(0),
    turn: 1,
  });
  const shards = Array.from({ length: SHARDS }, (): string[] => []);
  const all = Array.from({ length: sockets }, (_, index) => `L0SM9cOFvHcCIh${index}=`);
  for (const id of all) shards[Math.floor((bucketOf(id) * SHARDS) / 2 ** 16)]?.push(id);
  return async (_: unknown, { shard, after = '0', limit = 2000 }: ListPart = {}): Promise<ConnectionPage> => {
    await time.pause(CALL_MILLISECONDS);
    const ids = shard === undefined ? all : (shards[shard.index] ?? []);
    const end = Number(after) + limit;
    const connections = ids.slice(Number(after), end).map(connection);
    return { connections, ...(end < ids.length && { next: String(end) }) };
  };
}

/** A store whose calls take their time. */
function slowly<Port extends object>(port: Port, time: ModelledTime): Port {
  return new Proxy(port, {
    get:
      (target, name) =>
      async (...input: unknown[]) => {
        await time.pause(CALL_MILLISECONDS);
        const method = Reflect.get(target, name) as (...parameters: readonly unknown[]) => unknown;
        return await method.apply(target, input);
      },
  });
}
