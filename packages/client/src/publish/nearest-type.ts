import { EVENT_TYPES } from '@tidings/contracts/gen/constants.ts';
import { distance } from 'fastest-levenshtein';

/** The known type that is written most like another text: those of the same module first, as the hub does it. */
export function nearestType(type: string): string | undefined {
  const known: readonly string[] = Object.values(EVENT_TYPES);
  const module = `${type.split('.', 1)[0]}.`;
  const sameModule = known.filter((one) => one.startsWith(module));
  const candidates = sameModule.length > 0 ? sameModule : known;
  // Whoever sends a text beyond all measure is not waiting for advice.
  const text = type.slice(0, 256);
  return candidates.toSorted((a, b) => distance(text, a) - distance(text, b))[0];
}
