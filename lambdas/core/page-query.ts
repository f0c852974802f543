import {
  asSequence,
  describe,
  escapePointer,
  FILTER_LISTS,
  type Filter,
  isTidingsError,
  LIMITS,
  parseFilter,
  TidingsError,
  type Violation,
} from '@tidings/contracts';
import type { PageRequest } from './read-page.ts';

const DEFAULT_LIMIT = 100;
const KNOWN = ['after', 'epoch', 'limit', ...FILTER_LISTS];

/** A page as a query asks for it. */
export interface PageQuery {
  readonly start: PageRequest['start'];
  readonly limit: number;
  readonly filter: Filter;
}

/**
 * The page that a query asks for: `after=41&limit=100&types=bank.*,community.*`. A list's values are separated by
 * commas, or the parameter is given several times. With `epoch`, `after` is a cursor, and the caller is told if it
 * cannot be continued from; without, the page begins with what is still there.
 * @throws TidingsError QUERY_INVALID, with every violation
 */
export function parsePageQuery(query: URLSearchParams): PageQuery {
  const errors: Violation[] = [...new Set(query.keys())]
    .filter((name) => !KNOWN.includes(name))
    .map((name) => ({ path: `/${escapePointer(name)}`, message: `expected a parameter out of ${KNOWN.join(', ')}` }));
  const after = readNumber(query, 'after', { least: 0, most: Number.MAX_SAFE_INTEGER, otherwise: 0 }, errors);
  const limit = readNumber(query, 'limit', { least: 1, most: LIMITS.pageEvents, otherwise: DEFAULT_LIMIT }, errors);
  const filter = readFilter(query, errors);
  const epochs = query.getAll('epoch');
  if (epochs.length > 1) errors.push({ path: '/epoch', message: `expected one epoch, found ${epochs.length} values` });
  assertNone(errors);
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
  assertNone(errors);
  return limit;
}

function assertNone(errors: readonly Violation[]): void {
  const [first] = errors;
  if (first === undefined) return;
  throw new TidingsError('QUERY_INVALID', `The query cannot be used: ${first.path} ${first.message}`, { errors });
}

function readNumber(
  query: URLSearchParams,
  name: string,
  { least, most, otherwise }: { least: number; most: number; otherwise: number },
  errors: Violation[],
): number {
  const texts = query.getAll(name);
  const [text] = texts;
  if (text === undefined) return otherwise;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (texts.length === 1 && value >= least && value <= most) return value;
  const found = texts.length === 1 ? describe(text) : `${texts.length} values`;
  errors.push({ path: `/${name}`, message: `expected one whole number from ${least} to ${most}, found ${found}` });
  return otherwise;
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
