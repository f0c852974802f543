import {
  asSequence,
  escapePointer,
  FILTER_LISTS,
  type Filter,
  isTidingsError,
  LIMITS,
  parseFilter,
  timeProblem,
  type Violation,
} from '@tidings/contracts';
import { assertNoErrors, readNumber, unknownParameters } from './query-parameters.ts';
import type { PageRequest } from './read-page.ts';

const DEFAULT_LIMIT = 100;
const KNOWN = ['after', 'epoch', 'since', 'limit', ...FILTER_LISTS];

/** A page as a query asks for it. */
export interface PageQuery {
  /** Where it begins: at a place, or with what was recorded at a time or later. */
  readonly start: PageRequest['start'] | { readonly since: Date };
  readonly limit: number;
  readonly filter: Filter;
}

/**
 * The page that a query asks for: `after=41&limit=100&types=bank.*,community.*`. A list's values are separated by
 * commas, or the parameter is given several times. With `epoch`, `after` is a cursor, and the caller is told if it
 * cannot be continued from; without, the page begins with what is still there. `since` stands in their place.
 * @throws TidingsError QUERY_INVALID, with every violation
 */
export function parsePageQuery(query: URLSearchParams): PageQuery {
  const errors = unknownParameters(query, KNOWN);
  const after = readNumber(query, 'after', { least: 0, most: Number.MAX_SAFE_INTEGER, otherwise: 0 }, errors);
  const limit = readNumber(query, 'limit', { least: 1, most: LIMITS.pageEvents, otherwise: DEFAULT_LIMIT }, errors);
  const filter = readFilter(query, errors);
  const epochs = query.getAll('epoch');
  if (epochs.length > 1) errors.push({ path: '/epoch', message: `expected one epoch, found ${epochs.length} values` });
  const since = readSince(query, errors);
  assertNoErrors(errors);
  if (since !== undefined) return { start: { since }, limit, filter };
  const sequence = asSequence(after);
  const [epoch] = epochs;
  return { start: epoch === undefined ? sequence : { epoch, sequence }, limit, filter };
}

/**
 * The limit of a page, where that is all that a query may say.
 * @throws TidingsError QUERY_INVALID
 */
export function parseLimit(query: URLSearchParams): number {
  const others = [...query.keys()].filter((name) => name !== 'limit');
  const errors: Violation[] = others.map((name) => ({
    path: `/${escapePointer(name)}`,
    message: 'expected only limit',
  }));
  const limit = readNumber(query, 'limit', { least: 1, most: LIMITS.pageEvents, otherwise: DEFAULT_LIMIT }, errors);
  assertNoErrors(errors);
  return limit;
}

function readSince(query: URLSearchParams, errors: Violation[]): Date | undefined {
  const texts = query.getAll('since');
  const [text] = texts;
  if (text === undefined) return undefined;
  const refuse = (message: string): void => void errors.push({ path: '/since', message });
  if (texts.length > 1) refuse(`expected one time, found ${texts.length} values`);
  const other = ['after', 'epoch'].find((name) => query.has(name));
  if (other !== undefined) refuse(`expected either since or ${other}, found both`);
  const problem = timeProblem(text);
  // In a query a plus sign is a space, unless it is encoded.
  const hint = / \d{2}:\d{2}$/.test(text) ? '; encode + as %2B' : '';
  if (problem !== undefined) refuse(`${problem}${hint}`);
  return new Date(text);
}

function readFilter(query: URLSearchParams, errors: Violation[]): Filter {
  const lists = FILTER_LISTS.filter((name) => query.has(name)).map((name) => [
    name,
    query
      .getAll(name)
      .flatMap((list) => list.split(','))
      .filter((value) => value !== ''),
  ]);
  try {
    return parseFilter(Object.fromEntries(lists), '');
  } catch (error) {
    if (!isTidingsError(error)) throw error;
    errors.push(...error.errors);
    return {};
  }
}
