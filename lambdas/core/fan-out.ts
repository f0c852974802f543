import type { Sequence, TenantId } from '@tidings/contracts';
import { hasExpired } from './identity.ts';
import { type DeliverableEvent, forSocket, framesOf } from './live-frames.ts';
import type { Connection, ConnectionRegistry } from './ports/connection-registry.ts';
import type { EventLog, LedgerEvent, LedgerPage } from './ports/event-log.ts';
import type { Doorbell, SocketPoster } from './ports/outbound.ts';
import type { Subscriptions } from './ports/subscriptions.ts';
import type { Surroundings } from './ports/surroundings.ts';
import { readRecorded } from './read-recorded.ts';
import { type SelectPorts, selectDeliveries } from './select-deliveries.ts';

/** What the fan-out needs of the world. */
export interface FanOutPorts extends SelectPorts {
  readonly log: EventLog;
  readonly registry: ConnectionRegistry;
  readonly poster: SocketPoster;
  readonly doorbell: Doorbell;
  readonly subscriptions: Subscriptions;
  readonly surroundings: Pick<Surroundings, 'now' | 'uniqueId'>;
  /** Base URL of the HTTP API, for `dataref`. */
  readonly apiUrl: string;
}

/** What one run has done; for metrics and logs. */
export interface FanOutResult {
  readonly through: Sequence;
  readonly delivered: number;
  readonly gone: number;
  readonly failed: number;
}

/** Events of one round, by number and by bytes: what is delivered at once must fit into the function's memory. */
const ROUND = { events: 500, bytes: 16 * 1024 * 1024 } as const;

/**
 * API Gateway answers 410 for a connection until its `$connect` has returned. So a young one that seems gone has only
 * missed something.
 */
const YOUNG_MILLISECONDS = 10_000;

/** Posts under way at once: enough to hide their latency, few enough for one function's sockets and memory. */
const CONCURRENT_CONNECTIONS = 64;

/**
 * Delivers a tenant's news to its sockets, from where the last run has stopped up to the head.
 *
 * Runs of one tenant come one after the other, because the doorbell's message group is the tenant; should two overlap
 * after a timeout all the same, sockets get frames twice, which clients drop by their cursors. The head is read
 * before the connections: who subscribes after that reads a head at least as high, and misses nothing.
 *
 * @param mayGoOn whether there is time for another round; if not, the doorbell is rung for the rest
 */
export async function fanOut(tenant: TenantId, mayGoOn: () => boolean, ports: FanOutPorts): Promise<FanOutResult> {
  const total = { delivered: 0, gone: 0, failed: 0 };
  let position = await ports.log.fanOutPosition(tenant);
  const head = await ports.log.head(tenant);
  while (position < head.sequence) {
    if (!mayGoOn()) {
      await ports.doorbell.ring(tenant, head, ports.surroundings.uniqueId());
      break;
    }
    const page = withinMemory(await ports.log.readLedger(tenant, position, head.sequence, ROUND.events));
    add(total, await deliver(tenant, page.events, ports));
    position = page.through;
    await ports.log.moveFanOutPosition(tenant, position);
  }
  return { through: position, ...total };
}

/** The beginning of a page that fits into a round; one event always does. */
function withinMemory({ events, through }: LedgerPage): LedgerPage {
  let bytes = 0;
  const end = events.findIndex((event, index) => {
    bytes += event.bytes;
    return index > 0 && bytes > ROUND.bytes;
  });
  const last = events[end - 1];
  return last === undefined ? { events, through } : { events: events.slice(0, end), through: last.sequence };
}

type Counts = Omit<FanOutResult, 'through'>;

function add(total: { -readonly [Kind in keyof Counts]: number }, { delivered, gone, failed }: Counts): void {
  total.delivered += delivered;
  total.gone += gone;
  total.failed += failed;
}

/**
 * Delivers a page of the ledger. A gap in it is history that is gone, and no frame covers one: a client would take it
 * for what was not for it, instead of being told by its next sync.
 */
async function deliver(tenant: TenantId, headers: readonly LedgerEvent[], ports: FanOutPorts): Promise<Counts> {
  const total = { delivered: 0, gone: 0, failed: 0 };
  for (const stretch of stretchesOf(headers)) add(total, await deliverStretch(tenant, stretch, ports));
  return total;
}

type Stretch = readonly [LedgerEvent, ...LedgerEvent[]];

/** The parts of a page that have no gap. */
function stretchesOf(headers: readonly LedgerEvent[]): readonly Stretch[] {
  const stretches: [LedgerEvent, ...LedgerEvent[]][] = [];
  for (const header of headers) {
    const stretch = stretches.at(-1);
    if (stretch?.at(-1)?.sequence === header.sequence - 1) stretch.push(header);
    else stretches.push([header]);
  }
  return stretches;
}

async function deliverStretch(tenant: TenantId, headers: Stretch, ports: FanOutPorts): Promise<Counts> {
  const result = { delivered: 0, gone: 0, failed: 0 };
  const deliveries = await selectDeliveries(tenant, headers, ports.surroundings.now(), ports);
  if (deliveries.length === 0) return result;

  const needed = new Set(deliveries.flatMap(({ events }) => events));
  const found = await readRecorded(tenant, [...needed], ports.log);
  // What has gone since the ledger was read makes a gap like any other.
  const rest = headers.filter((header) => !needed.has(header) || found.has(header.sequence));
  if (rest.length < headers.length) return await deliver(tenant, rest, ports);

  const texts = new Map([...found].map(([sequence, json]) => [sequence, forSocket(json, ports.apiUrl)]));
  const range = { from: headers[0].sequence, through: headers.at(-1)?.sequence ?? headers[0].sequence };
  const frames = frameCache(texts, range);
  await eachConcurrently(deliveries, CONCURRENT_CONNECTIONS, async ({ connection, events }) => {
    const outcome = await post(connection, frames(events), ports);
    if (outcome !== 'expired') result[outcome] += 1;
  });
  return result;
}

/** The frames of a choice of events; connections with the same choice share them. */
function frameCache(texts: ReadonlyMap<Sequence, string>, range: { from: Sequence; through: Sequence }) {
  const known = new Map<string, readonly string[]>();
  return (events: readonly LedgerEvent[]): readonly string[] => {
    const choice = events.map(({ sequence }) => sequence).join();
    const cached = known.get(choice);
    if (cached !== undefined) return cached;
    const deliverable = events.flatMap(({ sequence }): DeliverableEvent[] => {
      const json = texts.get(sequence);
      return json === undefined ? [] : [{ sequence, json }];
    });
    const frames = framesOf(range, deliverable, false);
    known.set(choice, frames);
    return frames;
  };
}

/** Posts a connection's frames in order, up to the first that does not arrive. */
async function post(
  { id, recipient, connectedAt }: Connection,
  frames: readonly string[],
  { poster, registry, surroundings }: FanOutPorts,
): Promise<'delivered' | 'gone' | 'failed' | 'expired'> {
  for (const frame of frames) {
    // Reading and other posts take time: the token may have ended since the connections were listed. Whoever renews it
    // syncs after that, so there is nothing to mark.
    if (hasExpired(recipient, surroundings.now())) return 'expired';
    const outcome = await poster.post(id, frame);
    if (outcome === 'delivered') continue;
    const now = surroundings.now();
    const isYoung = now.getTime() - connectedAt.getTime() < YOUNG_MILLISECONDS;
    if (outcome === 'gone' && !isYoung) {
      await registry.remove(recipient.tenant, id);
      return 'gone';
    }
    await registry.markBehind(recipient.tenant, id, now);
    return 'failed';
  }
  return 'delivered';
}

async function eachConcurrently<Item>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
}
