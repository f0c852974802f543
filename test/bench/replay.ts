import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startEngine } from '../../sandbox/dynamodb-engine.ts';
import { DIRECTLY } from '../acceptance/sandbox-process.ts';
import type { Target } from '../acceptance/target.ts';
import { fetchToken } from '../chaos/hub-api.ts';
import type { Bench, BenchContext, BenchResult, Finding, Limit } from './bench.ts';
import { connectTo, createLogTable, holderOf, logIn, type Reader, recordBacklog, SHARES } from './replay/backlog.ts';
import type { CaughtUp } from './replay/client-process.ts';
import type { Memory } from './replay/memory.ts';
import { type LogTable, leastReads, replay } from './replay/reads.ts';
import { withSandbox } from './scratch.ts';

/** What a reader may read, as a multiple of the least that its events take. */
const MOST_READS = 1.2;
/** Microseconds of a processor that an event may take of a client. */
const MOST_CPU = 50;
/**
 * Events a second that a client gets at least: from the code of the hub beside its table, and through the sandbox, where
 * each of the dozen requests behind a page goes over HTTP twice, one after the other, because the client asks for the next
 * page when it has this one. Through it, 5,000 is not reached on two small cores, whatever the size of the events.
 */
const LEAST_RATE = { hub: 5000, sandbox: 2000 } as const;
/** Bytes of data of an event, for backlogs in the sandbox. The first one warms the functions up, too. */
const SANDBOX: readonly { readonly bytes: number; readonly limit?: Limit }[] = [
  { bytes: 512 },
  { bytes: 1024, limit: { least: LEAST_RATE.sandbox } },
];
/** Memory comes and goes with garbage; ten times the backlog would show far above. */
const MOST_GROWTH = 1.5;

const EVENTS = {
  reads: { whole: 20_000, quick: 1500 },
  client: 6000,
  memory: [10_000, 100_000],
  rate: 50_000,
  sandbox: 30_000,
} as const;
/** Events of a commit: as a queue's batch brings them, and as few as the targets of this hub assume. */
const BATCHES = { small: 10, large: 90 } as const;
const TOKEN_SECONDS = 3600;
const TABLE = 'bench';

/** `replay`: what catching up takes of the tables, of a client, and of time. */
export const bench: Bench = {
  name: 'replay',
  title: 'Catching up',
  method:
    'Read units by the rules of DynamoDB from the items that were read, against the least possible: the whole ledger read ' +
    'in one go, rounded up once, and each event that is for the reader. A client in a process of its own reads a ' +
    'backlog of events with 1 KiB of data, from a hub in another one and from the sandbox; its processor time is everything ' +
    'from connecting to its handler of the last event.',
  isGuarded: true,
  run: measure,
};

async function measure(context: BenchContext): Promise<BenchResult> {
  const engine = await startEngine();
  const client = connectTo(engine.endpoint);
  const table = { endpoint: engine.endpoint, tableName: TABLE };
  try {
    await createLogTable(client, TABLE);
    const log = logIn(client, TABLE);
    const count = EVENTS.reads[context.isQuick ? 'quick' : 'whole'];
    const findings: Finding[] = [];
    for (const batch of Object.values(BATCHES)) {
      context.progress(`recording ${count} events, ${batch} in a commit`);
      const tenant = await recordBacklog(`reads-${batch}`, count, { log, batch });
      for (const reader of Object.keys(SHARES) as Reader[]) {
        context.progress(`reading one event of ${SHARES[reader]}`);
        findings.push(await readsOf(tenant, reader, batch, table));
      }
    }
    if (context.isQuick) {
      // Enough of them that connecting, and the compiler's work, are a small part.
      const tenant = await recordBacklog('client', EVENTS.client, { log, batch: BATCHES.large });
      const { cpu } = (await catchUp(tenant, EVENTS.client, table)).caught;
      findings.push({ ...CLIENT_CPU, value: cpu });
      return { findings };
    }
    const peaks: { readonly count: number; readonly client: Memory; readonly hub: Memory }[] = [];
    for (const count of EVENTS.memory) {
      context.progress(`catching up with ${count} events`);
      const tenant = await recordBacklog(`memory-${count}`, count, { log, batch: BATCHES.large });
      const { caught, serving } = await catchUp(tenant, count, table);
      peaks.push({ count, client: caught, hub: serving });
      if (count !== EVENTS.memory[1]) continue;
      findings.push({ ...CLIENT_CPU, value: caught.cpu });
      findings.push(rateFinding(count, caught.seconds, 1024));
    }
    const tenant = await recordBacklog('rate', EVENTS.rate, { log, batch: BATCHES.large, bytes: 512 });
    const { seconds } = (await catchUp(tenant, EVENTS.rate, table)).caught;
    findings.push({ ...rateFinding(EVENTS.rate, seconds, 512), limit: { least: LEAST_RATE.hub } });
    findings.push(...growth(peaks));
    context.progress('the sandbox');
    findings.push(...(await catchUpInSandbox(context)));
    return { findings };
  } finally {
    client.destroy();
    await engine.end();
  }
}

const CLIENT_CPU = {
  what: 'processor time of a client, an event',
  unit: 'µs',
  limit: { most: MOST_CPU },
  detail: 'socket, parsing, order and handing over, from connecting on',
} as const;

/** A page holds 120 KB, and takes the same few requests whatever is in it: with smaller events more come in a second. */
const rateFinding = (count: number, seconds: number, bytes: number): Finding => ({
  what: `events a second to one client, ${bytes.toLocaleString('en-US')} bytes of data`,
  value: count / seconds,
  unit: 'events',
  detail: `${count} events in ${seconds.toFixed(1)} s, from a process that does what the function of the socket does`,
});

async function readsOf(
  tenant: Parameters<typeof replay>[0],
  reader: Reader,
  batch: number,
  table: LogTable,
): Promise<Finding> {
  const { reads, events, pages } = await replay(tenant, reader, table);
  const least = await leastReads(tenant, reader, table);
  return {
    what: `read units, one event of ${SHARES[reader].toLocaleString('en-US')} is for the reader, commits of ${batch}`,
    value: reads.units / least.units,
    unit: '×',
    limit: { most: MOST_READS },
    detail: `${reads.units} against ${least.units}, for ${events} events in ${pages} pages; all payloads: ${least.everything}`,
  };
}

function growth(
  peaks: readonly { readonly count: number; readonly client: Memory; readonly hub: Memory }[],
): readonly Finding[] {
  const [small, large] = peaks;
  return (['client', 'hub'] as const).map((who) => ({
    what: `memory of the ${who}, ten times the backlog`,
    value: (large?.[who].peak ?? Number.NaN) / (small?.[who].peak ?? Number.NaN),
    unit: '×',
    limit: { most: MOST_GROWTH },
    detail: peaks
      .map((one) => `${mebibytes(one[who].peak)} for ${one.count} events (${mebibytes(one[who].base)} before)`)
      .join(', '),
  }));
}

/** Lets a client catch up with everything, it and the hub in processes of their own. */
async function catchUp(tenant: string, head: number, { endpoint, tableName }: LogTable) {
  const hub = fork('hub-process.ts', [endpoint, tableName, tenant]);
  try {
    const { port } = await message<{ readonly port: number }>(hub);
    const caught = await runClient(`ws://127.0.0.1:${port}`, 'token', head);
    hub.send('memory');
    return { caught, serving: await message<Memory>(hub) };
  } finally {
    hub.disconnect();
  }
}

/** One client catches up with a tenant's whole history over the sandbox's socket. */
async function catchUpInSandbox({ progress }: BenchContext): Promise<readonly Finding[]> {
  return await withSandbox(DIRECTLY, ({ target }) => catchUpWith(target, progress));
}

async function catchUpWith(target: Target, progress: BenchContext['progress']): Promise<readonly Finding[]> {
  const client = connectTo(target.awsEndpointUrl ?? '');
  try {
    const log = logIn(client, target.tables?.['eventLog'] ?? '');
    const findings: Finding[] = [];
    for (const { bytes, limit } of SANDBOX) {
      progress(`storing ${EVENTS.sandbox} events with ${bytes} bytes of data`);
      const tenant = await recordBacklog(`replayed-${bytes}`, EVENTS.sandbox, { log, batch: BATCHES.large, bytes });
      const token = await fetchToken(target, holderOf(tenant, 'every'), 'events:read', TOKEN_SECONDS);
      progress(`catching up with ${EVENTS.sandbox} events`);
      const { seconds } = await runClient(target.socketUrl, token, EVENTS.sandbox);
      findings.push({
        what: `events a second to one client of the sandbox, ${bytes} bytes of data`,
        value: EVENTS.sandbox / seconds,
        unit: 'events',
        ...(limit !== undefined && { limit }),
        detail: `${EVENTS.sandbox} events in ${seconds.toFixed(1)} s`,
      });
    }
    return findings;
  } finally {
    client.destroy();
  }
}

async function runClient(url: string, token: string, head: number): Promise<CaughtUp> {
  const caught = await message<CaughtUp>(fork('client-process.ts', [url, token, String(head)]));
  if (caught.events !== head || !caught.isOrdered) throw new Error(`Expected 1 to ${head}: ${JSON.stringify(caught)}`);
  return caught;
}

const fork = (file: string, args: readonly string[]): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL(`replay/${file}`, import.meta.url)), ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });

const message = <Message>(child: ChildProcess): Promise<Message> =>
  new Promise((resolve, reject) => {
    const failed = (code: number | null): void => reject(new Error(`${child.spawnargs.at(3)} ended with ${code}`));
    child.once('exit', failed);
    child.once('message', (value) => {
      child.off('exit', failed);
      resolve(value as Message);
    });
  });

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
