import { TidingsError } from './codes.ts';
import { LIMITS } from './limits.ts';

/**
 * A JSON document from text, refused where it could harm what reads it later.
 *
 * The walk keeps its own stack: a document of 20,000 levels costs memory, never the call stack.
 *
 * @throws TidingsError BODY_NOT_JSON, JSON_TOO_DEEP, JSON_KEY_REFUSED
 */
export function parseJson(text: string): unknown {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new TidingsError('BODY_NOT_JSON', `Expected JSON: ${reason(cause)}`, { cause });
  }
  assertHarmless(document);
  return document;
}

interface Visit {
  readonly value: object;
  readonly depth: number;
  readonly parent: Visit | undefined;
  readonly key: string;
}

function assertHarmless(document: unknown): void {
  const open: Visit[] = [];
  const visit = (value: unknown, depth: number, parent: Visit | undefined, key: string): void => {
    if (typeof value === 'object' && value !== null) open.push({ value, depth, parent, key });
  };
  visit(document, 1, undefined, '');
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.depth > LIMITS.jsonDepth) {
      const message = `expected at most ${LIMITS.jsonDepth} levels of nesting, found more`;
      throw new TidingsError('JSON_TOO_DEEP', `The document is nested too deeply: ${message}`, {
        errors: [{ path: pointerTo(at.parent), message }],
      });
    }
    for (const key of Object.keys(at.value)) {
      if (key === '__proto__') {
        const path = `${pointerTo(at)}/__proto__`;
        throw new TidingsError('JSON_KEY_REFUSED', `The key "__proto__" is refused, found at ${path}`, {
          errors: [{ path, message: 'expected no key named "__proto__"' }],
        });
      }
      visit((at.value as Record<string, unknown>)[key], at.depth + 1, at, key);
    }
  }
}

function pointerTo(visit: Visit | undefined): string {
  const keys: string[] = [];
  for (let at = visit; at?.parent !== undefined; at = at.parent) keys.unshift(escapePointer(at.key));
  return keys.map((key) => `/${key}`).join('');
}

/** A key as a reference token of a JSON pointer. Source: RFC 6901, section 3. */
export const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** The parser's complaint without the excerpt of the text that some versions add. */
const reason = (cause: unknown): string =>
  (cause instanceof Error && cause.message.replace(/,? ?\.{0,3}".*$/s, '').trim()) || 'it could not be parsed';
