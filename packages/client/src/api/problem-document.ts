import type { Violation } from '@tidings/contracts';

export type Json = Readonly<Record<string, unknown>>;

/** What a problem says by its own words, as far as they can be read. Source: RFC 9457. */
export interface ProblemDocument {
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly errors: readonly Violation[];
}

/** An object out of JSON text; `undefined` for anything else, such as the page of a proxy. */
export function readObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

/** What an object says that may be a problem. */
export const readProblem = (body: Json | undefined): ProblemDocument => ({
  code: readCode(body?.['code']),
  detail: readText(body?.['detail']),
  errors: readErrors(body?.['errors']),
});

const MAX_TEXT = 2000;

const readCode = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(value) ? value : undefined;

const readText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, MAX_TEXT) : undefined;

function readErrors(value: unknown): readonly Violation[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly unknown[]).flatMap((entry) => {
    const { path, message } = (entry ?? {}) as Json;
    return typeof path === 'string' && typeof message === 'string' ? [{ path, message }] : [];
  });
}
