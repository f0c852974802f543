import { asEventId, asTenantId, LIMITS, type TenantId } from '@tidings/contracts';
import { createMemoryConnectionRegistry } from '../../lambdas/adapters/memory/connection-registry.ts';
import { createMemoryEventLog } from '../../lambdas/adapters/memory/event-log.ts';
import { createMemorySubscriptions } from '../../lambdas/adapters/memory/subscriptions.ts';
import { systemSurroundings } from '../../lambdas/adapters/surroundings.ts';
import { fanOut } from '../../lambdas/core/fan-out.ts';
import { ONE_RUN, ringShards } from '../unlimited.ts';
import type { Bench } from './bench.ts';

const TENANT: TenantId = asTenantId('acme');
const EVENTS = 300;
const SOCKETS = 200;
const HOUR = 3600;

/** What sockets get for the events that wait for them, and what making it takes. */
export const bench: Bench = {
  name: 'frames',
  title: 'Frames of the fan-out',
  method:
    `${EVENTS} events of some 1 KB wait for ${SOCKETS} sockets, half of which want everything and half one kind; the real ` +
    'fan-out posts them, and every post, every frame that is made and every JSON text that is written is counted.',
  isGuarded: true,
  async run() {
    const log = createMemoryEventLog(systemSurroundings);
    const registry = createMemoryConnectionRegistry();
    const bytes = await record(log);
    for (let index = 0; index < SOCKETS; index += 1) {
      const filter = index % 2 === 0 ? {} : { types: ['bank.account:*'] };
      const recipient = { tenant: TENANT, subject: 'a', organizations: [], roles: [], expiresAt: 4e9, mayRead: false };
      await registry.subscribe({ id: `c${index}`, recipient, connectedAt: new Date(0) }, { filter }, false);
    }
    const posts = new Map<string, string[]>();
    const written = countJson();
    const made = countFrames();
    try {
      await fanOut(
        TENANT,
        { mayBeginRound: () => true, mayPost: () => true },
        {
          log,
          registry,
          subscriptions: createMemorySubscriptions(),
          poster: {
            post: async (id, text) => {
              posts.set(id, [...(posts.get(id) ?? []), text]);
              return 'delivered';
            },
          },
          doorbell: { ring: async () => undefined, ringShards },
          isBroadcast: () => true,
          surroundings: systemSurroundings,
          scale: ONE_RUN,
          apiUrl: 'https://api.example',
          onRegistryFailure: () => undefined,
        },
      );
    } finally {
      written.stop();
      made.stop();
    }
    const all = posts.get('c0') ?? [];
    const some = posts.get('c1') ?? [];
    const least = Math.ceil(bytes / LIMITS.frameBytes);
    const distinct = new Set([...posts.values()].flat()).size;
    const largest = Math.max(...[...posts.values()].flat().map((text) => Buffer.byteLength(text)));
    return {
      findings: [
        {
          what: 'posts to a socket that wants everything, above ⌈bytes / 32 KB⌉',
          value: all.length - least,
          unit: 'posts',
          // Whole events go into a frame: what is left at its end may add up to one frame more.
          limit: { most: Math.ceil(least / 32) },
          detail: `${all.length} posts for ${bytes} bytes, at least ${least}`,
        },
        { what: 'bytes of the largest frame', value: largest, unit: 'bytes', limit: { most: LIMITS.frameBytes } },
        {
          what: 'distinct frames, above those of one socket of each kind',
          value: distinct - all.length - some.length,
          unit: 'frames',
          limit: { most: 0 },
        },
        {
          what: 'frames that were made, above the distinct ones',
          value: made.frames() - distinct,
          unit: 'frames',
          limit: { most: 0, least: 0 },
          detail: `${made.frames()} made for ${SOCKETS} sockets`,
        },
        {
          what: 'events that were written as JSON again for a frame',
          value: written.events(),
          unit: 'events',
          limit: { most: 0 },
          detail: 'the stored text is spliced into the frame',
        },
      ],
    };
  },
};

/** @returns the bytes of the events as they are delivered */
async function record(log: ReturnType<typeof createMemoryEventLog>): Promise<number> {
  let bytes = 0;
  for (let index = 0; index < EVENTS; index += 1) {
    const id = asEventId(`event-${index}`);
    const type = index % 3 === 0 ? 'bank.account:created@v1' : 'bank.transaction:created@v1';
    const event = { specversion: '1.0', id, source: 'com.example.bank', type, tenantid: TENANT, data: 'x'.repeat(850) };
    const expected = await log.head(TENANT);
    await log.commit({
      tenant: TENANT,
      expected,
      newEpoch: 'epoch',
      events: [{ json: JSON.stringify(event), header: { id, type } }],
      recordedAt: new Date(),
      expiresAt: Math.floor(Date.now() / 1000) + HOUR,
    });
    const stored = await log.readEvents(TENANT, [id]);
    bytes += Buffer.byteLength(stored.get(id) ?? '') + 1;
  }
  return bytes;
}

/** Counts what is written as JSON and holds an event. */
function countJson() {
  const { stringify } = JSON;
  let count = 0;
  JSON.stringify = (value: unknown, ...rest: unknown[]): string => {
    const text = Reflect.apply(stringify, JSON, [value, ...rest]) as string;
    if (text?.includes('"specversion"')) count += 1;
    return text;
  };
  return {
    events: () => count,
    stop: () => {
      JSON.stringify = stringify;
    },
  };
}

/** Counts how often stored events are put together for a frame. */
function countFrames() {
  const { join } = Array.prototype;
  let count = 0;
  Array.prototype.join = function joinCounted(separator?: string): string {
    const text = Reflect.apply(join, this, separator === undefined ? [] : [separator]) as string;
    if (text.startsWith('{"specversion"')) count += 1;
    return text;
  };
  return {
    frames: () => count,
    stop: () => {
      Array.prototype.join = join;
    },
  };
}
