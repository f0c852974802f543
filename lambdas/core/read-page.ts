import { asSequence, compileFilter, type Filter, type Head, type Sequence } from '@tidings/contracts';
import { isInAudience, type Recipient } from './identity.ts';
import type { EventLog, LedgerEvent } from './ports/event-log.ts';

/** What a reader asks for. */
export interface PageRequest {
  readonly after: Sequence;
  readonly filter: Filter;
  /** Most events of the page. */
  readonly limit: number;
  /** Most bytes of events; one event is given whatever its size. */
  readonly bytes: number;
}

/** A page of what a reader may see. */
export interface Page {
  readonly head: Head;
  /** Everything up to here is in the page, in an earlier one, or not for this reader. */
  readonly through: Sequence;
  /** JSON texts, in order. */
  readonly events: readonly string[];
}

/** Headers that one page looks at, at most: a reader to whom nothing belongs gets an empty page soon, not a timeout. */
const MAX_HEADERS = 20_000;
const HEADERS_PER_READ = 500;

/**
 * The next page of a recipient's events after a cursor. Reads the ledger for what is whose, and only the events that
 * go into the page.
 */
export async function readPage(recipient: Recipient, request: PageRequest, log: EventLog): Promise<Page> {
  const { tenant } = recipient;
  const head = await log.head(tenant);
  const wanted = compileFilter(request.filter);
  const chosen: LedgerEvent[] = [];
  let bytes = 0;
  let looked = 0;
  let through = asSequence(Math.min(request.after, head.sequence));
  let full = false;
  while (through < head.sequence && looked < MAX_HEADERS && !full) {
    const page = await log.readLedger(tenant, through, head.sequence, HEADERS_PER_READ);
    looked += Math.max(page.events.length, 1);
    for (const event of page.events) {
      if (isInAudience(recipient, event) && wanted(event)) {
        full = chosen.length === request.limit || (chosen.length > 0 && bytes + event.bytes > request.bytes);
        if (full) break;
        chosen.push(event);
        bytes += event.bytes;
      }
      through = event.sequence;
    }
    if (!full) through = page.through;
  }
  const found = await log.readEvents(
    tenant,
    chosen.map(({ id }) => id),
  );
  return { head, through, events: chosen.flatMap(({ id }) => found.get(id) ?? []) };
}
