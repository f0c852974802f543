import { LIMITS } from './limits.ts';

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** A tenant. Opaque; see {@link identifierProblem} for what it may hold. */
export type TenantId = Branded<string, 'TenantId'>;
/** The id that the producer gave an event, unique per tenant. */
export type EventId = Branded<string, 'EventId'>;
/** An event's place in its tenant's order: 1, 2, 3, … */
export type Sequence = Branded<number, 'Sequence'>;

/**
 * Why a string is no identifier, or `undefined` if it is one.
 *
 * Identifiers are opaque: 1 to 256 characters, of any kind but comma (lists are separated by it), white space and
 * control characters. A lone surrogate is refused because UTF-8 has no form for it: two ids could become one.
 */
export function identifierProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return `expected a string, found ${describe(value)}`;
  if (value === '') return 'expected an identifier, found an empty string';
  if (value.length > LIMITS.identifierCharacters) {
    const characters = [...value].length;
    if (characters > LIMITS.identifierCharacters) {
      return `expected at most ${LIMITS.identifierCharacters} characters, found ${characters}`;
    }
  }
  if (!value.isWellFormed()) return 'expected well-formed Unicode, found a lone surrogate';
  const refused = /[,\s\p{Cc}]/u.exec(value)?.[0];
  if (refused !== undefined) {
    return `expected no comma, white space or control character, found ${nameCharacter(refused)} in ${describe(value)}`;
  }
  return undefined;
}

/** The value as a tenant id; for values that have been checked, or come from the hub's own store. */
export const asTenantId = (value: string): TenantId => value as TenantId;
/** The value as an event id; for values that have been checked, or come from the hub's own store. */
export const asEventId = (value: string): EventId => value as EventId;

/**
 * The value as a sequence.
 * @throws RangeError unless it is a whole number from 0 to 2^53 - 1: any other is a defect, never input
 */
export function asSequence(value: number): Sequence {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`Expected a sequence, found ${value}`);
  return value as Sequence;
}

const MAX_SHOWN = 80;

/** A value in few words, for the "found …" of a message. Never longer than a line. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}… (${text.length} characters)`;
}

function nameCharacter(character: string): string {
  if (character === ',') return 'a comma';
  return `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;
}
