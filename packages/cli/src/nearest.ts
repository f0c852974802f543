import { distance } from 'fastest-levenshtein';

const MOST = 3;

/** The names that a misspelt one may have meant, nearest first; none if none is near. */
export function nearest(name: string, candidates: readonly string[]): readonly string[] {
  return candidates
    .map((candidate) => ({ candidate, edits: distance(name, candidate) }))
    .filter(({ candidate, edits }) => edits <= Math.max(2, Math.floor(candidate.length / 2)))
    .toSorted((a, b) => a.edits - b.edits)
    .slice(0, MOST)
    .map(({ candidate }) => candidate);
}

/** The nearest name as the end of a message: `; did you mean --tenant?`, or nothing. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const [first] = nearest(name, candidates);
  return first === undefined ? '' : `; did you mean ${first}?`;
}
