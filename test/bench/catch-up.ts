import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { asEventId, asSequence, type TenantId } from '@tidings/contracts';
import { createDynamoDbEventLog } from '../../lambdas/adapters/dynamodb/event-log.ts';
import { KEY_ATTRIBUTES } from '../../lambdas/adapters/dynamodb/keys.ts';
import { systemSurroundings } from '../../lambdas/adapters/surroundings.ts';
import type { Recipient } from '../../lambdas/core/identity.ts';
import { readPage } from '../../lambdas/core/read-page.ts';
import { startEngine } from '../../sandbox/dynamodb-engine.ts';
import { connectTo, recordBacklog, SPARSENESS, sparse } from './catch-up/backlog.ts';
import type { Memory } from './catch-up/memory.ts';
import { meterReads, type Reads } from './catch-up/read-meter.ts';

/**
 * Part of `npm run bench`: what it takes to catch up. How much a subscriber reads to whom little belongs, against all
 * payloads of the range; how fast a client takes 100,000 events, and how much memory it and the hub need for that,
 * against 10,000. Fails if the first is less than ten times less, or memory grows with the backlog.
 */

const BACKLOGS = [10_000, 100_000] as const;
const LEAST_RATIO = 10;
/** Memory that may come and go with time, as garbage does; ten times the backlog would show far above. */
const MOST_GROWTH = 1.5;
const TABLE = 'bench';
const EVENTS_PER_READ = 1000;
const SYNC_BYTES = 120 * 1024;

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const engine = await startEngine();
const client = connectTo(engine.endpoint);
const log = createDynamoDbEventLog({ client, tableName: TABLE, surroundings: systemSurroundings, generation: 1 });

/** A log whose reads are counted. */
function metered(): { readonly log: typeof log; readonly reads: Reads } {
  const own = connectTo(engine.endpoint);
  const reads = meterReads(own);
  return {
    log: createDynamoDbEventLog({ client: own, tableName: TABLE, surroundings: systemSurroundings, generation: 1 }),
    reads,
  };
}

async function createTable(): Promise<void> {
  const { partition, sort } = KEY_ATTRIBUTES;
  const keys = [partition, sort];
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys.map((AttributeName) => ({
        AttributeName,
        KeyType: AttributeName === partition ? 'HASH' : 'RANGE',
      })),
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    }),
  );
}

/** What a recipient reads to catch up, page by page as syncs do. */
async function readsToCatchUp(recipient: Recipient): Promise<{ readonly reads: Reads; readonly events: number }> {
  const { log, reads } = metered();
  const head = await log.head(recipient.tenant);
  let events = 0;
  for (let sequence = 0; sequence < head.sequence; ) {
    const start = { epoch: head.epoch, sequence: asSequence(sequence) };
    const page = await readPage(recipient, { start, wants: () => true, limit: 1000, bytes: SYNC_BYTES }, log);
    if (page.kind === 'reset') throw new Error(`Expected a page, found a reset: ${page.reason}`);
    events += page.events.length;
    sequence = page.through;
  }
  return { reads, events };
}

/** What it takes to read the payloads of all events, without so much as looking them up. */
async function readsOfPayloads(tenant: TenantId, ids: readonly string[]): Promise<Reads> {
  const { log, reads } = metered();
  for (let at = 0; at < ids.length; at += EVENTS_PER_READ) {
    await log.readEvents(tenant, ids.slice(at, at + EVENTS_PER_READ).map(asEventId));
  }
  return reads;
}

interface Caught extends Memory {
  readonly events: number;
  readonly isOrdered: boolean;
  readonly seconds: number;
  readonly heldUp: number;
}

/** Lets a client catch up with everything, it and the hub in processes of their own. */
async function catchUp(tenant: TenantId, head: number) {
  const hub = fork('hub-process.ts', [engine.endpoint, TABLE, tenant]);
  const { port } = await message<{ readonly port: number }>(hub);
  const consumer = fork('client-process.ts', [`ws://127.0.0.1:${port}`, String(head)]);
  const caught = await message<Caught>(consumer);
  hub.send('memory');
  const serving = await message<Memory & { readonly requests: number }>(hub);
  hub.disconnect();
  if (caught.events !== head || !caught.isOrdered) throw new Error(`Expected 1 to ${head}: ${JSON.stringify(caught)}`);
  return { caught, serving };
}

const fork = (file: string, args: readonly string[]): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL(`catch-up/${file}`, import.meta.url)), ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });

const message = <Message>(child: ChildProcess): Promise<Message> =>
  new Promise((resolve, reject) => {
    child.once('message', (value) => resolve(value as Message));
    child.once('exit', (code) => reject(new Error(`${child.spawnargs.at(3)} ended with ${code}`)));
  });

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
const describeReads = ({ requests, items, bytes, units }: Reads): string =>
  `${units} read units, ${items} items, ${(bytes / 2 ** 20).toFixed(1)} MiB, ${requests} requests`;

try {
  await createTable();
  const seeding = performance.now();
  const backlogs = await Promise.all(BACKLOGS.map((count) => recordBacklog(`backlog-${count}`, count, log)));
  const rows: [string, string][] = [
    [
      'recording the backlogs',
      `${((performance.now() - seeding) / 1000).toFixed(0)} s for ${BACKLOGS.join(' + ')} events`,
    ],
  ];
  const failures: string[] = [];
  const large = backlogs.at(-1);
  if (large === undefined) throw new Error('Expected a backlog');
  const few = await readsToCatchUp(sparse(large.tenant));
  const all = await readsOfPayloads(large.tenant, large.ids);
  rows.push(
    ['one event in', `${SPARSENESS} is for the subscriber: ${few.events} of ${large.ids.length}`],
    ['it reads', describeReads(few.reads)],
    ['all payloads are', `${describeReads(all)}; ${Math.round(all.bytes / all.items)} bytes an item`],
  );
  for (const measure of ['units', 'items', 'bytes'] as const) {
    const ratio = all[measure] / few.reads[measure];
    rows.push([`times less (${measure})`, ratio.toFixed(1)]);
    if (ratio < LEAST_RATIO) failures.push(`Expected ${LEAST_RATIO} times less ${measure}, found ${ratio.toFixed(1)}`);
  }
  const peaks: { client: number; hub: number }[] = [];
  for (const { tenant, ids } of backlogs) {
    const { caught, serving } = await catchUp(tenant, ids.length);
    const { events, seconds, heldUp } = caught;
    rows.push(
      [
        `${events} events`,
        `${Math.round(events / seconds)} events/s, strict: ${seconds.toFixed(1)} s, waited ${heldUp} times`,
      ],
      ['  client', `${mebibytes(caught.peak)} at most, ${mebibytes(caught.base)} before`],
      ['  hub', `${mebibytes(serving.peak)} at most, ${mebibytes(serving.base)} before; ${serving.requests} requests`],
    );
    peaks.push({ client: caught.peak, hub: serving.peak });
  }
  const [small, big] = peaks;
  for (const who of ['client', 'hub'] as const) {
    const growth = (big?.[who] ?? 0) / (small?.[who] ?? 1);
    rows.push([`${who}: ten times as many`, `take ${growth.toFixed(2)} times the memory`]);
    if (growth > MOST_GROWTH)
      failures.push(`Expected at most ${MOST_GROWTH} times, found ${growth.toFixed(2)} (${who})`);
  }
  console.log(rows.map(([name, value]) => `${name.padEnd(26)}${value}`).join('\n'));
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
} finally {
  client.destroy();
  await engine.end();
}
