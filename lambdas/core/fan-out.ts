import { asSequence, compileFilter, type EventId, type Sequence, type TenantId } from '@tidings/contracts';
import { isInAudience } from './identity.ts';
import { type DeliverableEvent, type FrameRange, forSocket, framesOf } from './live-frames.ts';
import type { Connection, ConnectionRegistry } from './ports/connection-registry.ts';
import type { IsBroadcast } from './ports/event-definitions.ts';
import type { EventLog, LedgerEvent, LedgerPage } from './ports/event-log.ts';
import type { Doorbell } from './ports/outbound.ts';
import type { Surroundings } from './ports/surroundings.ts';
import { type PostPorts, type PostResult, postFrames } from './post-frames.ts';

/** What the fan-out needs of the world. */
export interface FanOutPorts extends PostPorts {
  readonly log: EventLog;
  readonly registry: ConnectionRegistry;
  readonly doorbell: Doorbell;
  readonly isBroadcast: IsBroadcast;
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
const ROUND = { events: 500, bytes: 4 * 1024 * 1024 } as const;

const NOBODY: PostResult = { delivered: 0, gone: 0, failed: 0 };

/** A listener cannot sync: after this time a failed post is forgiven. */
const FORGIVEN_AFTER_MILLISECONDS = 10_000;

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
  const total = { delivered: 0, gone: 0, failed: 0 };
  let position = await ports.log.fanOutPosition(tenant);
  const head = await ports.log.head(tenant);
  while (position < head.sequence) {
    if (!patience.mayBeginRound()) {
      await ports.doorbell.ring(tenant, head, ports.surroundings.uniqueId());
      break;
    }
    const page = withinMemory(await ports.log.readLedger(tenant, position, head.sequence, ROUND.events));
    const round = await deliver(
      tenant,
      { from: asSequence(position + 1), through: page.through },
      page.events,
      patience,
      ports,
    );
    total.delivered += round.delivered;
    total.gone += round.gone;
    total.failed += round.failed;
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

async function deliver(
  tenant: TenantId,
  range: FrameRange,
  headers: readonly LedgerEvent[],
  patience: Patience,
  ports: FanOutPorts,
): Promise<PostResult> {
  const broadcast = headers.filter(({ type }) => ports.isBroadcast(type));
  if (broadcast.length === 0) return NOBODY;
  const now = ports.surroundings.now();
  const deliveries = (await ports.registry.list(tenant))
    .filter((connection) => isReady(connection, now))
    .map((connection) => ({ connection, events: eventsFor(connection, broadcast) }))
    .filter(({ events }) => events.length > 0);
  if (deliveries.length === 0) return NOBODY;

  const texts = await readTexts(
    tenant,
    deliveries.flatMap(({ events }) => events),
    ports,
  );
  const groups = [...groupByChoice(deliveries).values()].map(({ events, connections }) => ({
    connections,
    frames: () => framesOf(range, deliverable(events, texts), false),
  }));
  return await postFrames(groups, patience.mayPost, ports);
}

/** Whether a connection gets live events now: its token lives, and it has not missed any that it must sync for. */
function isReady({ recipient, behindSince, listensOnly }: Connection, now: Date): boolean {
  if (recipient.expiresAt * 1000 <= now.getTime()) return false;
  if (behindSince === undefined) return true;
  return listensOnly && now.getTime() - behindSince.getTime() >= FORGIVEN_AFTER_MILLISECONDS;
}

function eventsFor(connection: Connection, events: readonly LedgerEvent[]): readonly LedgerEvent[] {
  const wanted = compileFilter(connection.filter);
  return events.filter((event) => isInAudience(connection.recipient, event) && wanted(event));
}

async function readTexts(
  tenant: TenantId,
  events: readonly LedgerEvent[],
  { log, apiUrl }: FanOutPorts,
): Promise<ReadonlyMap<EventId, string>> {
  const texts = await log.readEvents(tenant, [...new Set(events.map(({ id }) => id))]);
  return new Map([...texts].map(([id, json]) => [id, forSocket(json, apiUrl)]));
}

interface Delivery {
  readonly connection: Connection;
  readonly events: readonly LedgerEvent[];
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
  texts: ReadonlyMap<EventId, string>,
): readonly DeliverableEvent[] =>
  events.flatMap(({ id, sequence }) => {
    const json = texts.get(id);
    return json === undefined ? [] : [{ sequence, json }];
  });
