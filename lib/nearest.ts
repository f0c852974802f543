import { closest, distance } from 'fastest-levenshtein';

/** The candidate that a misspelt name most likely meant, or nothing if none is near. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const candidate = closest(name, [...candidates]);
  return distance(name, candidate) <= Math.max(2, Math.floor(candidate.length / 2)) ? candidate : undefined;
}
