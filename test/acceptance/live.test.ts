import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  createTopics,
  memoryCursorStore,
  type Publisher,
  type TidingsEvent,
  TidingsLive,
  type TidingsLiveOptions,
  TidingsSubscription,
  type TidingsSubscriptionOptions,
} from '@tidings/client';
import { describe, expect, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { needs } from './capabilities.ts';
import { eventOfSize, newEvent, newTenant, type SentEvent } from './events.ts';
import { publish, readAll, tokenFor, waitForHead } from './hub.ts';
import { hubUnderTest } from './hub-under-test.ts';
import { numbers } from './pages.ts';
import { SubscriptionRoutes, serviceToken } from './subscription-routes.ts';
import { waitFor } from './wait.ts';

const clients = needs('socket-authorizer', 'subprotocol-echo');
const QUICK = { backoffBase: 50, backoffCap: 200, acknowledge: 50 };
const IDLE = { least: 50, most: 200 };
const KIB = 1024;
const TRANSPORTS = ['pull', 'socket'] as const;
type Transport = (typeof TRANSPORTS)[number];

function startLive(token: string, options: Partial<TidingsLiveOptions> = {}) {
  const { socketUrl: url, apiUrl } = hubUnderTest().target;
  const told: string[] = [];
  const live = new TidingsLive({ url, apiUrl, token: () => token, webSocket: WebSocket, timing: QUICK, ...options });
  live.onError(({ code, message }) => told.push(`${code}: ${message}`));
  live.onReset((reset) => told.push(`reset: ${JSON.stringify(reset)}`));
  onTestFinished(() => live.close());
  return { live, told };
}

const liveOn = (live: TidingsLive) => waitFor('the client to be live', () => live.state === 'live' || undefined);
const idsOf = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);
const several = (count: number, tenant: string): readonly SentEvent[] =>
  Array.from({ length: count }, () => newEvent(tenant));

/** Publishes in bursts, so that much is under way while others consume. */
async function publishBursts(events: readonly SentEvent[]): Promise<void> {
  for (let at = 0; at < events.length; at += 20) await publish(events.slice(at, at + 20));
}

describe('TidingsLive', () => {
  clients(
    'gives handlers what their pattern matches, typed, and keeps its place from one life to the next',
    async () => {
      const tenant = newTenant('live');
      const token = await tokenFor({ tenant });
      const cursorStore = memoryCursorStore();
      const seen: string[] = [];
      for (const life of numbers(1, 3)) {
        const { live, told } = startLive(token, { cursor: 'oldest', cursorStore, strict: true });
        live.on('bank.transaction:*', (event) => seen.push(event.data.transactionId));
        live.on('community.*', ({ id }) => seen.push(id));
        await publishBursts(
          Array.from({ length: 30 }, (_, index) =>
            newEvent(tenant, index % 5 === 0 ? { type: 'community.member:left@v1' } : {}),
          ),
        );
        await waitFor('half of it', () => (live.cursor?.sequence ?? 0) >= 30 * life - 15 || undefined);
        await live.close();
        expect(told, tenant).toEqual([]);
      }
      const { live } = startLive(token, { cursorStore, strict: true });
      live.on('bank.transaction:*', (event) => seen.push(event.data.transactionId));
      live.on('community.*', ({ id }) => seen.push(id));
      await waitFor('the rest', () => live.cursor?.sequence === 90 || undefined);
      const wanted = (await readAll(token)) as unknown as readonly TidingsEvent[];
      expect(seen, tenant).toEqual(
        wanted.map((event) => (event.type === 'bank.transaction:created@v1' ? event.data.transactionId : event.id)),
      );
    },
  );

  clients('gives a loop one event after the other, and the whole of one that no socket carries', async () => {
    const tenant = newTenant('loop');
    const token = await tokenFor({ tenant });
    const { live, told } = startLive(token, { strict: true });
    const large = eventOfSize(tenant, 200 * KIB, { id: 'a/b#c?d=⛵' });
    const seen: { readonly id: string; readonly length: number }[] = [];
    const loop = (async () => {
      for await (const { id, data } of live.events('bank.test:*', { limit: 3 })) {
        seen.push({ id, length: data.firstName.length });
      }
    })();
    await liveOn(live);
    const small = { type: 'bank.test:created@v1' };
    const events = [newEvent(tenant, small), large, newEvent(tenant, small)];
    for (const [index, event] of events.entries()) {
      await publish([event]);
      await waitForHead(tenant, index + 1);
    }
    await loop;
    expect(seen, tenant).toEqual(
      events.map(({ id, data }) => ({ id, length: (data as { readonly firstName: string }).firstName.length })),
    );
    expect(told, tenant).toEqual([]);
  });

  clients('tells of a large event that the token may not fetch, and gives it without its data', async () => {
    const tenant = newTenant('no-scope');
    const { live, told } = startLive(await tokenFor({ tenant, scope: 'bank' }));
    const seen: [string, unknown][] = [];
    live.on('*', ({ id, data }) => seen.push([id, data]));
    await liveOn(live);
    const large = eventOfSize(tenant, 200 * KIB);
    await publish([large]);
    await waitFor('the event', () => seen.length > 0 || undefined, { lastSeen: () => told.join('; ') });
    expect(seen, tenant).toEqual([[large.id, undefined]]);
    expect(told, tenant).toEqual([expect.stringContaining('DATA_REFUSED')]);
  });
});

/** A consumer of the subscription `work`, and what it was given. */
function consume(transport: Transport, token: string, options: Partial<TidingsSubscriptionOptions> = {}) {
  const { apiUrl, socketUrl: url } = hubUnderTest().target;
  const given: string[] = [];
  const told: string[] = [];
  const { onEvent } = options;
  const consumer = new TidingsSubscription({
    apiUrl,
    url,
    name: 'work',
    token: () => token,
    transport,
    webSocket: WebSocket,
    timing: QUICK,
    idle: IDLE,
    onError: ({ code, message }) => told.push(`${code}: ${message}`),
    ...options,
    onEvent: (event) => {
      given.push(event.id);
      return onEvent?.(event);
    },
  });
  onTestFinished(() => consumer.stop({ timeout: 0 }));
  consumer.start();
  return { consumer, given, told };
}

/** The first time that each came: what is left when repeats are dropped. */
const firsts = (ids: readonly string[]): readonly string[] => [...new Set(ids)];

async function subscriptionOf(tenant: string) {
  const token = await serviceToken(tenant);
  const routes = new SubscriptionRoutes(token);
  await routes.make('work', { cursor: { sequence: 0 } });
  const standsAt = (sequence: number, lastSeen: () => string) =>
    waitFor(
      `the subscription to stand at ${sequence}`,
      async () => (await routes.cursor('work')).sequence === sequence || undefined,
      { lastSeen },
    );
  return { token, routes, standsAt };
}

for (const transport of TRANSPORTS) {
  describe(`TidingsSubscription by ${transport}`, () => {
    clients('gives everything in order, and again what its handler failed at', async () => {
      const tenant = newTenant('failing');
      const { token, standsAt } = await subscriptionOf(tenant);
      const events = [...several(60, tenant), eventOfSize(tenant, 200 * KIB), ...several(60, tenant)];
      const failures = new Map<string, number>();
      const { given, told } = consume(transport, token, {
        onEvent: ({ id, data, sequence }) => {
          if (data === undefined) throw new Error(`no data in ${id}`);
          const before = failures.get(id) ?? 0;
          failures.set(id, before + 1);
          if (Number(sequence) % 25 === 0 && before < 2) throw new Error('not yet');
        },
      });
      await publishBursts(events);
      await standsAt(121, () => `Told: ${told.join('; ')}`);
      const stored = idsOf(await readAll(token));
      expect(firsts(given), tenant).toEqual(stored);
      expect(given, `${tenant}: only what failed comes again`).toHaveLength(121 + 4 * 2);
      expect(told, tenant).toHaveLength(8);
    });

    clients('handles several at once, and stops with what they are at', async () => {
      const tenant = newTenant('several');
      const { token, routes, standsAt } = await subscriptionOf(tenant);
      await publishBursts(several(80, tenant));
      await waitForHead(tenant, 80);
      let [running, most] = [0, 0];
      const onEvent = async (): Promise<void> => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
      };
      const first = consume(transport, token, { concurrency: 4, onEvent });
      await waitFor('some of it', () => first.given.length >= 20 || undefined);
      await first.consumer.stop();
      expect([running, most], tenant).toEqual([0, 4]);
      const stood = (await routes.cursor('work')).sequence;
      expect(stood, `${tenant}: all that was given has been acknowledged`).toBe(first.given.length);
      const second = consume(transport, token, { concurrency: 4, onEvent });
      await standsAt(80, () => second.told.join('; '));
      expect([...first.given, ...second.given], tenant).toEqual(idsOf(await readAll(token)));
    });

    clients('waits over a pause, and ends when the subscription is deleted', async () => {
      const tenant = newTenant('paused');
      const { token, routes, standsAt } = await subscriptionOf(tenant);
      await routes.change('work', { status: 'paused' });
      await publish(several(3, tenant));
      const { consumer, given, told } = consume(transport, token);
      await waitFor('it to wait', () => consumer.state === 'behind' || undefined);
      expect(given, tenant).toEqual([]);
      await routes.change('work', { status: 'active' });
      await standsAt(3, () => told.join('; '));
      expect(given, tenant).toHaveLength(3);
      await consumer.stop();
      const next = consume(transport, token);
      await waitFor('it to be live', () => next.consumer.state === 'live' || undefined);
      await routes.remove('work');
      // A socket that is open hears of it with its next question, which may be minutes later.
      if (transport === 'socket') await next.consumer.stop();
      const gone = transport === 'socket' ? consume(transport, token) : next;
      await expect(gone.consumer.ended, tenant).rejects.toMatchObject({ cause: { code: 'SUBSCRIPTION_NOT_FOUND' } });
      expect(gone.consumer.state, tenant).toBe('closed');
    });

    clients('creates what it consumes, and goes on where it was', async () => {
      const tenant = newTenant('created');
      const token = await serviceToken(tenant);
      await publish([newEvent(tenant), newEvent(tenant, { type: 'community.member:left@v1' })]);
      await waitForHead(tenant, 2);
      const create = { filter: { types: ['community.*'] }, cursor: 'oldest' } as const;
      const first = consume(transport, token, { create });
      await waitFor('the first', () => first.given.length === 1 || undefined, { lastSeen: () => first.told.join() });
      await first.consumer.stop();
      await publish([newEvent(tenant, { type: 'community.member:joined@v1' })]);
      const second = consume(transport, token, { create });
      await waitFor('the second', () => second.given.length === 1 || undefined, { lastSeen: () => second.told.join() });
      expect([first.given.length, second.given.length], tenant).toEqual([1, 1]);
    });

    clients('loses nothing when its process is killed between handler and acknowledgement', async () => {
      const tenant = newTenant('killed');
      const { token, standsAt } = await subscriptionOf(tenant);
      await publishBursts(several(40, tenant));
      await waitForHead(tenant, 40);
      const stored = idsOf(await readAll(token));
      const given: string[] = [];
      for (const dieAfter of [1, 12, 25, 1000]) {
        const life = await liveOnce({ transport, token, dieAfter }, async () => {
          await standsAt(40, () => `Given: ${given.length}`);
        });
        // Each life goes on in order, and no later than behind what the last one was given.
        const at = stored.indexOf(life[0] ?? '');
        expect(at, tenant).toBeLessThanOrEqual(firsts(given).length);
        expect(life, tenant).toEqual(stored.slice(at, at + life.length));
        given.push(...life);
      }
      expect(firsts(given), tenant).toEqual(stored);
    });
  });
}

/** One life of a consumer in a process of its own. @returns what it was given */
async function liveOnce(
  plan: { readonly transport: Transport; readonly token: string; readonly dieAfter: number },
  untilDone: () => Promise<void>,
): Promise<readonly string[]> {
  const { apiUrl, socketUrl: url } = hubUnderTest().target;
  const script = fileURLToPath(new URL('consumer-process.ts', import.meta.url));
  const env = { ...process.env, PLAN: JSON.stringify({ apiUrl, url, name: 'work', ...plan }) };
  const child = spawn(process.execPath, ['--import', 'tsx', script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('close', (_, signal) => resolve(signal)));
  const isToDie = plan.dieAfter < 1000;
  if (!isToDie) {
    await untilDone();
    child.kill('SIGTERM');
  }
  expect(await ended).toBe(isToDie ? 'SIGKILL' : null);
  return output.split('\n').filter((line) => line !== '');
}

describe('topics across the hub', () => {
  clients('bring an event to every process, under the id that its publisher was told', async () => {
    const tenant = newTenant('topics');
    const token = await tokenFor({ tenant });
    const publisher = { publish: publishOne } as unknown as Publisher;
    const seen: string[][] = [[], []];
    const both = seen.map((ids) => {
      const { live } = startLive(token);
      const topics = createTopics({ hub: { live, publisher } });
      topics.on('community.*', ({ id }) => ids.push(id));
      return { live, topics };
    });
    for (const { live } of both) await liveOn(live);
    const { data } = newEvent(tenant, { type: 'community.member:left@v1' });
    const topic = both[0]?.topics.topic('community.member:left@v1');
    const published = await topic?.publish({ tenantid: tenant, data: data as never });
    await waitFor('it in both', () => seen.every(({ length }) => length === 1) || undefined);
    expect(seen, tenant).toEqual([[published?.id], [published?.id]]);
  });
});

async function publishOne(event: SentEvent): Promise<{ readonly id: string; readonly type: string }> {
  await publish([event]);
  return { id: event.id, type: event.type };
}
