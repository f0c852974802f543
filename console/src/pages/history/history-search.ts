import type { Filter } from '@tidings/client';

/** Lists of a filter, in the order of the form. */
export const LISTS = ['types', 'entities', 'actions', 'organizations', 'subjects'] as const;
export type List = (typeof LISTS)[number];

/** What an address says of a view of history, after `#/history?`. All of it is optional; nothing in it is trusted. */
export interface HistorySearch extends Partial<Readonly<Record<List, readonly string[]>>> {
  /** The view begins with what follows this sequence. */
  readonly after?: number | string;
  /** The history that `after` and `before` count in. */
  readonly epoch?: string;
  /** The view begins with what was recorded at this time or later. */
  readonly since?: string;
  /** The view ends before this sequence. */
  readonly before?: number | string;
  /** Most events at once. */
  readonly limit?: number | string;
  /** Id of the event that is open beside the list. */
  readonly event?: string;
}

/** Where a view begins or ends. `newest` ends with the head of the moment. */
export type Place =
  | { readonly kind: 'newest' }
  | { readonly kind: 'after'; readonly sequence: number; readonly epoch: string | undefined }
  | { readonly kind: 'since'; readonly time: string }
  | { readonly kind: 'before'; readonly sequence: number; readonly epoch: string | undefined };

/** What is to be shown. */
export interface View {
  readonly place: Place;
  readonly filter: Filter;
  readonly limit: number;
  /** What the address asks for and cannot be had, in sentences. */
  readonly problems: readonly string[];
}

export const PAGE_SIZES: readonly number[] = [100, 250, 1000];
const DEFAULT_LIMIT = 100;

/** Takes from an address what is known, each in its own shape, and drops the rest. */
export function readSearch(found: Readonly<Record<string, unknown>>): HistorySearch {
  const search: Record<string, unknown> = {};
  for (const name of ['after', 'before', 'limit'] as const) {
    const value = found[name];
    if (typeof value === 'number') search[name] = value;
    else if (typeof value === 'string') search[name] = /^\d{1,15}$/.test(value) ? Number(value) : value;
  }
  for (const name of ['epoch', 'since', 'event'] as const) {
    const value = found[name];
    if (typeof value === 'string' || typeof value === 'number') search[name] = String(value);
  }
  for (const name of LISTS) {
    const values = [found[name]].flat().filter((value) => typeof value === 'string' || typeof value === 'number');
    if (values.length > 0) search[name] = values.map(String);
  }
  return search;
}

/** What an address means. Where it says nothing, or nothing that can be had, that is the newest events of all. */
export function viewOf(search: HistorySearch): View {
  const problems: string[] = [];
  return {
    place: placeOf(search, problems),
    filter: filterOf(search),
    limit: limitOf(search, problems),
    problems,
  };
}

/** An address of the same events elsewhere in history. */
export const elsewhere = (search: HistorySearch, place: Place): HistorySearch => ({
  ...filterOf(search),
  ...(search.limit !== undefined && { limit: search.limit }),
  ...addressOf(place),
});

/** An address of the same place with another filter. */
export const filtered = (search: HistorySearch, filter: Filter): HistorySearch => {
  const others = Object.entries(search).filter(([name]) => !(LISTS as readonly string[]).includes(name));
  return { ...Object.fromEntries(others.filter(([name]) => name !== 'event')), ...filterOf(filter) };
};

function addressOf(place: Place): HistorySearch {
  if (place.kind === 'newest') return {};
  if (place.kind === 'since') return { since: place.time };
  return { [place.kind]: place.sequence, ...(place.epoch !== undefined && { epoch: place.epoch }) };
}

function placeOf({ after, before, since, epoch }: HistorySearch, problems: string[]): Place {
  const given = Object.entries({ after, before, since }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    problems.push(`The address has ${given.map(([name]) => name).join(' and ')}, expected one of them.`);
  }
  if (after !== undefined) {
    if (isSequence(after, 0)) return { kind: 'after', sequence: after, epoch };
    problems.push(`The address has after=${shown(after)}, expected a whole number from 0 on.`);
  } else if (before !== undefined) {
    if (isSequence(before, 1)) return { kind: 'before', sequence: before, epoch };
    problems.push(`The address has before=${shown(before)}, expected a whole number from 1 on.`);
  } else if (since !== undefined) {
    const time = new Date(since);
    if (!Number.isNaN(time.getTime())) return { kind: 'since', time: time.toISOString() };
    problems.push(`The address has since=${shown(since)}, expected a time such as 2026-01-31T12:00:00Z.`);
  }
  return { kind: 'newest' };
}

function limitOf({ limit = DEFAULT_LIMIT }: HistorySearch, problems: string[]): number {
  if (isSequence(limit, 1) && limit <= 1000) return limit;
  problems.push(`The address has limit=${shown(limit)}, expected a whole number from 1 to 1000.`);
  return DEFAULT_LIMIT;
}

const filterOf = (search: Filter): Filter =>
  Object.fromEntries(LISTS.flatMap((name) => (search[name]?.length ? [[name, search[name]]] : [])));

const isSequence = (value: unknown, least: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least;

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 60) ?? '';
