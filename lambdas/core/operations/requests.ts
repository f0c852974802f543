import {
  DEAD_LETTER_QUEUE_NAMES,
  type DeadLetterQueueName,
  describe,
  escapePointer,
  LIMITS,
  type RedriveRequest,
  TidingsError,
  type Violation,
} from '@tidings/contracts';
import { assertNoErrors, readNumber, unknownParameters } from '../query-parameters.ts';

const DEFAULT_MINUTES = 60;
const DEFAULT_LETTERS = 50;
const MAX_VIOLATIONS = 20;
/** Ids of SQS have 36 characters; others may have more. */
const ID_CHARACTERS = 128;

/** Refuses every parameter. @throws TidingsError QUERY_INVALID */
export function parseNoQuery(query: URLSearchParams): void {
  assertNoErrors(
    unknownParameters(query, []).map(({ path }) => ({ path, message: 'expected no parameter: this route has none' })),
  );
}

/** `?minutes=60`. @throws TidingsError QUERY_INVALID */
export function parseMetricsQuery(query: URLSearchParams): { readonly minutes: number } {
  const errors = unknownParameters(query, ['minutes']);
  const bounds = { least: 1, most: LIMITS.metricsMinutes, otherwise: DEFAULT_MINUTES };
  const minutes = readNumber(query, 'minutes', bounds, errors);
  assertNoErrors(errors);
  return { minutes };
}

/** Which letters to list. */
export interface LettersQuery {
  readonly queue: DeadLetterQueueName;
  readonly limit: number;
}

/** `?queue=intake&limit=50`. @throws TidingsError QUERY_INVALID */
export function parseLettersQuery(query: URLSearchParams): LettersQuery {
  const errors = unknownParameters(query, ['queue', 'limit']);
  const limit = readNumber(query, 'limit', { least: 1, most: LIMITS.deadLetters, otherwise: DEFAULT_LETTERS }, errors);
  const names = query.getAll('queue');
  const [queue] = names.length > 1 ? [`${names.length} values`] : names;
  if (!isQueue(queue)) errors.push({ path: '/queue', message: queueProblem(queue) });
  assertNoErrors(errors);
  return { queue: isQueue(queue) ? queue : 'intake', limit };
}

/** The body of a redrive. @throws TidingsError REDRIVE_INVALID, with every violation up to some */
export function parseRedrive(value: unknown): RedriveRequest {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid([{ path: '', message: `expected a JSON object, found ${describe(value)}` }]);
  }
  const { queue, letterIds, all, ...others } = value as Readonly<Record<string, unknown>>;
  const errors: Violation[] = Object.keys(others).map((name) => ({
    path: `/${escapePointer(name.slice(0, LIMITS.identifierCharacters))}`,
    message: 'expected one of queue, letterIds, all',
  }));
  if (!isQueue(queue)) errors.push({ path: '/queue', message: queueProblem(queue) });
  if (letterIds !== undefined && all !== undefined) {
    errors.push({ path: '/all', message: 'expected either letterIds or all, found both' });
  } else if (letterIds === undefined && all !== true) {
    const path = all === undefined ? '' : '/all';
    const found = all === undefined ? 'neither' : describe(all);
    errors.push({ path, message: `expected either letterIds or "all": true, found ${found}` });
  } else if (letterIds !== undefined) errors.push(...idProblems(letterIds));
  if (errors.length > 0 || !isQueue(queue)) throw invalid(errors.slice(0, MAX_VIOLATIONS));
  return letterIds === undefined ? { queue, all: true } : { queue, letterIds: letterIds as readonly string[] };
}

function idProblems(ids: unknown): readonly Violation[] {
  const path = '/letterIds';
  const most = LIMITS.redriveLetters;
  if (!Array.isArray(ids)) return [{ path, message: `expected an array of ids, found ${describe(ids)}` }];
  if (ids.length < 1 || ids.length > most) {
    return [{ path, message: `expected 1 to ${most} ids, found ${ids.length}; "all": true means every letter` }];
  }
  return ids.flatMap((id: unknown, index) =>
    typeof id === 'string' && id !== '' && id.length <= ID_CHARACTERS
      ? []
      : [{ path: `${path}/${index}`, message: `expected the id of a letter, found ${describe(id)}` }],
  );
}

const isQueue = (value: unknown): value is DeadLetterQueueName =>
  DEAD_LETTER_QUEUE_NAMES.some((name) => name === value);

const queueProblem = (found: unknown): string =>
  `expected one of ${DEAD_LETTER_QUEUE_NAMES.join(', ')}, found ${describe(found)}`;

const invalid = (errors: readonly Violation[]): TidingsError =>
  new TidingsError('REDRIVE_INVALID', `The redrive cannot be used: ${errors[0]?.path} ${errors[0]?.message}`, {
    errors,
  });
