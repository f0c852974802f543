import type { Violation } from '@tidings/contracts';
import type { Answer } from './http.ts';
import { harmless } from './terminal.ts';

/** What a problem document, or an event's rejection, says. */
export interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly Violation[];
}

/** A problem from what a server has sent, whatever that was. Source: RFC 9457. */
export function readProblem(value: unknown, status: number): Problem {
  const members: Readonly<Record<string, unknown>> = typeof value === 'object' && value !== null ? { ...value } : {};
  const { code, detail, message, errors } = members;
  return {
    code: typeof code === 'string' ? code : `HTTP ${status}`,
    detail: [detail, message].find((text) => typeof text === 'string') ?? 'without a reason',
    errors: Array.isArray(errors) ? errors.filter(isViolation) : [],
  };
}

/** The problem that an answer is, in lines: the first has code and detail, each other a place and what is wrong there. */
export function problemLines({ code, detail, errors }: Problem): readonly string[] {
  const places = errors.map(({ path, message }) => harmless(`    ${path === '' ? '(whole event)' : path}  ${message}`));
  return [harmless(`${code}: ${detail}`), ...places];
}

/** The problem that an answer is, in one line. */
export const summarize = ({ status, body }: Answer): string => {
  const { code, detail } = readProblem(body, status);
  return harmless(`${code}: ${detail}`);
};

const isViolation = (value: unknown): value is Violation =>
  typeof value === 'object' &&
  value !== null &&
  'path' in value &&
  typeof value.path === 'string' &&
  'message' in value &&
  typeof value.message === 'string';
