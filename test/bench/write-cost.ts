import { asSequence, asTenantId } from '@tidings/contracts';
import { packJson, toEventItem } from '../../lambdas/adapters/dynamodb/event-item.ts';
import { createDynamoDbEventLog } from '../../lambdas/adapters/dynamodb/event-log.ts';
import { systemSurroundings } from '../../lambdas/adapters/surroundings.ts';
import { recordEvents } from '../../lambdas/core/record-events.ts';
import { ENGINES, type Engine } from '../contract/engines.ts';
import type { Bench, BenchContext, BenchResult, Finding } from './bench.ts';
import { sizeOf } from './capacity/item-size.ts';
import { type DataKind, realisticEvents } from './capacity/realistic-events.ts';
import { toRecordable } from './capacity/recordable.ts';
import { meterWrites, total, type Writes } from './capacity/write-meter.ts';

/** Events of one batch that are shown, and of how many the limits are. */
const BATCHES = { whole: [1, 2, 5, 10, 20, 50, 90], quick: [10, 50] } as const;
const MOST_UNITS: Readonly<Record<number, number>> = { 10: 2.9, 50: 2.5 };
const LEAST_EVENTS = 4000;

/** Commits of which the units are the average. */
const COMMITS = { whole: 20, quick: 4 } as const;

/** Units that one partition takes in a second. Source: DynamoDB developer guide, "Designing partition keys". */
const UNITS_PER_SECOND = 1000;

/** Bytes of a write unit. */
const UNIT_BYTES = 1024;

/** Events, and steps of the size of their data, with which the largest is looked for. */
const SAMPLE = 40;
const SMALLEST_DATA = 600;
const DATA_STEP = 20;
const MOST_DATA = 4000;

/** What a transaction of the hub is said to take on AWS, in milliseconds, for the ceiling that follows from waiting. */
const TRANSACTION_MILLISECONDS = [10, 20] as const;

const KINDS: readonly DataKind[] = ['invoice', 'transaction', 'message', 'random'];
const NAMES: Readonly<Record<string, string>> = {
  E: 'events',
  L: 'ledger entry',
  C: 'counter',
  F: 'fan-out position',
};

export const bench: Bench = {
  name: 'write-cost',
  title: 'What recording an event costs in DynamoDB',
  method:
    'Counted from the items that the hub sends, by the rules of the DynamoDB developer guide (two units for each started KB of an item in a transaction, one outside), and compared with what the engines report. Each event has 1 KiB of data. A batch is one commit, and the fan-out moves its position once.',
  isGuarded: true,
  run,
};

async function run({ isQuick, progress }: BenchContext): Promise<BenchResult> {
  const names = Object.keys(ENGINES).filter((name) => ENGINES[name]?.missing === undefined);
  const engines = isQuick ? names.slice(0, 1) : names;
  const results = new Map<string, Counted[]>();
  for (const name of engines) {
    progress(`starting ${name}`);
    const engine = await ENGINES[name]?.start();
    if (engine === undefined) continue;
    try {
      results.set(name, await countAll(engine, isQuick, (text) => progress(`${name}: ${text}`)));
    } finally {
      await engine.stop();
    }
  }
  const counted = [...results.values()][0] ?? [];
  const of = (kind: DataKind, batch: number) => counted.find((one) => one.kind === kind && one.batch === batch);
  return {
    findings: [
      ...counted.flatMap(unitFindings),
      ...counted.filter(({ kind }) => kind === 'invoice').flatMap(ceilingFindings),
      ...[...results].map(([name, all]) => agreement(name, all)),
    ],
    charts: [
      {
        name: 'write-units-by-batch',
        title: 'Write units an event, by events of a batch',
        kind: 'lines',
        x: { label: 'events of a batch' },
        y: { label: 'write units an event' },
        series: KINDS.map((kind) => ({
          name: kind,
          points: counted.filter((one) => one.kind === kind).map(({ batch, units }) => [batch, units] as const),
        })),
        mark: { name: 'the least: one KB in a transaction', y: 2 },
      },
    ],
    tables: [
      { title: 'Items of a commit: bytes and units, on average', rows: itemRows(of('invoice', 10), of('invoice', 50)) },
      { title: 'Events a second of one tenant, at most', rows: ceilingRows(counted) },
      ...(isQuick
        ? []
        : [{ title: 'Largest data of which 19 of 20 events take one KB of the table', rows: largestRows() }]),
    ],
    notes: [
      '`random` has no limit: base64 of random bits compresses to three quarters, and with its attributes 1 KiB of it takes a second KB. Encrypted or compressed data is like this.',
      'Partitions bound a tenant by units; a commit also waits for the one before. At the 10 to 20 ms that AWS takes for a transaction, 50 to 100 commits a second are possible: the batch decides, and the queue hands over ten messages at a time.',
    ],
  };
}

interface Counted {
  readonly kind: DataKind;
  readonly batch: number;
  readonly commits: number;
  /** Write units an event. */
  readonly units: number;
  readonly writes: Writes;
}

async function countAll(engine: Engine, isQuick: boolean, progress: (text: string) => void): Promise<Counted[]> {
  const tableName = await engine.createTable('bench');
  const counted: Counted[] = [];
  for (const kind of isQuick ? (['invoice'] as const) : KINDS) {
    for (const batch of BATCHES[isQuick ? 'quick' : 'whole']) {
      progress(`${kind}, batches of ${batch}`);
      counted.push(await count(engine, tableName, kind, batch, COMMITS[isQuick ? 'quick' : 'whole']));
    }
  }
  return counted;
}

async function count(engine: Engine, tableName: string, kind: DataKind, batch: number, commits: number) {
  const client = engine.copyOfClient(() => undefined);
  const writes = meterWrites(client);
  const log = createDynamoDbEventLog({ client, tableName, surroundings: systemSurroundings, generation: 1 });
  const tenant = asTenantId(`${kind}-accounting-${batch}`);
  const events = realisticEvents(kind, batch * commits, { seed: batch, tenant }).map(toRecordable);
  try {
    for (let at = 0; at < events.length; at += batch) {
      const some = events.slice(at, at + batch);
      const { head } = await recordEvents(tenant, some, { days: 30 }, { log, surroundings: systemSurroundings });
      await log.moveFanOutPosition(tenant, head);
    }
  } finally {
    client.destroy();
  }
  return { kind, batch, commits, units: total(writes.units) / events.length, writes };
}

function unitFindings({ kind, batch, units, writes, commits }: Counted): readonly Finding[] {
  const most = kind === 'random' ? undefined : MOST_UNITS[batch];
  if (MOST_UNITS[batch] === undefined) return [];
  const parts = Object.entries(writes.units).map(([name, sum]) => `${NAMES[name]} ${sum / commits}`);
  const finding = { what: `units an event, ${kind}, batches of ${batch}`, value: units, unit: 'write units' };
  return [{ ...finding, detail: parts.join(', '), ...(most !== undefined && { limit: { most } }) }];
}

/** What each partition lets through in a second. */
function ceilings({ batch, writes, commits }: Counted): Readonly<Record<'L' | 'C' | 'F', number>> {
  const eventsOf = (kind: string): number => (UNITS_PER_SECOND * commits * batch) / (writes.units[kind] ?? Number.NaN);
  return { L: eventsOf('L'), C: eventsOf('C'), F: eventsOf('F') };
}

function ceilingFindings(counted: Counted): readonly Finding[] {
  if (MOST_UNITS[counted.batch] === undefined) return [];
  const bounds = ceilings(counted);
  return [
    {
      what: `ceiling of a tenant by its partitions, batches of ${counted.batch}`,
      value: Math.floor(Math.min(...Object.values(bounds))),
      unit: 'events/s',
      limit: { least: LEAST_EVENTS },
      detail: Object.entries(bounds)
        .map(([kind, most]) => `${NAMES[kind]} ${Math.floor(most)}`)
        .join(', '),
    },
  ];
}

function ceilingRows(counted: readonly Counted[]): readonly (readonly string[])[] {
  const [fast, slow] = TRANSACTION_MILLISECONDS;
  return [
    [
      'events of a batch',
      'ledger partition',
      'counter partition',
      `one transaction at a time, ${fast}–${slow} ms each`,
    ],
    ...counted
      .filter(({ kind }) => kind === 'invoice')
      .map((one) => {
        const { L, C } = ceilings(one);
        const serial = TRANSACTION_MILLISECONDS.map((milliseconds) => (one.batch * 1000) / milliseconds);
        return [one.batch, Math.floor(L), Math.floor(C), `${serial[1]}–${serial[0]}`].map(String);
      }),
  ];
}

function itemRows(...all: readonly (Counted | undefined)[]): readonly (readonly string[])[] {
  const rows = all.flatMap((one) => (one === undefined ? [] : Object.keys(NAMES).map((kind) => itemRow(one, kind))));
  return [['batch', 'item', 'bytes', 'units of a commit'], ...rows];
}

function itemRow({ batch, commits, writes }: Counted, kind: string): readonly string[] {
  const items = kind === 'E' ? commits * batch : commits;
  const bytes = Math.round((writes.bytes[kind] ?? 0) / items);
  return [`${batch}`, `${NAMES[kind]}`, `${bytes}`, `${(writes.units[kind] ?? 0) / commits}`];
}

/** Whether an engine counts as the guide says. */
const agreement = (name: string, counted: readonly Counted[]): Finding => ({
  what: `units reported by ${name}, to those counted`,
  value:
    counted.reduce((sum, { writes }) => sum + writes.reported, 0) /
    counted.reduce((sum, { writes }) => sum + total(writes.units), 0),
  unit: '×',
  // DynamoDB Local counts a transaction in a way of its own, which is neither AWS's nor documented.
  ...(name === 'dynoxide' && { limit: { most: 1, least: 1 } }),
});

/** The largest data of each kind with which nineteen of twenty events fit into one KB of the table. */
function largestRows(): readonly (readonly string[])[] {
  const fits = (kind: DataKind, bytes: number): boolean => {
    const sizes = realisticEvents(kind, SAMPLE, { seed: 7, bytes }).map((event) => {
      const { json, event: recordable } = toRecordable(event);
      const place = { sequence: asSequence(1_000_000), recordedAt: new Date(), expiresAt: 2_000_000_000 };
      return sizeOf(toEventItem(recordable.tenantid, recordable.id, packJson(json), place));
    });
    return sizes.filter((size) => size <= UNIT_BYTES).length >= SAMPLE * 0.95;
  };
  const largest = KINDS.map((kind) => {
    let bytes = SMALLEST_DATA;
    while (bytes < MOST_DATA && fits(kind, bytes + DATA_STEP)) bytes += DATA_STEP;
    return [kind, String(bytes)];
  });
  return [['data', 'bytes'], ...largest];
}
