import { asSequence, type Sequence, type TenantId } from '@tidings/contracts';
import { type DeliverableEvent, forSocket, framesOf } from './live-frames.ts';
import type { Connection } from './ports/connection-registry.ts';
import type { EventLog, LedgerEvent, LedgerPage } from './ports/event-log.ts';
import type { Doorbell } from './ports/outbound.ts';
import type { Surroundings } from './ports/surroundings.ts';
import { type PostPorts, type PostResult, postFrames } from './post-frames.ts';
import { readRecorded } from './read-recorded.ts';
import { type Delivery, type SelectPorts, selectDeliveries } from './select-deliveries.ts';

/** What the fan-out needs of the world. */
export interface FanOutPorts extends SelectPorts, PostPorts {
  readonly registry: SelectPorts['registry'] & PostPorts['registry'];
  readonly log: EventLog;
  readonly doorbell: Doorbell;
  readonly surroundings: Pick<Surroundings, 'now' | 'uniqueId'>;
  /** Base URL of the HTTP API, for `dataref`. */
  readonly apiUrl: string;
}

/** What one run has done; for metrics and logs. */
export interface FanOutResult {
  /** The tenant's position when the run began. */
  readonly from: Sequence;
  readonly through: Sequence;
  /** The tenant's head when the run began; what is between it and `from` is how late the fan-out was. */
  readonly head: Sequence;
  /**
   * Of each delivery, the milliseconds from the `recordedtime` of its oldest event to the end of its posts; none where
   * nobody was to get anything.
   */
  readonly latencies: readonly number[];
  readonly delivered: number;
  readonly gone: number;
  readonly failed: number;
}

/** Events of one round, by number and by bytes: what is delivered at once must fit into the function's memory. */
const ROUND = { events: 500, bytes: 4 * 1024 * 1024 } as const;

/** How much time a run has. Posts take up to three seconds each, so a round is not begun shortly before the end. */
export interface Patience {
  /** Whether there is time for another round. */
  readonly mayBeginRound: () => boolean;
  /** Whether there is time for another post; if not, who is left has missed something. */
  readonly mayPost: () => boolean;
}

/**
 * Delivers a tenant's news to its sockets, from where the last run has stopped up to the head.
 *
 * Runs of one tenant come one after the other, because the doorbell's message group is the tenant; should two overlap
 * after a timeout all the same, sockets get frames twice, which clients drop by their cursors. The head is read
 * before the connections: who subscribes after that reads a head at least as high, and misses nothing.
 *
 * @param patience when it ends between two rounds, the doorbell is rung for the rest
 */
export async function fanOut(tenant: TenantId, patience: Patience, ports: FanOutPorts): Promise<FanOutResult> {
  const total = nothing();
  const last = await ports.log.fanOutPosition(tenant);
  const head = await ports.log.head(tenant);
  // In another history the old number means nothing: of this one, nothing has been delivered.
  const from = last.epoch === head.epoch ? last.sequence : asSequence(0);
  let position = from;
  while (position < head.sequence) {
    if (!patience.mayBeginRound()) {
      await ports.doorbell.ring(tenant, head, ports.surroundings.uniqueId());
      break;
    }
    const page = withinMemory(await ports.log.readLedger(tenant, position, head.sequence, ROUND.events));
    add(total, await deliver(tenant, page.events, patience, ports));
    position = page.through;
    await ports.log.moveFanOutPosition(tenant, { epoch: head.epoch, sequence: position });
  }
  return { from, through: position, head: head.sequence, ...total };
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

/** What deliveries have come to. */
interface Delivered extends PostResult {
  readonly latencies: number[];
}

const nothing = (): Delivered => ({ delivered: 0, gone: 0, failed: 0, latencies: [] });

function add(total: Delivered, { delivered, gone, failed, latencies }: Delivered): void {
  total.delivered += delivered;
  total.gone += gone;
  total.failed += failed;
  total.latencies.push(...latencies);
}

/**
 * Delivers a page of the ledger. A gap in it is history that is gone, and no frame covers one: a client would take it
 * for what was not for it, instead of being told by its next sync.
 */
async function deliver(
  tenant: TenantId,
  headers: readonly LedgerEvent[],
  patience: Patience,
  ports: FanOutPorts,
): Promise<Delivered> {
  const total = nothing();
  for (const stretch of stretchesOf(headers)) add(total, await deliverStretch(tenant, stretch, patience, ports));
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

async function deliverStretch(
  tenant: TenantId,
  headers: Stretch,
  patience: Patience,
  ports: FanOutPorts,
): Promise<Delivered> {
  const deliveries = await selectDeliveries(tenant, headers, ports.surroundings.now(), ports);
  if (deliveries.length === 0) return nothing();

  const needed = new Set(deliveries.flatMap(({ events }) => events));
  const found = await readRecorded(tenant, [...needed], ports.log);
  // What has gone since the ledger was read makes a gap like any other.
  const rest = headers.filter((header) => !needed.has(header) || found.has(header.sequence));
  if (rest.length < headers.length) return await deliver(tenant, rest, patience, ports);

  const texts = new Map([...found].map(([sequence, json]) => [sequence, forSocket(json, ports.apiUrl)]));
  const range = { from: headers[0].sequence, through: headers.at(-1)?.sequence ?? headers[0].sequence };
  const groups = [...groupByChoice(deliveries).values()].map(({ events, connections }) => ({
    connections,
    frames: () => framesOf(range, deliverable(events, texts), false),
  }));
  const result = await postFrames(groups, patience.mayPost, ports);
  const oldest = headers.find((header) => needed.has(header));
  const recorded = oldest && recordedTimeOf(found.get(oldest.sequence));
  return { ...result, latencies: recorded === undefined ? [] : [ports.surroundings.now().getTime() - recorded] };
}

/** When an event was recorded, in milliseconds since 1970. The log writes it last, behind whatever the event holds. */
function recordedTimeOf(json = ''): number | undefined {
  const text = /"recordedtime":"([^"]+)"\}$/.exec(json.slice(-60))?.[1];
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/** Connections that get the same events get the same frames, which are made once. */
function groupByChoice(deliveries: readonly Delivery[]) {
  const groups = new Map<string, { events: readonly LedgerEvent[]; connections: Connection[] }>();
  for (const { connection, events } of deliveries) {
    const choice = events.map(({ sequence }) => sequence).join();
    const group = groups.get(choice);
    if (group === undefined) groups.set(choice, { events, connections: [connection] });
    else group.connections.push(connection);
  }
  return groups;
}

const deliverable = (
  events: readonly LedgerEvent[],
  texts: ReadonlyMap<Sequence, string>,
): readonly DeliverableEvent[] =>
  events.flatMap(({ sequence }) => {
    const json = texts.get(sequence);
    return json === undefined ? [] : [{ sequence, json }];
  });
