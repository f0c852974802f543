import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { newEvent } from '../acceptance/events.ts';
import { processTree } from '../acceptance/process-tree.ts';
import { BY_NPM_START, startSandboxProcess } from '../acceptance/sandbox-process.ts';
import type { Target } from '../acceptance/target.ts';

/**
 * `npm run bench`: how fast the sandbox of this machine starts, how long an event takes from POST to a socket when
 * little else happens, and how much memory the sandbox takes. Numbers for people; nothing here fails but the hub.
 */

const WARM_UP = 30;
const EVENTS = 250;
const ARRIVAL_MILLISECONDS = 10_000;

async function fetchToken({ tokenUrl }: Target, tenant: string): Promise<string> {
  const form = { grant_type: 'client_credentials', client_id: 'bench', client_secret: 'bench', tenant, scope: 'bank' };
  const response = await fetch(tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
  return ((await response.json()) as { access_token: string }).access_token;
}

/** A socket that tells when each event arrives. */
async function openSocket(
  { socketUrl }: Target,
  token: string,
): Promise<{ arrival(id: string): Promise<number>; close(): void }> {
  const socket = new WebSocket(`${socketUrl}?types=*`, ['tidings.v1', `bearer.${token}`]);
  const waiting = new Map<string, (milliseconds: number) => void>();
  socket.on('message', (data) => {
    const now = performance.now();
    const { events = [] } = JSON.parse(String(data)) as { events?: { id: string }[] };
    for (const { id } of events) waiting.get(id)?.(now);
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return {
    arrival: (id) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`The event ${id} has not arrived`)), ARRIVAL_MILLISECONDS);
        waiting.set(id, (now) => {
          clearTimeout(late);
          resolve(now);
        });
      }),
    close: () => socket.terminate(),
  };
}

/** Milliseconds of each event from before its POST to its answer, and to its arrival; one event at a time. */
async function measure(target: Target): Promise<{ readonly answered: number[]; readonly arrived: number[] }> {
  const tenant = `bench-${randomUUID()}`;
  const token = await fetchToken(target, tenant);
  const socket = await openSocket(target, token);
  const times = { answered: [] as number[], arrived: [] as number[] };
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents+json' };
  for (let count = 0; count < WARM_UP + EVENTS; count += 1) {
    const event = newEvent(tenant);
    const arrival = socket.arrival(event.id);
    const start = performance.now();
    const response = await fetch(`${target.apiUrl}/events`, { method: 'POST', headers, body: JSON.stringify(event) });
    const answered = performance.now() - start;
    if (response.status !== 202) throw new Error(`POST /events answered ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
    const arrived = (await arrival) - start;
    if (count < WARM_UP) continue;
    times.answered.push(answered);
    times.arrived.push(arrived);
  }
  socket.close();
  return times;
}

/** The value below which a share of the values lies: nearest rank. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

const memoryOf = (pid: number): number => processTree(pid).reduce((sum, { memory }) => sum + memory, 0);
const milliseconds = (value: number): string => `${value.toFixed(1)} ms`;
const mebibytes = (value: number): string => `${(value / 2 ** 20).toFixed(0)} MiB`;

const folder = mkdtempSync(join(tmpdir(), 'tidings-bench-'));
try {
  const started = performance.now();
  const sandbox = await startSandboxProcess(folder, BY_NPM_START);
  const boot = performance.now() - started;
  const idle = memoryOf(sandbox.pid);
  const { answered, arrived } = await measure(sandbox.target);
  const used = memoryOf(sandbox.pid);
  const processes = processTree(sandbox.pid).length;
  await sandbox.stop();
  const spread = (values: readonly number[]): string =>
    `median ${milliseconds(percentile(values, 0.5))}, p99 ${milliseconds(percentile(values, 0.99))}`;
  const rows = [
    ['npm start until usable', `${(boot / 1000).toFixed(1)} s`],
    ['memory when idle', `${mebibytes(idle)} resident, ${processes} processes`],
    [`memory after ${WARM_UP + EVENTS} events`, `${mebibytes(used)} resident`],
    ['POST → 202', `${spread(answered)} (${EVENTS} events, one at a time)`],
    ['POST → socket', `${spread(arrived)} (the same)`],
  ];
  console.log(rows.map(([name = '', value]) => `${name.padEnd(26)}${value}`).join('\n'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
