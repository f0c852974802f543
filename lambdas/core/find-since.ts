import { asSequence, type Sequence, type TenantId } from '@tidings/contracts';
import type { EventLog, LedgerEvent } from './ports/event-log.ts';
import { oldestAfter } from './read-page.ts';
import { readRecorded } from './read-recorded.ts';
import { recordedTimeOf } from './recorded-json.ts';

type Log = Pick<EventLog, 'head' | 'readLedger' | 'readEvents'>;

/**
 * Milliseconds by which the clocks of two writers may differ. Each commit takes its time after the commit before it is
 * done, so along the order the times go back by no more than this.
 */
const CLOCKS_DIFFER = 1000;

/** Events that are looked at one after the other, when the place is nearly found, and how many of them at once. */
const FORWARD = { most: 500, atOnce: 100 } as const;

/** Headers that are read at once where the first that was asked for are gone. */
const HEADERS_PER_SEARCH = 500;

/**
 * The sequence before the first event that was recorded at a time or later, or the head if there is none: a page that
 * begins after it begins with that event.
 *
 * The ledger has the order of recording and no times, so the place is found by halving what is retained: some twenty
 * reads of a ledger entry and of an event for a million events. It looks for a time a second earlier and goes on from
 * there one by one, so nothing is left out as long as the clocks of the writers differ by less than that. Where more
 * than {@link FORWARD} events were recorded in that second, or an event reaches the end of its time meanwhile, it begins
 * sooner rather than later.
 */
export async function sequenceSince(tenant: TenantId, since: Date, log: Log): Promise<Sequence> {
  const head = await log.head(tenant);
  /** Up to here nothing is wanted. */
  let before = asSequence((await oldestAfter(asSequence(0), { tenant }, head, log)) - 1);
  /** From here on everything is wanted, or there is nothing. */
  let from = head.sequence + 1;
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    const event = await firstIn(tenant, middle, from - 1, log);
    const time = event === undefined ? Number.POSITIVE_INFINITY : (await timesOf(tenant, [event], log)).get(event);
    if (time === undefined) return before;
    if (event === undefined || time >= since.getTime() - CLOCKS_DIFFER) from = middle;
    else before = event.sequence;
  }
  return skipEarlier(tenant, before, head.sequence, since, log);
}

/** The first event from one sequence to another that is still there. */
async function firstIn(tenant: TenantId, from: number, to: number, log: Log): Promise<LedgerEvent | undefined> {
  let limit = 1;
  for (let position = asSequence(from - 1); position < to; ) {
    const { events, through } = await log.readLedger(tenant, position, asSequence(to), limit);
    if (events[0] !== undefined) return events[0];
    position = through;
    limit = HEADERS_PER_SEARCH;
  }
  return undefined;
}

/** Goes over events that were recorded too early, as far as there are a few of them only. */
async function skipEarlier(tenant: TenantId, after: Sequence, head: Sequence, since: Date, log: Log) {
  let position = after;
  for (let looked = 0; position < head && looked < FORWARD.most; looked += FORWARD.atOnce) {
    const { events, through } = await log.readLedger(tenant, position, head, FORWARD.atOnce);
    const times = await timesOf(tenant, events, log);
    for (const event of events) {
      const time = times.get(event);
      if (time === undefined || time >= since.getTime()) return position;
      position = event.sequence;
    }
    position = through;
  }
  return position;
}

/** When events were recorded, in milliseconds since 1970; without those that have gone since the ledger was read. */
async function timesOf(
  tenant: TenantId,
  events: readonly LedgerEvent[],
  log: Log,
): Promise<ReadonlyMap<LedgerEvent, number>> {
  const found = await readRecorded(tenant, events, log);
  return new Map(
    events.flatMap((event): [LedgerEvent, number][] => {
      const json = found.get(event.sequence);
      return json === undefined ? [] : [[event, recordedTimeOf(json).getTime()]];
    }),
  );
}
