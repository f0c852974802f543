import { asSequence, asTenantId } from '@tidings/contracts';
import { isForBrowsers, letsThrough, maySee } from './model.ts';
import type { World } from './world.ts';

const MINUTE = 60_000;
/** Three heartbeats, and time to connect anew: long enough for everybody to have noticed whatever went wrong. */
const recoveryOf = ({ profile }: World): number => 3 * profile.heartbeatSeconds * 1000 + 1.5 * MINUTE;
const LONGEST_DRAIN_MILLISECONDS = 60 * MINUTE;
/** In which what is published in a calm world has come to everybody: far less than a heartbeat. */
const PROMPT_MILLISECONDS = 25_000;

/** Lets the world calm down, everything reconnect, and holds what has become of it against the model. */
export async function judge(world: World): Promise<void> {
  const isOver = (): boolean => world.violation !== undefined;
  world.calmDown();
  world.consumers.recover();
  // What was under way when the world calmed down has come to an end after this.
  await world.pass(MINUTE);
  for (let waited = 0; waited < LONGEST_DRAIN_MILLISECONDS && !world.queues.isEmpty && !isOver(); waited += MINUTE) {
    await world.pass(MINUTE);
  }
  if (!isOver() && !world.queues.isEmpty) return world.violate('queues become empty', 'an hour was not enough');
  world.services.resumeAll();
  await world.pass(1000);
  world.consumers.recover();
  await world.pass(recoveryOf(world));
  for (const check of [checkStored, checkLog, checkConsumers, checkFloors, checkPromptness, checkGoodbye]) {
    if (!isOver()) await check(world);
  }
}

/** Every event that was put is in the log, or lies in the dead letters with a reason. */
function checkStored(world: World): void {
  const buried = new Map(world.queues.deadLetters.map(({ body, reason }) => [body, reason]));
  for (const { tenant, id, body, isGood } of world.producers.puts) {
    const isStored = world.truth.copiesOf(tenant, id).length > 0;
    if (!isStored && !buried.has(body)) world.violate('stored or in the dead letters', `${id} of ${tenant} is neither`);
    if (isStored && !isGood) world.violate('stored or in the dead letters', `${id} is stored, and must not be`);
  }
}

/** The log is what was committed, less what has expired, and the fan-out has reached its head. */
async function checkLog(world: World): Promise<void> {
  const { log, truth, queues, scheduler } = world;
  const given = queues.deadLetters.filter(({ reason }) => reason === 'redrive' || reason === 'INTERNAL_ERROR');
  const redriven = given.map(({ body }) => body);
  for (const name of truth.tenants) {
    const tenant = asTenantId(name);
    const facts = truth.of(name);
    const head = await log.head(tenant);
    const { events } = await log.readLedger(tenant, asSequence(0), head.sequence, facts.length + 1);
    const kept = facts.filter(({ expiresAt }) => expiresAt * 1000 > scheduler.now);
    const listed = events.map(({ sequence, id }) => `${sequence} ${id}`).join();
    if (head.sequence !== facts.length || listed !== kept.map(({ sequence, id }) => `${sequence} ${id}`).join()) {
      world.violate('gapless', `the log of ${name} holds ${listed}, head ${head.sequence} of ${facts.length}`);
    }
    const { sequence: position, split } = await log.fanOutPosition(tenant);
    // A ring that lies in the dead letters, or whose message does, has been heard by an operator.
    const isExcused = queues.unheard.has(name) || redriven.some((body) => body.includes(JSON.stringify(name)));
    if (position !== facts.length && !isExcused) {
      world.violate('the fan-out reaches the head', `it stands at ${position} of ${facts.length} for ${name}`);
    }
    for (let shard = 0; split !== undefined && shard < world.profile.scale.shards; shard += 1) {
      const { sequence } = await log.fanOutPosition(tenant, shard);
      if (sequence === facts.length || isExcused) continue;
      world.violate('the fan-out reaches the head', `shard ${shard} stands at ${sequence} of ${facts.length}`);
    }
  }
}

/** Everybody is live, and has everything. */
function checkConsumers(world: World): void {
  for (const { options, journal, state, cursor } of world.consumers.all) {
    const head = world.truth.of(options.user.tenant).length;
    if (state !== 'live') world.violate('everybody becomes live', `${options.name} is ${state}`);
    else if (cursor !== undefined && cursor.sequence !== head) {
      world.violate('everybody becomes live', `${options.name} stands at ${cursor.sequence} of ${head}`);
    }
    journal.settled(head);
  }
}

/** Whatever a subscription lets through has come to one of its consumers. */
function checkFloors(world: World): void {
  const { consumers, watch, truth } = world;
  for (const floor of watch.floors.all) {
    const isServed = consumers.all.some(
      ({ options: { user, wish } }) =>
        user.tenant === floor.tenant && 'subscription' in wish && wish.subscription === floor.name,
    );
    if (!isServed) continue;
    const lost = truth.of(floor.tenant).find((fact) => fact.sequence > floor.start && watch.floors.isOwed(floor, fact));
    if (lost !== undefined) {
      world.violate('nothing is missing', `nobody who consumes ${floor.name} ever got ${lost.sequence}`);
    }
  }
}

/** What is published in a calm world comes at once: nobody lives on heartbeats alone. */
async function checkPromptness(world: World): Promise<void> {
  const { consumers, producers, truth, watch } = world;
  const listeners = consumers.listeners.filter(({ isListening }) => isListening);
  const sockets = new Map(listeners.map((listener) => [listener, listener.socket]));
  const ids = producers.tenants.flatMap((tenant) => [1, 2].map(() => ({ tenant, id: producers.publishToAll(tenant) })));
  await world.pass(PROMPT_MILLISECONDS);
  // A socket that has ended meanwhile, as idle ones do, owes nothing.
  const stillThere = listeners.filter((listener) => listener.isListening && sockets.get(listener) === listener.socket);
  for (const { tenant, id } of ids) {
    const [fact] = truth.copiesOf(tenant, id);
    if (fact === undefined) {
      world.violate('stored or in the dead letters', `${id} is not stored after ${PROMPT_MILLISECONDS} ms of calm`);
      continue;
    }
    for (const { options, journal } of consumers.all) {
      const { user, wish } = options;
      const floor = 'subscription' in wish ? watch.floors.of(tenant, wish.subscription) : undefined;
      const isOwed = floor === undefined ? journal.isFor(fact) : letsThrough(floor.filter, fact);
      if (user.tenant === tenant && isOwed && !journal.handled.has(fact.sequence)) {
        world.violate('what happens comes at once', `${options.name} still waits for ${fact.sequence}`);
      }
    }
    for (const { name, user, types, heard } of stillThere) {
      const claims = user.issued.at(-1)?.claims;
      const isFor = claims !== undefined && maySee(claims, fact) && letsThrough({ types: types.split(',') }, fact);
      if (isFor && isForBrowsers(fact) && !heard.has(fact.sequence)) {
        world.violate('what happens comes at once', `${name} has not heard ${fact.sequence}`);
      }
    }
  }
}

/** Whoever says goodbye is forgotten. */
async function checkGoodbye(world: World): Promise<void> {
  const before = new Set(world.gateway.sockets.keys());
  for (const consumer of world.consumers.all) consumer.close();
  for (const listener of world.consumers.listeners) listener.close();
  // Until the last half-open connection of before has been noticed.
  await world.pass(8 * MINUTE);
  if (world.gateway.sockets.size > 0) {
    world.violate('no connection is left behind', `${[...world.gateway.sockets.keys()].join()} are still open`);
  }
  for (const tenant of world.producers.tenants) {
    const left = (await world.registry.list(asTenantId(tenant))).connections.filter(
      ({ id }) => before.has(id) && world.watch.lines.get(id)?.wasDeleted !== true,
    );
    if (left.length > 0) {
      world.violate('no connection is left behind', `the registry still holds ${left.map(({ id }) => id).join()}`);
    }
  }
}
