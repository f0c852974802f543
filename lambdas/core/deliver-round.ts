import type { Sequence, TenantId } from '@tidings/contracts';
import { type DeliverableEvent, type FrameRange, forSocket, framesOf } from './live-frames.ts';
import type { Connection } from './ports/connection-registry.ts';
import type { EventLog, LedgerEvent, LedgerPage } from './ports/event-log.ts';
import { type PostCounts, type Posting, type PostPorts, type PostResult, postFrames } from './post-frames.ts';
import { readRecorded } from './read-recorded.ts';
import { type Delivery, Selection, type SelectPorts } from './select-deliveries.ts';

/** What delivering needs of the world. */
export interface DeliverPorts extends SelectPorts, PostPorts {
  readonly log: Pick<EventLog, 'readEvents'>;
  /** Base URL of the HTTP API, for `dataref`. */
  readonly apiUrl: string;
}

/** What deliveries have come to. */
export interface Delivered extends PostCounts {
  /**
   * Of each delivery, the milliseconds from the `recordedtime` of its oldest event to the end of its posts; none where
   * nobody was to get anything.
   */
  readonly latencies: number[];
}

export const nothing = (): Delivered => ({ delivered: 0, gone: 0, failed: 0, throttled: 0, latencies: [] });

export function add(total: Delivered, { delivered, gone, failed, throttled, latencies }: Delivered): void {
  total.delivered += delivered;
  total.gone += gone;
  total.failed += failed;
  total.throttled += throttled;
  total.latencies.push(...latencies);
}

/** The beginning of a page that has at most so many bytes; one event always fits. */
export function withinBytes({ events, through }: LedgerPage, most: number): LedgerPage {
  let bytes = 0;
  const end = events.findIndex((event, index) => {
    bytes += event.bytes;
    return index > 0 && bytes > most;
  });
  const last = events[end - 1];
  return last === undefined ? { events, through } : { events: events.slice(0, end), through: last.sequence };
}

/**
 * Delivers a page of the ledger to connections. A gap in it is history that is gone, and no frame covers one: a client
 * would take it for what was not for it, instead of being told by its next sync.
 *
 * @param sockets pages of connections, each listed after the tenant's head was read. A page gets all before the next does
 */
export async function deliverRound(
  tenant: TenantId,
  headers: readonly LedgerEvent[],
  sockets: AsyncIterable<readonly Connection[]> | Iterable<readonly Connection[]>,
  posting: Posting,
  ports: DeliverPorts,
): Promise<Delivered> {
  const total = nothing();
  if (headers.length === 0) return total;
  const round = new Round(tenant, posting, ports);
  const stretches = stretchesOf(headers);
  for await (const connections of sockets) add(total, (await round.deliver(stretches, connections)).delivered);
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

interface Served {
  readonly delivered: Delivered;
  readonly missed: ReadonlySet<Connection>;
}

/** Characters of frames that are kept for the connections of the next page, so that few are made again. */
const KEPT_FRAMES = 8 * 1024 * 1024;

class Round {
  readonly #tenant: TenantId;
  readonly #posting: Posting;
  readonly #ports: DeliverPorts;
  readonly #selection: Selection;
  /** Events by their sequences; `undefined` those that have gone. */
  readonly #found = new Map<Sequence, string | undefined>();
  readonly #frames = new Map<string, readonly string[]>();
  #kept = 0;

  constructor(tenant: TenantId, posting: Posting, ports: DeliverPorts) {
    this.#tenant = tenant;
    this.#posting = posting;
    this.#ports = ports;
    this.#selection = new Selection(tenant, ports);
  }

  async deliver(stretches: readonly Stretch[], connections: readonly Connection[]): Promise<Served> {
    const delivered = nothing();
    const missed = new Set<Connection>();
    for (const stretch of stretches) {
      // Who has missed something is left alone until it syncs.
      const left = missed.size === 0 ? connections : connections.filter((connection) => !missed.has(connection));
      const served = await this.#deliverStretch(stretch, left);
      add(delivered, served.delivered);
      for (const connection of served.missed) missed.add(connection);
    }
    return { delivered, missed };
  }

  async #deliverStretch(headers: Stretch, connections: readonly Connection[]): Promise<Served> {
    const { log, surroundings } = this.#ports;
    const deliveries = await this.#selection.choose(connections, headers, surroundings.now());
    if (deliveries.length === 0) return { delivered: nothing(), missed: new Set() };

    const needed = new Set(deliveries.flatMap(({ events }) => events));
    const unread = [...needed].filter(({ sequence }) => !this.#found.has(sequence));
    if (unread.length > 0) {
      const found = await readRecorded(this.#tenant, unread, log);
      for (const { sequence } of unread) this.#found.set(sequence, found.get(sequence));
    }
    // What has gone since the ledger was read makes a gap like any other.
    const rest = headers.filter((header) => !needed.has(header) || this.#found.get(header.sequence) !== undefined);
    if (rest.length < headers.length) return await this.deliver(stretchesOf(rest), connections);

    const range = { from: headers[0].sequence, through: headers.at(-1)?.sequence ?? headers[0].sequence };
    const groups = [...groupByChoice(deliveries)].map(([choice, group]) => ({
      connections: group.connections,
      frames: () => this.#framesOf(range, choice, group.events),
    }));
    const { missed, ...counts }: PostResult = await postFrames(groups, this.#posting, this.#ports);
    const oldest = headers.find((header) => needed.has(header));
    const recorded = oldest && recordedTimeOf(this.#found.get(oldest.sequence));
    const latencies = recorded === undefined ? [] : [surroundings.now().getTime() - recorded];
    return { delivered: { ...counts, latencies }, missed };
  }

  #framesOf(range: FrameRange, choice: string, events: readonly LedgerEvent[]): readonly string[] {
    const key = `${range.from} ${range.through} ${choice}`;
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    const deliverable = events.flatMap(({ sequence }): DeliverableEvent[] => {
      const json = this.#found.get(sequence);
      return json === undefined ? [] : [{ sequence, json: forSocket(json, this.#ports.apiUrl) }];
    });
    const frames = framesOf(range, deliverable, false);
    this.#kept += frames.reduce((sum, { length }) => sum + length, 0);
    if (this.#kept > KEPT_FRAMES) {
      this.#frames.clear();
      this.#kept = 0;
    } else this.#frames.set(key, frames);
    return frames;
  }
}

/** When an event was recorded, in milliseconds since 1970. The log writes it last, behind whatever the event holds. */
function recordedTimeOf(json = ''): number | undefined {
  const text = /"recordedtime":"([^"]+)"\}$/.exec(json.slice(-60))?.[1];
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : time;
}

interface Choice {
  readonly events: readonly LedgerEvent[];
  readonly connections: Connection[];
}

/** Connections that get the same events get the same frames, which are made once. */
function groupByChoice(deliveries: readonly Delivery[]): ReadonlyMap<string, Choice> {
  const groups = new Map<string, Choice>();
  /** Most connections share an array with others: what it holds is written out once. */
  const texts = new Map<readonly LedgerEvent[], string>();
  for (const { connection, events } of deliveries) {
    const choice = texts.get(events) ?? events.map(({ sequence }) => sequence).join();
    texts.set(events, choice);
    const group = groups.get(choice);
    if (group === undefined) groups.set(choice, { events, connections: [connection] });
    else group.connections.push(connection);
  }
  return groups;
}
