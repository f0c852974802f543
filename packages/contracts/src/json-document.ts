import { TidingsError } from './codes.ts';
import { LIMITS } from './limits.ts';

/** How a document is read. */
export interface JsonOptions {
  /**
   * Whether a number is refused that would be written again as another: an integer of more digits than a double
   * holds, or one beyond all bounds. Source: RFC 7493 (I-JSON), section 2.2.
   * @default false
   */
  readonly exactNumbers?: boolean;
  /**
   * Levels of nesting that are allowed.
   * @default LIMITS.jsonDepth
   */
  readonly depth?: number;
}

/**
 * A JSON document from text, refused where it could harm what reads it later.
 *
 * The walk keeps its own stack: a document of 20,000 levels costs memory, never the call stack.
 *
 * @throws TidingsError BODY_NOT_JSON, JSON_TOO_DEEP, JSON_KEY_REFUSED, JSON_NUMBER_REFUSED
 */
export function parseJson(text: string, { exactNumbers = false, depth = LIMITS.jsonDepth }: JsonOptions = {}): unknown {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new TidingsError('BODY_NOT_JSON', `Expected JSON: ${reason(cause)}`, { cause });
  }
  assertHarmless(document, depth, exactNumbers ? findInexactNumber(text) : undefined);
  return document;
}

interface Visit {
  readonly value: object;
  readonly depth: number;
  readonly parent: Visit | undefined;
  readonly key: string;
}

function assertHarmless(document: unknown, deepest: number, inexact: number | undefined): void {
  const open: Visit[] = [];
  const visit = (value: unknown, depth: number, parent: Visit | undefined, key: string): void => {
    if (typeof value === 'object' && value !== null) open.push({ value, depth, parent, key });
  };
  visit(document, 1, undefined, '');
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.depth > deepest) {
      const message = `expected at most ${deepest} levels of nesting, found more`;
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
      const value = (at.value as Record<string, unknown>)[key];
      if (value === inexact && inexact !== undefined) {
        const path = `${pointerTo(at)}/${escapePointer(key)}`;
        const message = `expected a number that a double can hold, or a string; found one near ${inexact}`;
        throw new TidingsError('JSON_NUMBER_REFUSED', `A number cannot be kept exactly: ${path} ${message}`, {
          errors: [{ path, message }],
        });
      }
      visit(value, at.depth + 1, at, key);
    }
  }
}

/** The first number in a JSON text that would be written again as another; numbers within strings are none. */
function findInexactNumber(text: string): number | undefined {
  // Nearly every text is done with here: only long or scientific numbers can be inexact, and none begins with a quote.
  if (!/(?:^|[[:,\s])-?\d+(?:\d{15}|(?:\.\d+)?[eE])/.test(text)) return undefined;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g)) {
    if (token.startsWith('"')) continue;
    const value = Number(token);
    const isLongInteger = token.length > 15 && /^-?\d+$/.test(token);
    if (!Number.isFinite(value) || (isLongInteger && String(value) !== token)) return value;
  }
  return undefined;
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
