import { asSequence, type Cursor, describe, isTidingsError, NO_EPOCH, parseCursor } from '@tidings/contracts';
import { UsageError } from './failure.ts';

/** A place in a log as a user names it. A sequence without its epoch counts in whatever history the log has now. */
export type Place = 'oldest' | 'now' | Cursor | { readonly sequence: number; readonly epoch?: never };

/** How a place is written, for the help. */
export const PLACE_SYNTAX = 'a sequence such as 41, or a cursor such as 41@EPOCH';

/**
 * A cursor as one word: `41@3f2a…`. The history that the number counts in is part of it, so that a log which has begun
 * anew is noticed.
 */
export const formatCursor = ({ epoch, sequence }: { readonly epoch: string; readonly sequence: number }): string =>
  epoch === NO_EPOCH ? `${sequence}` : `${sequence}@${epoch}`;

/**
 * A place out of an option or argument: a sequence, a cursor as {@link formatCursor} writes it or as JSON, or a word.
 * @param what names the option or argument, for the message
 * @throws UsageError
 */
export function parsePlace(what: string, text: string, words: readonly ('oldest' | 'now')[] = []): Place {
  const word = words.find((name) => name === text);
  if (word !== undefined) return word;
  const { sequence = '', epoch } = /^(?<sequence>\d{1,16})(?:@(?<epoch>.{1,128}))?$/.exec(text)?.groups ?? {};
  const number = sequence === '' ? Number.NaN : Number(sequence);
  if (Number.isSafeInteger(number)) {
    return epoch === undefined ? { sequence: number } : { sequence: asSequence(number), epoch };
  }
  const cursor = parseJsonCursor(text);
  if (cursor !== undefined) return cursor;
  const expected = [...words, PLACE_SYNTAX].join(', ');
  throw new UsageError(`${what} expects ${expected}; found ${describe(text)}`);
}

/** A cursor as the hub writes it: `{"epoch":"…","sequence":41}`. */
function parseJsonCursor(text: string): Cursor | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return parseCursor(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || isTidingsError(error)) return undefined;
    throw error;
  }
}
