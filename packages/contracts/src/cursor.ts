import { TidingsError } from './codes.ts';
import { asSequence, describe, type Sequence } from './identifiers.ts';

/** Up to here, everything has been seen or was not for this client. */
export interface Cursor {
  /** Which history the sequence counts in; {@link NO_EPOCH} before a tenant's first event. */
  readonly epoch: string;
  readonly sequence: Sequence;
}

/** Where a tenant's log ends: the cursor of who has seen everything. */
export type Head = Cursor;

/** The epoch of a tenant without events. A cursor that carries it has seen the beginning of whatever comes. */
export const NO_EPOCH = '';

/** The head of a tenant without events. */
export const EMPTY_HEAD: Head = { epoch: NO_EPOCH, sequence: asSequence(0) };

/**
 * Where a client asks to begin: after a cursor, or with the oldest event that is still there. Who asks for the oldest
 * makes no claim about what came before, so it is never told that something is missing.
 */
export type Start = Cursor | 'oldest';

/** Why a cursor cannot be continued from. */
export type ResetReason =
  /** Events after the cursor are past their time. */
  | 'retention'
  /** The cursor counts in another history: a table was restored, or the cursor is another hub's. */
  | 'epoch'
  /** The cursor is ahead of the head: of this history, it cannot be. */
  | 'ahead';

const MAX_EPOCH_CHARACTERS = 128;
const SEQUENCE_DIGITS = 20;

/** A sequence as the CloudEvents attribute and the sort keys have it: 20 digits, so that string order is number order. */
export const padSequence = (sequence: Sequence): string => sequence.toString().padStart(SEQUENCE_DIGITS, '0');

/**
 * A place to start from, out of something unknown: `{"epoch":"…","sequence":41}`, or `{"sequence":0}` for the oldest.
 * @throws TidingsError CURSOR_INVALID
 */
export function parseStart(value: unknown, pointer = '/cursor'): Start {
  const { epoch, sequence } = parseMembers(value, pointer);
  if (epoch !== undefined) return { epoch, sequence };
  if (sequence === 0) return 'oldest';
  throw invalid(`${pointer}/epoch`, `expected the epoch that the sequence counts in, found nothing`);
}

/**
 * A cursor out of something unknown.
 * @throws TidingsError CURSOR_INVALID
 */
export function parseCursor(value: unknown, pointer = '/cursor'): Cursor {
  const { epoch, sequence } = parseMembers(value, pointer);
  if (epoch !== undefined) return { epoch, sequence };
  throw invalid(`${pointer}/epoch`, 'expected the epoch that the sequence counts in, found nothing');
}

/**
 * A sequence out of something unknown.
 * @throws TidingsError CURSOR_INVALID
 */
export function parseSequence(value: unknown, pointer: string): Sequence {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return asSequence(value);
  throw invalid(pointer, `expected a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, found ${describe(value)}`);
}

function parseMembers(value: unknown, pointer: string): { epoch: string | undefined; sequence: Sequence } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(pointer, `expected an object with epoch and sequence, found ${describe(value)}`);
  }
  const unknown = Object.keys(value).find((name) => name !== 'epoch' && name !== 'sequence');
  if (unknown !== undefined) throw invalid(pointer, `expected epoch and sequence, found ${describe(unknown)}`);
  const { epoch, sequence } = value as { epoch?: unknown; sequence?: unknown };
  if (epoch !== undefined && (typeof epoch !== 'string' || epoch.length > MAX_EPOCH_CHARACTERS)) {
    throw invalid(
      `${pointer}/epoch`,
      `expected a string of at most ${MAX_EPOCH_CHARACTERS} characters, found ${describe(epoch)}`,
    );
  }
  return { epoch, sequence: parseSequence(sequence, `${pointer}/sequence`) };
}

const invalid = (path: string, message: string): TidingsError =>
  new TidingsError('CURSOR_INVALID', `The cursor cannot be used: ${path} ${message}`, { errors: [{ path, message }] });
