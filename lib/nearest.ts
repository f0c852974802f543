import { closest, distance } from 'fastest-levenshtein';

/** The candidate that a misspelt, shortened or lengthened name most likely meant, or nothing if none is near. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const extended = candidates.find(
    (candidate) => name.startsWith(candidate) || (name !== '' && candidate.startsWith(name)),
  );
  if (extended !== undefined) return extended;
  const candidate = closest(name, [...candidates]);
  return distance(name, candidate) <= Math.max(2, Math.floor(candidate.length / 2)) ? candidate : undefined;
}
