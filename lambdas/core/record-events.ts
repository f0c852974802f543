import {
  asSequence,
  type EventId,
  type Head,
  LIMITS,
  type ProducedEvent,
  type Sequence,
  splitList,
  type TenantId,
} from '@tidings/contracts';
import type { CommitOutcome, EventLog, NewEvent } from './ports/event-log.ts';
import type { Surroundings } from './ports/surroundings.ts';

/** What recording needs of the world. */
export interface RecordPorts {
  readonly log: EventLog;
  readonly surroundings: Surroundings;
  /** Told how every attempt to commit ended, those included that were tried again; for metrics. */
  readonly onCommit?: (kind: CommitOutcome['kind']) => void;
}

/** How long events are kept. */
export interface Retention {
  readonly days: number;
}

/** An event that shall be recorded. */
export interface Recordable {
  readonly event: ProducedEvent & { readonly time: string };
  /** The event as JSON, as the log keeps it. */
  readonly json: string;
}

/** An event that is new in the log. */
export interface RecordedEvent {
  readonly event: ProducedEvent;
  readonly sequence: Sequence;
  readonly recordedAt: Date;
}

/** The end of the log after recording, and which events were new, in their order. */
export interface Recorded {
  readonly head: Head;
  readonly added: readonly RecordedEvent[];
}

/**
 * Events of one commit. DynamoDB takes 100 items and 4 MB in a transaction; two items are counter and ledger entry,
 * and the ledger entry itself must stay below 400 KB. Source: DynamoDB developer guide, "Service quotas".
 */
const COMMIT = { events: 90, bytes: 3_500_000, headerBytes: 300_000 } as const;

/**
 * How long the commits of a batch are tried against others before its messages go back to the queue: half of the function's thirty
 * seconds, because messages that go back wait for minutes.
 */
const LONGEST_TRY_MILLISECONDS = 15_000;
const MAX_PAUSE_MILLISECONDS = 2000;

/** Pauses at most, in commits: after the first lost attempt, after the second, and after any. */
const PAUSES = { first: 8, second: 64, least: 12 } as const;

/** A clock that stands still, or shows whole milliseconds, tells nothing shorter. */
const SHORTEST_COMMIT_MILLISECONDS = 2;
const SECONDS_PER_DAY = 86_400;

/**
 * Records one tenant's events, each at most once, in the order of their time and then of arrival.
 *
 * @throws Error if the log stayed contended; what was committed before stays recorded, so trying again is safe
 */
export async function recordEvents(
  tenant: TenantId,
  events: readonly Recordable[],
  retention: Retention,
  ports: RecordPorts,
): Promise<Recorded> {
  const started = ports.surroundings.now().getTime();
  let head = await ports.log.head(tenant);
  const added: RecordedEvent[] = [];
  for (const chunk of chunks(inOrder(events).map(toCandidate))) {
    const recorded = await recordChunk(tenant, chunk, { head, started }, retention, ports);
    head = recorded.head;
    added.push(...recorded.added);
  }
  return { head, added };
}

async function recordChunk(
  tenant: TenantId,
  chunk: readonly Candidate[],
  known: { readonly head: Head; readonly started: number },
  retention: Retention,
  { log, surroundings, onCommit }: RecordPorts,
): Promise<Recorded> {
  let head = known.head;
  let events = chunk;
  const newEpoch = surroundings.uniqueId();
  for (let attempt = 1; ; attempt += 1) {
    if (events.length === 0) return { head, added: [] };
    const recordedAt = surroundings.now();
    if (recordedAt.getTime() - known.started > LONGEST_TRY_MILLISECONDS) {
      throw new Error(`The log stayed contended for ${LONGEST_TRY_MILLISECONDS / 1000} s, through ${attempt} attempts`);
    }
    const expiresAt = Math.floor(recordedAt.getTime() / 1000) + retention.days * SECONDS_PER_DAY;
    const outcome = await log.commit({ tenant, expected: head, newEpoch, events, recordedAt, expiresAt });
    onCommit?.(outcome.kind);
    switch (outcome.kind) {
      case 'committed':
        return { head: outcome.head, added: numbered(events, outcome.head, recordedAt) };
      case 'duplicates':
        events = events.filter(({ header }) => !outcome.ids.has(header.id));
        break;
      case 'head-moved':
      case 'contended':
        await surroundings.pause(pauseAfter(attempt, recordedAt, surroundings));
        // A commit that fails costs more than a read, and after a pause the head may be another again.
        head = await log.head(tenant);
        break;
    }
  }
}

/** The events of a commit with the numbers that they have got: the last one is the head. */
const numbered = (events: readonly Candidate[], head: Head, recordedAt: Date): readonly RecordedEvent[] =>
  events.map(({ event }, index) => ({
    event,
    sequence: asSequence(head.sequence - events.length + 1 + index),
    recordedAt,
  }));

/**
 * How long to leave the log to others after a lost attempt, in milliseconds. What matters is how many attempts fall into
 * the time that a commit takes, so pauses are counted in the time that this one took. Once lost, it may have been a
 * chance meeting of two: the pause is short. Twice lost, there are many: whoever has won goes on alone, and of the
 * others one comes now and then. Each further loss makes the pause shorter, so that nobody waits for ever; but a store that
 * throttles answers at once, and gets more time the longer it does.
 *
 * Compared with others in `docs/decisions/0020-events-are-stored-compressed.md`.
 */
function pauseAfter(attempt: number, begun: Date, { now, random }: Surroundings): number {
  const took = Math.max(SHORTEST_COMMIT_MILLISECONDS, now().getTime() - begun.getTime());
  const commits = attempt === 1 ? PAUSES.first : Math.max(PAUSES.least, PAUSES.second / (attempt - 1));
  return random() * Math.min(MAX_PAUSE_MILLISECONDS, Math.max(commits * took, attempt ** 2));
}

/** The events by time, then arrival, without repeats of an id: the first one counts. */
function inOrder(events: readonly Recordable[]): readonly Recordable[] {
  const timed = events.map((one) => ({ one, time: Date.parse(one.event.time) })).sort((a, b) => a.time - b.time);
  const seen = new Set<EventId>();
  return timed.map(({ one }) => one).filter(({ event: { id } }) => !seen.has(id) && seen.add(id));
}

/** An event on its way into the log. */
interface Candidate extends NewEvent {
  readonly event: ProducedEvent;
}

function toCandidate({ event, json }: Recordable): Candidate {
  const { id, type, subject, organizationids, userids, roleids } = event;
  const organizations = splitList(organizationids);
  const users = splitList(userids);
  const roles = splitList(roleids);
  return { event, json, header: { id, type, subject, organizations, users, roles } };
}

function* chunks(events: readonly Candidate[]): Generator<readonly Candidate[]> {
  let chunk: Candidate[] = [];
  let bytes = 0;
  let headerBytes = 0;
  for (const one of events) {
    const size = Buffer.byteLength(one.json) + LIMITS.attributeCharacters;
    const headerSize = Buffer.byteLength(JSON.stringify(one.header));
    const full =
      chunk.length === COMMIT.events || bytes + size > COMMIT.bytes || headerBytes + headerSize > COMMIT.headerBytes;
    if (full && chunk.length > 0) {
      yield chunk;
      chunk = [];
      bytes = 0;
      headerBytes = 0;
    }
    chunk.push(one);
    bytes += size;
    headerBytes += headerSize;
  }
  if (chunk.length > 0) yield chunk;
}
