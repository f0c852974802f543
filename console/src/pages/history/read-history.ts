import type { CursorLike, Filter, HistoryPage, ResetReason, TidingsEvent, TidingsHistory } from '@tidings/client';
import type { View } from './history-search.ts';

/** As much of the client as is used here. */
export type HistoryReader = Pick<TidingsHistory, 'page'>;

/** A stretch of history as somebody may see it. */
export interface Stretch {
  readonly kind: 'stretch';
  /** The history that the numbers count in; empty before the tenant's first event. */
  readonly epoch: string;
  /** In their order. What is missing between `from` and `through` was not asked for, or is for others. */
  readonly events: readonly TidingsEvent[];
  /** The first number that is covered. Absent where only the hub knows it: since a time. */
  readonly from: number | undefined;
  readonly through: number;
  readonly head: number;
  /** The first number that is still kept, if what was asked for began before it. */
  readonly oldest?: number;
}

/** The place is of another history, or what followed it is gone. */
export interface Cut {
  readonly kind: 'reset';
  readonly reason: ResetReason;
  readonly oldest: number;
  readonly head: number;
}

interface Reading {
  readonly limit: number;
  readonly filter: Filter;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Numbers that one view looks at, at most. Who asks for something rare among many gets what is there so far, and asks
 * on from there.
 */
const MOST_LOOKED_AT = 100_000;

/** Events of one page of the hub. */
const MOST_AT_ONCE = 1000;

/** A number that no history reaches: what follows it is nothing, and the answer names the head. */
const BEYOND = Number.MAX_SAFE_INTEGER;

/** Where the log ends. @throws HubError */
export async function readHead(
  history: HistoryReader,
  signal?: AbortSignal,
): Promise<{ readonly epoch: string; readonly sequence: number }> {
  const { epoch, head } = await history.page({ after: BEYOND, limit: 1, signal });
  return { epoch, sequence: head };
}

/** What a view shows. @throws HubError, TidingsError FILTER_INVALID */
export async function readView(
  history: HistoryReader,
  { place, filter, limit }: View,
  signal?: AbortSignal,
): Promise<Stretch | Cut> {
  const reading: Reading = { limit, filter, signal };
  if (place.kind === 'since') return readOn(history, { since: place.time }, undefined, reading);
  if (place.kind === 'after') return readAfter(history, place, reading);
  const head = await readHead(history, signal);
  if (place.kind === 'newest') return readBefore(history, { ...head, through: head.sequence }, reading);
  const { sequence, epoch = head.epoch } = place;
  if (epoch !== head.epoch) return cutOf(history, { epoch, sequence: 0 }, signal);
  return readBefore(history, { ...head, through: Math.min(sequence - 1, head.sequence) }, reading);
}

/** @param place of a history that is checked, if it has an epoch */
async function readAfter(
  history: HistoryReader,
  { sequence, epoch }: { readonly sequence: number; readonly epoch: string | undefined },
  reading: Reading,
): Promise<Stretch | Cut> {
  const after = epoch === undefined ? sequence : { epoch, sequence };
  const stretch = await readOn(history, { after }, sequence + 1, reading);
  if (stretch.kind === 'reset' || epoch !== undefined || sequence >= stretch.head) return stretch;
  // Without an epoch the hub begins with what is still there, and does not say that something is gone.
  if (Number(stretch.events[0]?.sequence) === sequence + 1) return stretch;
  const strict = await history.page({ after: { epoch: stretch.epoch, sequence }, limit: 1, signal: reading.signal });
  return strict.kind === 'reset' ? { ...stretch, oldest: strict.oldest } : stretch;
}

/** Reads forward until there is enough, or nothing more. */
export async function readOn(
  history: HistoryReader,
  beginning: { readonly after: number | CursorLike } | { readonly since: string },
  from: number | undefined,
  { limit, filter, signal }: Reading,
): Promise<Stretch | Cut> {
  let page = await history.page({ ...beginning, limit, filter, signal });
  const events: TidingsEvent[] = [];
  for (let begun: number | undefined, passed = -1; ; ) {
    if (page.kind === 'reset') return page;
    events.push(...page.events);
    const { epoch, through, head } = page;
    const isStuck = through === passed;
    begun ??= from ?? through;
    if (events.length >= limit || through >= head || through - begun >= MOST_LOOKED_AT || isStuck) {
      return { kind: 'stretch', epoch, events, from, through: Math.min(through, head), head };
    }
    passed = through;
    page = await history.page({ after: { epoch, sequence: through }, limit: limit - events.length, filter, signal });
  }
}

/**
 * The last events up to a number. The hub reads forward only, so this reads the stretch before it, and longer ones before
 * that, until there is enough.
 */
export async function readBefore(
  history: HistoryReader,
  { epoch, sequence: head, through }: { readonly epoch: string; readonly sequence: number; readonly through: number },
  { limit, filter, signal }: Reading,
): Promise<Stretch | Cut> {
  let events: readonly TidingsEvent[] = [];
  let lower = through;
  for (let size = Math.max(limit, 20); events.length < limit && lower > 0; size *= 4) {
    if (through - lower >= MOST_LOOKED_AT) break;
    const upper = lower;
    lower = Math.max(0, upper - Math.min(size, MOST_LOOKED_AT));
    const found = await readBetween(history, { epoch, after: lower, through: upper }, { filter, signal });
    if (!Array.isArray(found)) return found as Cut;
    events = [...found, ...events];
  }
  const kept = events.slice(-limit);
  const from = kept.length < events.length ? Number(kept[0]?.sequence) : lower + 1;
  return { kind: 'stretch', epoch, events: kept, from, through, head };
}

async function readBetween(
  history: HistoryReader,
  { epoch, after, through }: { readonly epoch: string; readonly after: number; readonly through: number },
  { filter, signal }: Omit<Reading, 'limit'>,
): Promise<readonly TidingsEvent[] | Cut> {
  const events: TidingsEvent[] = [];
  for (let position = after; position < through; ) {
    const limit = Math.min(MOST_AT_ONCE, through - position);
    const page: HistoryPage = await history.page({ after: position, limit, filter, signal });
    if (page.epoch !== epoch) return cutOf(history, { epoch, sequence: 0 }, signal);
    if (page.kind === 'reset') return page;
    events.push(...page.events.filter(({ sequence }) => Number(sequence) <= through));
    if (page.through <= position) break;
    position = page.through;
  }
  return events;
}

async function cutOf(history: HistoryReader, cursor: CursorLike, signal: AbortSignal | undefined): Promise<Cut> {
  const page = await history.page({ after: cursor, limit: 1, signal });
  if (page.kind === 'reset') return page;
  // It has changed back meanwhile, which no hub does; whoever asks again is told.
  return { kind: 'reset', reason: 'epoch', oldest: 1, head: page.head };
}
