/** The pointer in `#/a%20b`, or `undefined` where the reference is none. Source: RFC 6901, section 6. */
export function targetOf(reference: string): string | undefined {
  if (reference === '#') return '';
  if (!reference.startsWith('#/')) return undefined;
  try {
    return decodeURIComponent(reference.slice(1));
  } catch {
    return undefined;
  }
}
