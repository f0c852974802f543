import type { TenantId } from '@tidings/contracts';
import { counterKey, eventKey, fanOutKey } from '../../../../lambdas/adapters/dynamodb/keys.ts';
import { type DeadLetter, QUEUE_NAMES } from '../../../../lambdas/core/operations/dead-letter.ts';
import { goThroughLetters, letterQueue } from '../../../../lambdas/core/operations/letter-round.ts';
import { Failure, Stopped } from '../failure.ts';
import type { Aws, Key } from './aws.ts';
import type { Deployment } from './deployment.ts';
import { type LedgerEntry, readLedger } from './ledger.ts';
import { findEventRows, findShardRows, findSocketRows, findSubscriptionRows } from './tenant-rows.ts';
import { readHead, readPosition } from './tenant-state.ts';

/** What there was of a tenant. */
export interface Erased {
  events: number;
  ledgerEntries: number;
  subscriptions: number;
  /** Rows of sockets. */
  connections: number;
  /** Counts of sockets, of the tenant and of each user. */
  slots: number;
  deadLetters: number;
  /** Head and fan-out positions. */
  counters: number;
  /** Events that no ledger entry names any more, where they were looked for. */
  strays: number;
}

export interface Erasure {
  readonly aws: Aws;
  readonly deployment: Deployment;
  readonly tenant: TenantId;
  /** Whether the whole table is read for events that no ledger entry names. */
  readonly isThorough: boolean;
  /** Whether to count only. */
  readonly isDry: boolean;
  readonly stop: AbortSignal;
  readonly pause: (milliseconds: number) => Promise<unknown>;
  readonly onProgress: (through: number, events: number) => void;
}

/** Rounds after which a log that is still written to is left: producers go on sending. */
const MAX_ROUNDS = 20;

/**
 * How often it is looked again for dead letters that somebody else had in hand, and the pause before. Together it is longer
 * than a command that was killed hides what it held, unless the queue is long.
 */
const MAX_LOOKS = 20;
const LOOK_MILLISECONDS = 2000;

/** Sockets that are closed at once. */
const CLOSED_AT_ONCE = 8;
const BATCH = 10;

/** DynamoDB deletes the counter only if nothing was recorded since its ledger was found empty. */
const HEAD_IS_UNMOVED = 'head = :head AND epoch = :epoch';

/**
 * Erases a tenant, or counts what would be erased.
 *
 * It can be ended anywhere and be begun again. The ledger entry goes after the events that it names, because only it
 * knows them; the counter goes last, and only if nothing was recorded meanwhile, because it is what keeps the order.
 * With it the epoch goes: should the tenant send again, its history gets another one, and readers with an older cursor
 * are told by `reset`.
 */
export async function erase(erasure: Erasure): Promise<Erased> {
  const erased: Erased = {
    events: 0,
    ledgerEntries: 0,
    subscriptions: 0,
    connections: 0,
    slots: 0,
    deadLetters: 0,
    counters: 0,
    strays: 0,
  };
  await eraseSubscriptions(erasure, erased);
  const held = await eraseDeadLetters(erasure, erased);
  await eraseSockets(erasure, erased);
  await eraseLog(erasure, erased);
  if (erasure.isDry) return erased;
  // Clients connect again, and a fan-out that was under way may have written its position.
  await eraseSubscriptions(erasure, erased);
  await eraseSockets(erasure, erased);
  await eraseLog(erasure, erased);
  if (held > 0) await eraseHeldLetters(erasure, erased);
  return erased;
}

/** How many rows there are of a tenant that is being erased; more than none if somebody makes new ones. */
export async function countRemains({ aws: { tables }, deployment, tenant }: Erasure): Promise<number> {
  const { eventLog } = deployment.tables;
  const { sockets, slots } = await findSocketRows({ tables, deployment }, tenant);
  const subscriptions = await findSubscriptionRows({ tables, deployment }, tenant);
  const head = await readHead(tables, eventLog, tenant);
  const position = await readPosition(tables, eventLog, tenant);
  const shards = await findShardRows({ tables, deployment }, tenant);
  const counters = [head, position].filter((mark) => mark !== undefined).length + shards.length;
  return sockets.length + slots.length + subscriptions.length + counters;
}

async function eraseSubscriptions({ aws: { tables }, deployment, tenant, isDry }: Erasure, erased: Erased) {
  const keys = await findSubscriptionRows({ tables, deployment }, tenant);
  if (!isDry) await tables.removeAll(deployment.tables.eventLog, keys);
  erased.subscriptions += keys.length;
}

/** @returns about how many somebody else had in hand: whose they are could not be seen */
async function eraseDeadLetters({ aws, deployment, tenant, isDry, stop }: Erasure, erased: Erased): Promise<number> {
  let held = 0;
  for (const name of QUEUE_NAMES) {
    const queue = letterQueue(name, deployment.queues);
    const { inFlight } = await goThroughLetters({
      queues: aws.queues,
      queue,
      stop,
      async onLetters(letters) {
        const own = letters.filter((letter) => letter.tenant === tenant);
        const staying = new Set<DeadLetter>(letters);
        for (let at = 0; !isDry && at < own.length; at += BATCH) {
          const batch = own.slice(at, at + BATCH);
          const receipts = batch.map(({ message }) => message.receipt);
          const problems = await aws.queues.remove(queue.url, receipts);
          const failed = problems.filter((problem) => problem !== undefined).length;
          if (failed > 0)
            throw new Failure(`${failed} dead letters in ${name} could not be deleted: repeat the command`);
          for (const letter of batch) staying.delete(letter);
        }
        erased.deadLetters += own.length;
        return [...staying];
      },
    });
    held += inFlight;
    if (stop.aborted) throw new Stopped('Stopped between two queues');
  }
  return held;
}

async function eraseHeldLetters(erasure: Erasure, erased: Erased): Promise<void> {
  let held = 0;
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    await erasure.pause(LOOK_MILLISECONDS);
    held = await eraseDeadLetters(erasure, erased);
    if (held === 0) return;
  }
  throw new Failure(`all is erased but dead letters: about ${held} are in somebody’s hands, and may be the tenant’s`, {
    notes: [
      'What a command has in hand, or had when it was killed, is there again after fifteen minutes at most: repeat this one then',
    ],
  });
}

/** Closes the tenant's sockets before their rows go: an open one would write its row again with its next message. */
async function eraseSockets(erasure: Erasure, erased: Erased): Promise<void> {
  const { aws, deployment, tenant, isDry } = erasure;
  const { sockets, slots, connectionIds } = await findSocketRows({ tables: aws.tables, deployment }, tenant);
  erased.connections += sockets.length;
  erased.slots += slots.length;
  if (isDry) return;
  const queue = [...connectionIds].values();
  const worker = async (): Promise<void> => {
    for (const id of queue) await aws.sockets.close(id);
  };
  await Promise.all(Array.from({ length: Math.min(CLOSED_AT_ONCE, connectionIds.size) }, worker));
  await aws.tables.removeAll(deployment.tables.connections, [...sockets, ...slots]);
}

async function eraseLog(erasure: Erasure, erased: Erased): Promise<void> {
  const { aws, deployment, tenant, isDry } = erasure;
  const { tables } = aws;
  const table = deployment.tables.eventLog;
  for (let round = 1; ; round += 1) {
    if (round > MAX_ROUNDS) {
      throw new Failure('events of the tenant keep coming: what was there is erased, what has come since is not', {
        notes: ['Stop its producers, wait until the intake queue is empty, and repeat the command'],
      });
    }
    const head = await readHead(tables, table, tenant);
    const position = await readPosition(tables, table, tenant);
    for await (const entries of readLedger(tables, table, tenant)) await eraseEntries(erasure, entries, erased);
    if (round === 1 && erasure.isThorough) await eraseStrays(erasure, erased);
    const shards = await findShardRows({ tables, deployment }, tenant);
    const counters = [head, position].filter((mark) => mark !== undefined).length + shards.length;
    if (isDry || counters === 0) {
      erased.counters += counters;
      return;
    }
    await tables.removeAll(table, shards);
    const values = { ':head': { N: String(head?.sequence) }, ':epoch': { S: head?.epoch ?? '' } };
    const condition = { expression: HEAD_IS_UNMOVED, values };
    const removed = await tables.removeTogether(table, [
      ...(head === undefined ? [] : [{ key: counterKey(tenant), condition }]),
      { key: fanOutKey(tenant) },
    ]);
    if (!removed) continue;
    erased.counters += counters;
    return;
  }
}

async function eraseEntries(erasure: Erasure, entries: readonly LedgerEntry[], erased: Erased): Promise<void> {
  const { aws, deployment, tenant, isDry, stop, onProgress } = erasure;
  const table = deployment.tables.eventLog;
  const lines = entries.flatMap((entry) => entry.lines);
  const keys = new Map(lines.map(({ id }) => [id, eventKey(tenant, id)]));
  if (!isDry) {
    await aws.tables.removeAll(table, [...keys.values()]);
    await aws.tables.removeAll(
      table,
      entries.map(({ key }) => key),
    );
  }
  erased.events += lines.length;
  erased.ledgerEntries += entries.length;
  onProgress(lines.at(-1)?.sequence ?? 0, erased.events);
  if (stop.aborted) throw new Stopped('Stopped between two pages');
}

async function eraseStrays(
  { aws: { tables }, deployment, tenant, isDry, stop }: Erasure,
  erased: Erased,
): Promise<void> {
  let found = 0;
  for await (const keys of findEventRows({ tables, deployment }, tenant)) {
    if (!isDry) await tables.removeAll(deployment.tables.eventLog, keys as Key[]);
    found += keys.length;
    if (stop.aborted) throw new Stopped('Stopped between two pages');
  }
  // A dry run finds those as well that the ledger names.
  erased.strays += isDry ? Math.max(0, found - erased.events) : found;
}
