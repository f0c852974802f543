import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../acceptance/random.ts';
import type { Target } from '../acceptance/target.ts';
import { waitFor } from '../acceptance/wait.ts';
import type { ChaosOptions } from './arguments.ts';
import { audit, readSubscription } from './audit.ts';
import { Consumer, type ConsumerPlan } from './consumers.ts';
import { DeadLetters } from './dead-letters.ts';
import { ask, fetchToken, insist, readHead, Unavailable } from './hub-api.ts';
import type { KillableHub, Victim } from './killable-hub.ts';
import { Outbox, type Pace, produce, TENANTS } from './producers.ts';

/** Longest time between the hub's first acknowledgement of a life and its end. */
const LONGEST_LIFE_MILLISECONDS = 8000;
/** Longest time into a start that is cut off. */
const LONGEST_START_MILLISECONDS = 1500;
/** Producers wait when so many acknowledged events are not stored yet. */
const MOST_UNSTORED = 3000;
/** How long it may take, after the last kill, until everything is stored, and delivered. */
const SETTLE_MILLISECONDS = 300_000;
const EVENTS_PER_REQUEST = 100;
/** Most events of a batch when there are enough events and kills are still to come. */
const TRICKLE = 5;

const everywhere = { organizations: ['o1', 'o2', 'o3'], roles: ['clerk', 'auditor'] };
const SUBSCRIPTION = 'ledger/export';

const CONSUMERS: readonly ConsumerPlan[] = [
  { name: 'north-all', receiver: { tenant: 'north', user: 'u1', ...everywhere }, filter: {} },
  {
    name: 'north-community',
    receiver: { tenant: 'north', user: 'u2', organizations: ['o1'], roles: [] },
    filter: { types: ['community.*'] },
  },
  {
    name: 'north-created',
    receiver: { tenant: 'north', user: undefined, organizations: [], roles: [] },
    filter: { actions: ['created', 'posted'] },
  },
  { name: 'south-all', receiver: { tenant: 'south', user: 'u2', ...everywhere }, filter: {} },
  {
    name: 'south-subjects',
    receiver: { tenant: 'south', user: 'u1', organizations: ['o2', 'o3'], roles: ['clerk'] },
    filter: { subjects: ['thing/1', 'thing/2', 'thing/3'] },
  },
  {
    name: 'south-durable',
    receiver: { tenant: 'south', user: 'u1', ...everywhere },
    filter: { types: ['bank.*'] },
    subscription: SUBSCRIPTION,
  },
];

/** What a run came to: a table for people, and what was wrong. */
export interface ChaosResult {
  readonly rows: readonly (readonly [name: string, value: string])[];
  readonly violations: readonly string[];
}

/** Load, kills and restarts; then peace, until everything has arrived; then the audit. */
export async function runChaos(
  options: ChaosOptions,
  hub: KillableHub,
  folder: string,
  random: Random,
): Promise<ChaosResult> {
  const began = Date.now();
  hub.start();
  await hub.up();
  const { target } = hub;
  await insist('creating the subscription', () => createSubscription(target));
  const outbox = new Outbox();
  const kills = new Map<string, number>();
  const killed = (): number => [...kills.values()].reduce((sum, count) => sum + count, 0);
  let unstored = 0;
  const pace: Pace = {
    goesOn: () => outbox.acknowledged.size < options.events || killed() < options.kills,
    get batch() {
      if (unstored > MOST_UNSTORED) return 0;
      return outbox.sent.size < options.events ? EVENTS_PER_REQUEST : TRICKLE;
    },
  };
  const consumers = CONSUMERS.map((plan) => new Consumer(plan, target, folder));
  const producing = Promise.all(
    (['http', 'bus', 'http', 'bus'] as const).map((way, index) =>
      produce(`${way}-${index}`, way, { target, outbox, pace, random: random.fork() }),
    ),
  );
  let isProducing = true;
  const failed = producing.then(
    () => undefined,
    (error: unknown) => error,
  );
  void failed.finally(() => {
    isProducing = false;
  });
  const watching = (async () => {
    while (isProducing) {
      const stored = await countStored(target).catch(() => undefined);
      if (stored !== undefined) unstored = outbox.acknowledged.size - stored;
      await pause(250);
    }
  })();

  const killing = random.fork();
  while (killed() < options.kills && isProducing) {
    // Kills are spread over the events, so that there is load until the last.
    const due = (options.events * killed()) / options.kills;
    const isStart = await killOnce(hub, outbox, killing, kills, due);
    if (killed() % 5 === 0 && !isStart) {
      const at = consumers.map(({ sequence }) => sequence).join(' ');
      console.log(`${killed()} kills, ${outbox.acknowledged.size} events acknowledged; clients at ${at}`);
    }
  }
  const error = await failed;
  if (error !== undefined) throw error;
  await watching;
  const calm = Date.now();
  const redriven = await settle(target, outbox, consumers);
  const settled = Date.now();
  const violations = [...(await settleSubscription(target, consumers))];
  // What was handled is saved by then.
  await Promise.all(consumers.map((consumer) => consumer.close()));
  const findings = await audit(target, outbox, consumers);
  violations.push(...findings.violations);
  await hub.stop();

  const list = (counts: ReadonlyMap<string, number>): string =>
    [...counts].map(([name, count]) => `${name} ${count}`).join(', ') || 'none';
  const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
  const errors = new Map<string, number>();
  for (const [code, count] of consumers.flatMap((each) => [...each.errors])) {
    errors.set(code, (errors.get(code) ?? 0) + count);
  }
  const heads = Object.entries(findings.heads).map(([tenant, head]) => `${tenant} 1..${head}`);
  return {
    violations,
    rows: [
      ['seed', String(options.seed)],
      ['kills (SIGKILL)', `${killed()}: ${list(kills)}`],
      ['restarts', String(hub.lives - 1)],
      ['faults struck', list(hub.struck)],
      ['events acknowledged', `${outbox.acknowledged.size}; sent again ${outbox.repeated}`],
      ['tried too often', `${redriven} messages, which were sent again from the dead-letter queue`],
      ['events stored', `${Object.values(findings.heads).reduce((sum, head) => sum + head, 0)}: ${heads.join(', ')}`],
      ...consumers.map(({ plan, handled, sockets, renewals }): [string, string] => [
        `client ${plan.name}`,
        `${handled.length} events, ${sockets} sockets, ${renewals} renewals`,
      ]),
      ['clients were told of', list(errors)],
      ['duration', `${seconds(calm - began)} of chaos, ${seconds(settled - calm)} until everything had arrived`],
      ['lost', String(findings.lost)],
      ['repeats', String(findings.repeats)],
      ['violations', String(violations.length)],
    ],
  };
}

/** One kill, while there is load or while the hub starts, and one restart. @returns whether a start was cut off */
async function killOnce(
  hub: KillableHub,
  outbox: Outbox,
  random: Random,
  kills: Map<string, number>,
  due: number,
): Promise<boolean> {
  const victim: Victim = random.chance(0.5) ? 'sandbox' : 'everything';
  const isStart = hub.lives > 1 && outbox.acknowledged.size >= due && random.chance(0.15);
  if (isStart) {
    await pause(random.below(LONGEST_START_MILLISECONDS));
  } else {
    await hub.up();
    const before = outbox.acknowledged.size;
    const isDue = (): boolean => outbox.acknowledged.size > before && outbox.acknowledged.size >= due;
    await waitFor('events to be acknowledged', () => isDue() || undefined, { deadline: SETTLE_MILLISECONDS });
    await pause(random.below(LONGEST_LIFE_MILLISECONDS));
  }
  await hub.kill(victim);
  const name = isStart ? `${victim} while it started` : victim;
  kills.set(name, (kills.get(name) ?? 0) + 1);
  hub.start();
  return isStart;
}

/**
 * Waits until everything that was acknowledged is stored, and everything stored is delivered. Messages that kills have
 * made the queue give up are sent again, as whoever runs a hub does.
 * @returns how many of those there were
 */
async function settle(target: Target, outbox: Outbox, consumers: readonly Consumer[]): Promise<number> {
  const deadLetters = new DeadLetters(target);
  let redriven = 0;
  let stored = 0;
  await waitFor(
    'every event to be stored',
    async () => {
      stored = (await countStored(target).catch(() => undefined)) ?? stored;
      redriven += await deadLetters.redrive().catch((error: unknown) => {
        if (error instanceof Error && error.message.startsWith('A message was refused')) throw error;
        return 0;
      });
      return stored >= outbox.acknowledged.size || undefined;
    },
    {
      deadline: SETTLE_MILLISECONDS,
      lastSeen: () => `${stored} of ${outbox.acknowledged.size} are`,
    },
    // The audit says which are not.
  ).catch((cause: unknown) => console.error(String(cause)));
  const heads = new Map<string, number>();
  for (const tenant of TENANTS) heads.set(tenant, await insist('reading a head', () => headOf(target, tenant)));
  const late = (): readonly Consumer[] =>
    consumers.filter(({ plan, sequence }) => sequence < (heads.get(plan.receiver.tenant) ?? 0));
  await waitFor('every client to have everything', () => late().length === 0 || undefined, {
    deadline: SETTLE_MILLISECONDS,
    lastSeen: () =>
      late()
        .map(({ plan, sequence, state }) => `${plan.name} is ${state} at ${sequence}`)
        .join(', '),
  }).catch((cause: unknown) => console.error(String(cause)));
  return redriven;
}

/** Waits until the durable subscription stands where its client is. */
async function settleSubscription(target: Target, consumers: readonly Consumer[]): Promise<readonly string[]> {
  const durable = consumers.filter(({ plan }) => plan.subscription !== undefined);
  const last = Math.max(0, ...durable.flatMap(({ handled }) => Number(handled.at(-1)?.sequence ?? 0)));
  let acknowledged = 0;
  const probe = async (): Promise<true | undefined> => {
    acknowledged = await insist('reading the subscription', () =>
      readSubscription(target, 'south', path(SUBSCRIPTION)),
    );
    return acknowledged >= last || undefined;
  };
  const isSettled = await waitFor('the acknowledgement of the last event', probe).catch(() => false);
  return isSettled ? [] : [`The subscription stands at ${acknowledged}, expected at least ${last}`];
}

async function countStored(target: Target): Promise<number> {
  const heads = await Promise.all(TENANTS.map((tenant) => headOf(target, tenant)));
  return heads.reduce((sum, head) => sum + head, 0);
}

const headOf = async (target: Target, tenant: string): Promise<number> =>
  readHead(target, await tokenOf(target, tenant));

const TOKEN_SECONDS = 3600;
const tokens = new Map<string, string>();

async function tokenOf(target: Target, tenant: string): Promise<string> {
  const token = tokens.get(tenant) ?? (await fetchToken(target, { tenant }, 'events:read', TOKEN_SECONDS));
  tokens.set(tenant, token);
  return token;
}

const path = (name: string): string => encodeURIComponent(encodeURIComponent(name));

async function createSubscription(target: Target): Promise<void> {
  const token = await fetchToken(target, { tenant: 'south' }, 'events:read subscriptions:write', 60);
  const { status, text } = await ask(`${target.apiUrl}/subscriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: SUBSCRIPTION, filter: { types: ['bank.*'] }, cursor: { sequence: 0 } }),
  });
  if (status !== 201 && status !== 409) throw new Unavailable(`POST /subscriptions answered ${status} ${text}`);
}
