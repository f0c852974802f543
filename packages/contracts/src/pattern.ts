/**
 * Patterns of event types: `bank.*`, `*.transaction:created@v1`, `bank.transaction:*`, or `*` for everything.
 *
 * `*` stands for any run of characters but `.`, the empty one included. No regular expression is made from a
 * pattern, and a type is walked through once a segment, so a hostile pattern costs no more than a harmless one.
 */
export type Matcher = (type: string) => boolean;

/** Compiles a pattern. Any string is a pattern; one without `*` matches itself only. */
export function compilePattern(pattern: string): Matcher {
  if (pattern === '*') return () => true;
  const segments = pattern.split('.').map((segment) => segment.split('*'));
  return (type) => {
    const parts = type.split('.');
    return parts.length === segments.length && segments.every((pieces, i) => matchSegment(pieces, parts[i] ?? ''));
  };
}

/**
 * Whether a segment consists of the pieces in their order with anything between them. Taking each piece where it
 * first occurs is right, because an earlier end leaves more room for the rest.
 */
function matchSegment(pieces: readonly string[], segment: string): boolean {
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return segment === first;
  if (segment.length < first.length + last.length || !segment.startsWith(first) || !segment.endsWith(last))
    return false;
  const end = segment.length - last.length;
  let at = first.length;
  for (const piece of rest) {
    const found = segment.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
