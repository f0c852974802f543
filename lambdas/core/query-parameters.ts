import { describe, escapePointer, TidingsError, type Violation } from '@tidings/contracts';

/** The parameters of a query that a route does not have, as violations: nothing is ignored in silence. */
export const unknownParameters = (query: URLSearchParams, known: readonly string[]): Violation[] =>
  [...new Set(query.keys())]
    .filter((name) => !known.includes(name))
    .map((name) => ({ path: `/${escapePointer(name)}`, message: `expected a parameter out of ${known.join(', ')}` }));

/** A whole number; what is wrong with it goes to the errors, and the default stands for it. */
export function readNumber(
  query: URLSearchParams,
  name: string,
  { least, most, otherwise }: { least: number; most: number; otherwise: number },
  errors: Violation[],
): number {
  const texts = query.getAll(name);
  const [text] = texts;
  if (text === undefined) return otherwise;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (texts.length === 1 && value >= least && value <= most) return value;
  const found = texts.length === 1 ? describe(text) : `${texts.length} values`;
  errors.push({ path: `/${name}`, message: `expected one whole number from ${least} to ${most}, found ${found}` });
  return otherwise;
}

/** @throws TidingsError QUERY_INVALID, if there is an error */
export function assertNoErrors(errors: readonly Violation[]): void {
  const [first] = errors;
  if (first === undefined) return;
  throw new TidingsError('QUERY_INVALID', `The query cannot be used: ${first.path} ${first.message}`, { errors });
}
