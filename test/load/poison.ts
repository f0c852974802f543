import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { newEvent } from '../acceptance/events.ts';
import { startSandboxProcess } from '../acceptance/sandbox-process.ts';
import type { Target } from '../acceptance/target.ts';
import { fetchToken } from '../chaos/hub-api.ts';
import { type Listener, openListener } from './listener.ts';
import { percentile } from './statistics.ts';

/**
 * `npm run poison`: what others notice of a tenant that does its worst (see `poisoner.ts`). Stretches with and without
 * it alternate in one run against one sandbox; every time is from POST to arrival on a socket.
 *
 * Ends with 1 if median or 99th percentile of the others are more than {@link LIMIT} times those without.
 */

const LIMIT = 1.2;
const ROUNDS = Number(process.argv[2] ?? 10);
const TENANTS = ['calm-1', 'calm-2', 'calm-3', 'calm-4', 'calm-5', 'calm-6', 'calm-7', 'calm-8'] as const;
const EVENTS_PER_TENANT = 60;
const PERIOD_MILLISECONDS = 150;
const WARM_UP = 40;

interface Calm {
  readonly tenant: string;
  readonly token: string;
  readonly listener: Listener;
}

async function openCalm(target: Target, tenant: string): Promise<Calm> {
  const token = await fetchToken(target, { tenant }, 'bank events:read', 3600);
  return { tenant, token, listener: await openListener(target, token) };
}

/** Milliseconds from POST to arrival. */
async function deliver({ apiUrl }: Target, { tenant, token, listener }: Calm): Promise<number> {
  const event = newEvent(tenant);
  const arrival = listener.arrival(event.id);
  const start = performance.now();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents+json' };
  const response = await fetch(`${apiUrl}/events`, { method: 'POST', headers, body: JSON.stringify(event) });
  if (response.status !== 202) throw new Error(`POST /events answered ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
  return (await arrival) - start;
}

/** One event after the other at a steady pace; an event that takes long does not hold up the next. */
async function measure(target: Target, calm: Calm, count: number): Promise<readonly number[]> {
  const times: Promise<number>[] = [];
  for (let sent = 0; sent < count; sent += 1) {
    times.push(deliver(target, calm));
    await pause(PERIOD_MILLISECONDS);
  }
  return await Promise.all(times);
}

const measureAll = async (target: Target, calm: readonly Calm[], count: number): Promise<readonly number[]> =>
  (await Promise.all(calm.map((one) => measure(target, one, count)))).flat();

/** Starts the tenant that does its worst, and waits until its socket is stuck. */
async function poison(target: Target): Promise<ChildProcess> {
  const file = fileURLToPath(new URL('poisoner.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', file, JSON.stringify(target)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', (code) => reject(new Error(`The poisoner ended with ${code}`)));
  });
  return child;
}

async function heal(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin?.end();
  await ended;
}

const folder = mkdtempSync(join(tmpdir(), 'tidings-poison-'));
try {
  const sandbox = await startSandboxProcess(folder);
  const calm = await Promise.all(TENANTS.map((tenant) => openCalm(sandbox.target, tenant)));
  await measureAll(sandbox.target, calm, WARM_UP);
  const without: number[] = [];
  const beside: number[] = [];
  const stretch = async (isPoisoned: boolean): Promise<void> => {
    const child = isPoisoned ? await poison(sandbox.target) : undefined;
    (isPoisoned ? beside : without).push(...(await measureAll(sandbox.target, calm, EVENTS_PER_TENANT)));
    if (child !== undefined) await heal(child);
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    // Which comes first alternates too: a machine that slows down or speeds up favours neither.
    for (const isPoisoned of round % 2 === 0 ? [false, true] : [true, false]) await stretch(isPoisoned);
    process.stderr.write(`round ${round + 1} of ${ROUNDS}\r`);
  }
  for (const { listener } of calm) listener.close();
  await sandbox.stop();
  const ratios = [0.5, 0.9, 0.99].map((share) => {
    const [a, b] = [percentile(without, share), percentile(beside, share)];
    console.log(
      `p${share * 100}`.padEnd(5),
      `without ${a.toFixed(1)} ms, beside ${b.toFixed(1)} ms, ratio ${(b / a).toFixed(2)}`,
    );
    return { share, ratio: b / a };
  });
  console.log(`${without.length} events without, ${beside.length} beside, ${ROUNDS} rounds`);
  const broken = ratios.filter(({ share, ratio }) => share !== 0.9 && !(ratio <= LIMIT));
  for (const { share, ratio } of broken) console.error(`p${share * 100}: ratio ${ratio.toFixed(2)}, expected ${LIMIT}`);
  process.exitCode = broken.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
