import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRandom } from '../acceptance/random.ts';
import { startSandboxProcess } from '../acceptance/sandbox-process.ts';
import type { Target } from '../acceptance/target.ts';
import { fetchToken, readHead } from '../chaos/hub-api.ts';
import { Producer, Service, Visitor } from './residents.ts';
import { fitLine } from './statistics.ts';
import { type Holdings, HubWatcher, PROCESS_ROLES } from './watch-hub.ts';

/**
 * `npm run soak -- --minutes 60`: moderate load for an hour. Afterwards everybody leaves, and the sandbox must hold what
 * it held before: memory flat, no rows of sockets, no messages, no threads of functions, no open sockets.
 *
 * Ends with 1 if something was lost, came twice, or was left behind.
 */

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    samples: { type: 'string' },
  },
});
const MINUTES = Number(values.minutes);
const TENANTS = ['north', 'east', 'south', 'west'] as const;
const EVENTS_PER_SECOND = 3;
const VISITORS_PER_TENANT = 8;
const SAMPLE_MILLISECONDS = 10_000;
/** The first part, in which functions are loaded and caches fill, says nothing about a slope. */
const WARM_UP_SHARE = 0.25;
/** Idle threads of functions end after a minute, and are looked for every quarter of one. */
const SETTLE_MILLISECONDS = 150_000;
/** Growth in an hour that counts as flat: less than the garbage collector moves from one sample to the next. */
const FLAT_SHARE_PER_HOUR = 0.05;

const MIB = 2 ** 20;
const problems: string[] = [];
const samples: { readonly minutes: number; readonly holdings: Holdings }[] = [];

async function run(target: Target, watcher: HubWatcher): Promise<void> {
  const random = createRandom(Number(values.seed));
  const producers = TENANTS.map((tenant) => new Producer(target, tenant));
  const visitors = TENANTS.flatMap((tenant) =>
    Array.from({ length: VISITORS_PER_TENANT }, () => new Visitor(target, tenant, random.fork())),
  );
  const services = TENANTS.map((tenant) => new Service(target, tenant));
  const leave = new AbortController();
  // Everybody listens to it, which is no leak.
  setMaxListeners(0, leave.signal);
  const started = Date.now();
  for (const service of services) service.start();
  const lives = [
    ...producers.map((producer) => producer.run(EVENTS_PER_SECOND, leave.signal)),
    ...visitors.map((visitor) => visitor.run(leave.signal)),
  ];
  const failed = Promise.all(lives).then(() => undefined);
  while (Date.now() - started < MINUTES * 60_000) {
    await Promise.race([pause(SAMPLE_MILLISECONDS), failed]);
    const minutes = (Date.now() - started) / 60_000;
    const holdings = await watcher.look();
    samples.push({ minutes, holdings });
    process.stderr.write(`${minutes.toFixed(1)} min  ${summaryOf(holdings)}\n`);
  }
  leave.abort();
  await failed;
  await settleAccounts(target, producers, visitors, services);
}

/** Once, so that what is kept open for good has been opened: the log of each function, connections to the tables. */
async function callEverything(target: Target): Promise<void> {
  const signal = AbortSignal.timeout(5000);
  const service = new Service(target, 'before');
  service.start();
  await Promise.all([
    new Producer(target, 'before').run(EVENTS_PER_SECOND, signal),
    new Visitor(target, 'before', createRandom(0)).run(signal),
  ]);
  await service.stop();
  await readHead(target, await fetchToken(target, { tenant: 'before' }, 'events:read', 300));
}

/** Everybody must have had everything, once. */
async function settleAccounts(
  target: Target,
  producers: readonly Producer[],
  visitors: readonly Visitor[],
  services: readonly Service[],
): Promise<void> {
  for (const { tenant, published, broadcast } of producers) {
    const token = await fetchToken(target, { tenant }, 'events:read', 300);
    const head = await waitFor(async () => await readHead(target, token), published);
    if (head !== published) problems.push(`${tenant}: published ${published} events, the log has ${head}`);
    const guests = visitors.filter((visitor) => visitor.tenant === tenant);
    await Promise.all(guests.map((visitor) => visitor.catchUp(head, 60_000)));
    for (const { received, lives, troubles } of guests) {
      if (received !== broadcast) problems.push(`${tenant}: a page got ${received} of ${broadcast} in ${lives} lives`);
      problems.push(...troubles.map((trouble) => `${tenant}: a page was told ${trouble}`));
    }
    for (const service of services.filter((one) => one.tenant === tenant)) {
      const received = await waitFor(async () => service.received, head);
      await service.stop();
      if (received !== head) problems.push(`${tenant}: the subscription got ${received} of ${head}`);
      problems.push(...service.troubles.map((trouble) => `${tenant}: the subscription was told ${trouble}`));
    }
  }
  const lives = visitors.reduce((sum, visitor) => sum + visitor.lives, 0);
  const published = producers.reduce((sum, producer) => sum + producer.published, 0);
  console.log(
    `${published} events published, ${visitors.length} pages with ${lives} lives, ${services.length} services`,
  );
}

async function waitFor(read: () => Promise<number>, wanted: number): Promise<number> {
  const end = Date.now() + 60_000;
  for (;;) {
    const found = await read();
    if (found >= wanted || Date.now() > end) return found;
    await pause(100);
  }
}

/** Waits until nothing is left that was not there before, or for so long. */
async function settle(watcher: HubWatcher, before: Holdings): Promise<Holdings> {
  const end = Date.now() + SETTLE_MILLISECONDS;
  for (;;) {
    const after = await watcher.look();
    if (leftBehind(before, after).length === 0 || Date.now() > end) return after;
    await pause(1000);
  }
}

function leftBehind(before: Holdings, after: Holdings): readonly string[] {
  const counts: readonly (readonly [string, number | undefined, number | undefined])[] = [
    ['rows of sockets', before.rows, after.rows],
    ['processes', before.processes, after.processes],
    ['threads', before.threads, after.threads],
    ['open files and sockets', before.files, after.files],
    ...Object.keys(after.messages).map(
      (queue) => [`messages in ${queue}`, before.messages[queue], after.messages[queue]] as const,
    ),
  ];
  return counts
    .filter(([, was = 0, is = 0]) => is > was)
    .map(([what, was, is]) => `${what}: ${was} before, ${is} after`);
}

function summaryOf({ memory, processes, threads, files, rows, messages }: Holdings): string {
  const megabytes = Object.entries(memory).map(([role, bytes]) => `${role} ${(bytes / MIB).toFixed(0)} MiB`);
  const waiting = Object.entries(messages).map(([queue, count]) => `${queue} ${count}`);
  return `${megabytes.join(', ')}, ${processes} processes, ${threads} threads, ${files} files, ${rows} rows; ${waiting.join(', ')}`;
}

/** Memory of each process over time, without the beginning. */
function judgeMemory(): void {
  const end = samples.at(-1)?.minutes ?? 0;
  const steady = samples.filter(({ minutes }) => minutes >= end * WARM_UP_SHARE);
  for (const role of PROCESS_ROLES) {
    const points = steady.map(({ minutes, holdings }) => [minutes / 60, holdings.memory[role] / MIB] as const);
    const { slope, error } = fitLine(points);
    const mean = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
    // It has ended: the compiler's work is done when everything is loaded.
    if (mean === 0) continue;
    console.log(
      `${role.padEnd(9)}${mean.toFixed(0)} MiB, slope ${slope.toFixed(1)} ± ${error.toFixed(1)} MiB an hour ` +
        `(${((slope / mean) * 100).toFixed(1)} %)`,
    );
    if (slope > 2 * error && slope > mean * FLAT_SHARE_PER_HOUR) problems.push(`memory of the ${role} grows`);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'tidings-soak-'));
try {
  const sandbox = await startSandboxProcess(folder);
  const watcher = new HubWatcher(sandbox.pid, sandbox.target);
  await callEverything(sandbox.target);
  await pause(SETTLE_MILLISECONDS / 2);
  // Looking opens connections of its own, which stay open.
  await watcher.look();
  const before = await watcher.look();
  console.log(`before  ${summaryOf(before)}`);
  await run(sandbox.target, watcher);
  const after = await settle(watcher, before);
  console.log(`after   ${summaryOf(after)}`);
  problems.push(...leftBehind(before, after).map((what) => `left behind: ${what}`));
  judgeMemory();
  await sandbox.stop();
} finally {
  rmSync(folder, { recursive: true, force: true });
  if (values.samples !== undefined) writeFileSync(values.samples, `${JSON.stringify(samples, null, 2)}\n`);
}
for (const problem of problems.slice(0, 50)) console.error(problem);
console.log(problems.length === 0 ? 'Nothing lost, nothing twice, nothing left behind' : `${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
