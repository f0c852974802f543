import type { Violation } from '@tidings/contracts';
import { adviceFor } from './advice.ts';
import { formatCursor } from './cursor-text.ts';
import { Failure } from './failure.ts';
import type { Answer } from './http.ts';

/** What a problem document, or an event's rejection, says. */
export interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly Violation[];
  /** What to do about it, where there is something. */
  readonly advice?: string | undefined;
}

/** A problem from what a server has sent, whatever that was. Source: RFC 9457. */
export function readProblem(value: unknown, status: number): Problem {
  const members: Readonly<Record<string, unknown>> = typeof value === 'object' && value !== null ? { ...value } : {};
  const { code, detail, message, errors } = members;
  const name = typeof code === 'string' ? code : `HTTP ${status}`;
  return {
    code: name,
    detail: [detail, message].find((text) => typeof text === 'string') ?? 'without a reason',
    errors: Array.isArray(errors) ? errors.filter(isViolation) : [],
    advice: continuationOf(members) ?? adviceFor(name),
  };
}

/** What belongs below the first line of a problem: each place and what is wrong there, and what to do. */
export function problemNotes({ errors, advice }: Problem): readonly string[] {
  const places = errors.map(({ path, message }) => `${path === '' ? '(as a whole)' : path}  ${message}`);
  return advice === undefined ? places : [...places, advice];
}

/** The problem that an answer is, in one line. */
export const summarize = ({ status, body }: Answer): string => {
  const { code, detail } = readProblem(body, status);
  return `${code}: ${detail}`;
};

/**
 * The failure that an answer is.
 * @param what did not work: "the hub takes no event"
 */
export function refusal(what: string, answer: Answer): Failure {
  return new Failure(`${what}: ${summarize(answer)}`, { notes: problemNotes(readProblem(answer.body, answer.status)) });
}

/** Where history was cut, what is left can be read from a place that the hub names. */
function continuationOf({ code, oldest, epoch }: Readonly<Record<string, unknown>>): string | undefined {
  if (code !== 'HISTORY_CUT' || typeof oldest !== 'number' || typeof epoch !== 'string') return undefined;
  return `What is left begins after the cursor ${formatCursor({ epoch, sequence: oldest - 1 })}`;
}

const isViolation = (value: unknown): value is Violation =>
  typeof value === 'object' &&
  value !== null &&
  'path' in value &&
  typeof value.path === 'string' &&
  'message' in value &&
  typeof value.message === 'string';
