import { asSequence, type Cursor, type Head, type ResetReason, type Sequence, type Start } from '@tidings/contracts';
import { isInAudience, type Recipient } from './identity.ts';
import type { EventLog, LedgerEvent } from './ports/event-log.ts';
import { readRecorded, withoutGone } from './read-recorded.ts';

/** What a reader asks for. */
export interface PageRequest {
  /**
   * A cursor, of which the reader is told if it cannot be continued from; or `oldest`, or only a sequence: the page
   * then begins with the first event after it that is still there.
   */
  readonly start: Start | Sequence;
  /**
   * The head as it was before the reader's filter was read, where a filter can change: what has come since is not
   * judged by a filter that may have been replaced before it came. Absent: the head of now.
   */
  readonly head?: Head;
  /** Whether the reader wants an event that it may see. */
  readonly wants: (event: LedgerEvent) => boolean;
  /** Most events of the page. */
  readonly limit: number;
  /** Most bytes of events; one event is given whatever its size. */
  readonly bytes: number;
}

/** A page of what a reader may see. */
export interface Page {
  readonly kind: 'page';
  readonly head: Head;
  /** The sequence that the page begins with. */
  readonly from: Sequence;
  /** Everything up to here is in the page, in an earlier one, or not for this reader. */
  readonly through: Sequence;
  readonly events: readonly PageEvent[];
}

export interface PageEvent {
  readonly sequence: Sequence;
  /** The event as JSON text. */
  readonly json: string;
}

/** The cursor cannot be continued from: something after it is gone, or it is of another history. */
export interface Reset {
  readonly kind: 'reset';
  readonly reason: ResetReason;
  readonly head: Head;
  /** The first event that is still there; one above the head if there is none. */
  readonly oldest: Sequence;
}

/** Headers that one page looks at, at most: a reader to whom nothing belongs gets an empty page soon, not a timeout. */
const MAX_HEADERS = 20_000;

/**
 * Headers that are read at once: few at first, because a reader who may see most needs no more for a page and would read
 * the rest again for the next one; more from read to read, for whom little is.
 */
const HEADERS = { first: 100, growth: 4, least: 20, most: 2000 } as const;

/** Headers that are read at once to find one that is still there. */
const HEADERS_PER_SEARCH = 500;

/**
 * The next page of a recipient's events. Reads the ledger for what is whose, and only the events that go into the page.
 *
 * The ledger has no gaps but where events are past their time. So a gap after the cursor is history that the reader
 * will never get, and it is told; who asks for the oldest has made no claim, and begins behind it.
 */
export async function readPage(recipient: Recipient, request: PageRequest, log: EventLog): Promise<Page | Reset> {
  const { tenant } = recipient;
  const { start } = request;
  const head = request.head ?? (await log.head(tenant));
  const cursor = typeof start === 'object' ? start : undefined;
  const mismatch = cursor && mismatchOf(cursor, head);
  if (mismatch !== undefined) {
    return { kind: 'reset', reason: mismatch, head, oldest: await oldestAfter(asSequence(0), recipient, head, log) };
  }
  const reader = new PageReader(recipient, request);
  let after = cursor?.sequence ?? asSequence(start === 'oldest' ? 0 : Math.min(Number(start), head.sequence));
  let mayBegin = cursor === undefined;
  let position = after;
  let headers: number = HEADERS.first;
  for (let looked = 0; position < head.sequence && looked < MAX_HEADERS && !reader.isFull; ) {
    const page = await log.readLedger(tenant, position, head.sequence, Math.min(headers, MAX_HEADERS - looked));
    const [first] = page.events;
    looked += Math.max(page.events.length, 1);
    if (mayBegin) {
      // Nothing has been promised below the first event that is still there.
      after = first === undefined ? page.through : asSequence(first.sequence - 1);
      position = after;
      mayBegin = first === undefined;
      if (mayBegin) continue;
    }
    const end = reader.take(page.events, position, page.through);
    if (end.isCut && end.through === after && reader.isEmpty) {
      return { kind: 'reset', reason: 'retention', head, oldest: await oldestAfter(after, recipient, head, log) };
    }
    position = end.through;
    if (end.isCut) break;
    headers = Math.min(headers * HEADERS.growth, reader.headersLeft(looked), HEADERS.most);
  }
  const { events, gone } = await reader.fetch(log);
  // An event that was there a moment ago is past its time now: read again without it, so that the cut is seen as one.
  if (gone.size > 0) return await readPage(recipient, request, withoutGone(log, gone));
  return { kind: 'page', head, from: asSequence(after + 1), through: position, events };
}

/** Whether a cursor belongs to the history that the head ends. Who has seen nothing fits every beginning. */
function mismatchOf(cursor: Cursor, head: Head): ResetReason | undefined {
  const hasSeenNothing = cursor.epoch === '' && cursor.sequence === 0;
  if (cursor.epoch !== head.epoch && !hasSeenNothing) return 'epoch';
  return cursor.sequence > head.sequence ? 'ahead' : undefined;
}

/** The first event after a sequence that is still there; one above the head if there is none. */
export async function oldestAfter(
  after: Sequence,
  { tenant }: Pick<Recipient, 'tenant'>,
  head: Head,
  log: Pick<EventLog, 'readLedger'>,
): Promise<Sequence> {
  let position = after;
  while (position < head.sequence) {
    const page = await log.readLedger(tenant, position, head.sequence, HEADERS_PER_SEARCH);
    const [first] = page.events;
    if (first !== undefined) return first.sequence;
    position = page.through;
  }
  return asSequence(head.sequence + 1);
}

/** Collects what fits into one page. */
class PageReader {
  readonly #recipient: Recipient;
  readonly #request: PageRequest;
  readonly #chosen: LedgerEvent[] = [];
  #bytes = 0;
  isFull = false;

  constructor(recipient: Recipient, request: PageRequest) {
    this.#recipient = recipient;
    this.#request = request;
  }

  get isEmpty(): boolean {
    return this.#chosen.length === 0;
  }

  /** Takes a stretch of the ledger, up to what does not fit or to a gap, and says how far it came. */
  take(events: readonly LedgerEvent[], position: Sequence, end: Sequence): { through: Sequence; isCut: boolean } {
    let through = position;
    for (const event of events) {
      if (event.sequence !== through + 1) return { through, isCut: true };
      if (isInAudience(this.#recipient, event) && this.#request.wants(event) && !this.#add(event)) {
        return { through, isCut: false };
      }
      through = event.sequence;
    }
    return { through, isCut: through < end };
  }

  /** How many headers more the page will take if the reader sees as much of them as of those that it has looked at. */
  headersLeft(looked: number): number {
    const { limit, bytes } = this.#request;
    const share = Math.max(this.#chosen.length / limit, this.#bytes / bytes);
    return Math.max(HEADERS.least, Math.ceil((looked * (1 - share)) / share));
  }

  /** The chosen events, and which of them have gone since the ledger was read. */
  async fetch(log: EventLog): Promise<{ events: readonly PageEvent[]; gone: ReadonlySet<Sequence> }> {
    const found = await readRecorded(this.#recipient.tenant, this.#chosen, log);
    const events = [...found].map(([sequence, json]) => ({ sequence, json }));
    const gone = this.#chosen.map(({ sequence }) => sequence).filter((sequence) => !found.has(sequence));
    return { events, gone: new Set(gone) };
  }

  #add(event: LedgerEvent): boolean {
    const { limit, bytes } = this.#request;
    this.isFull = this.#chosen.length === limit || (!this.isEmpty && this.#bytes + event.bytes > bytes);
    if (this.isFull) return false;
    this.#chosen.push(event);
    this.#bytes += event.bytes;
    return true;
  }
}
