import { defaultRangeExtractor, type Range } from '@tanstack/react-virtual';

/** The rows that are drawn: those that are seen, and the active one, which the grid must be able to name. */
export function rangeWith(range: Range, active: number | undefined): number[] {
  const seen = defaultRangeExtractor(range);
  if (active === undefined || active >= range.count || seen.includes(active)) return seen;
  return [...seen, active].sort((one, other) => one - other);
}
