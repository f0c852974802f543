import type { Violation } from './codes.ts';
import { escapePointer } from './json-document.ts';

/** Noncharacters, which JSON may hold as they are and a queue refuses. */
const UNFIT = /[\uFFFE\uFFFF]/;

/**
 * Whether a queue would refuse an event for a character. SQS takes no message with U+FFFE or U+FFFF, not even into a
 * dead-letter queue: behind its bus, such an event would be lost. Control characters and lone surrogates are no matter,
 * because JSON writes them escaped.
 *
 * Source: Amazon SQS API reference, SendMessage, MessageBody.
 * @param json the event as JSON
 * @param event the same, to say where
 */
export function unfitCharacter(json: string, event: unknown): Violation | undefined {
  if (!UNFIT.test(json)) return undefined;
  const open: (readonly [path: string, value: unknown])[] = [['', event]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [path, value] = next;
    if (typeof value === 'string' && UNFIT.test(value)) return { path, message: MESSAGE };
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, member] of Object.entries(value)) {
      if (UNFIT.test(key)) return { path, message: `${MESSAGE} in a key` };
      open.push([`${path}/${escapePointer(key)}`, member]);
    }
  }
  return { path: '', message: MESSAGE };
}

const MESSAGE = 'expected no U+FFFE or U+FFFF, which are no characters; found one';
