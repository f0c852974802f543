/** So much of a text goes into a row. The rest is in the details. */
const MOST = 160;

/** Controls, marks of direction, joiners, line separators. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * A text of somebody else's for one line: cut before it reaches the page, however long it is, and with the characters
 * that nobody sees, or that would turn the direction of what stands beside it, shown by their numbers.
 */
export function visibleText(text: unknown, most = MOST): string {
  const whole = typeof text === 'string' ? text : String(text ?? '');
  const isCut = whole.length > most;
  // Not in the middle of a character that is two units long.
  const end = isCut && isHighSurrogate(whole.charCodeAt(most - 1)) ? most - 1 : most;
  const shown = (isCut ? whole.slice(0, end) : whole).replace(UNSEEN, named);
  return isCut ? `${shown}…` : shown;
}

const named = (character: string): string =>
  `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
