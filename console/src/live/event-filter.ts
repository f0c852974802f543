import { compilePattern } from '@tidings/client';
import type { SeenEvent } from '../event/as-text.ts';

/** Which events are shown, of those that are there. */
export interface EventFilter {
  /** Patterns of types as the hub has them; one of them is enough, and without any every type is shown. */
  readonly patterns: readonly string[];
  /** Found in type, subject or id, in capitals or not. */
  readonly text: string;
}

export const EVERYTHING: EventFilter = { patterns: [], text: '' };

export const isEverything = ({ patterns, text }: EventFilter): boolean => patterns.length === 0 && text.trim() === '';

/** A filter made ready for many events. */
export function toPredicate({ patterns, text }: EventFilter): (event: SeenEvent) => boolean {
  const matchers = patterns.map(compilePattern);
  const wanted = text.trim().toLowerCase();
  // There are few types and many events.
  const known = new Map<string, boolean>();
  const isOfPattern = (type: string): boolean => {
    let is = known.get(type);
    if (is === undefined) {
      is = matchers.some((matches) => matches(type));
      known.set(type, is);
    }
    return is;
  };
  return ({ type, subject, id }) =>
    (matchers.length === 0 || isOfPattern(type)) &&
    (wanted === '' ||
      type.toLowerCase().includes(wanted) ||
      (subject?.toLowerCase().includes(wanted) ?? false) ||
      id.toLowerCase().includes(wanted));
}
