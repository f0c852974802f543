import { type Json, readObject, readProblem } from '../api/problem-document.ts';
import type { Verdict } from './outbox.ts';
import type { PreparedEvent } from './prepare.ts';
import { type ProblemOptions, type PublishErrorCode, problem } from './publish-error.ts';

/** An answer of the HTTP API, or of whatever stands before it. */
export interface HubAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

/** Codes that say nothing against the event. */
const TEMPORARY: ReadonlySet<string> = new Set([
  'BUS_UNAVAILABLE',
  'ISSUER_UNAVAILABLE',
  'INTERNAL_ERROR',
  'RATE_LIMITED',
]);

/** What an answer says of each event that was sent. @param now epoch milliseconds */
export function readAnswer(answer: HubAnswer, sent: readonly PreparedEvent[], now: number): readonly Verdict[] {
  const body = readObject(answer.text);
  const retryAfter = readRetryAfter(answer.retryAfter, now);
  const single = body === undefined ? undefined : readVerdicts(body, sent, retryAfter);
  if (single !== undefined) return single;
  const whole = readWhole(answer, body, retryAfter, sent.length);
  return sent.map(() => whole);
}

/** Verdicts, if the answer accounts for every event: by position where it refuses, by id and type where it accepts. */
function readVerdicts(body: Json, sent: readonly PreparedEvent[], retryAfter?: number): readonly Verdict[] | undefined {
  const { accepted, rejected } = body;
  if (!Array.isArray(accepted) || !Array.isArray(rejected)) return undefined;
  const verdicts = new Map<number, Verdict>();
  for (const entry of rejected as readonly unknown[]) {
    const { index, status } = (entry ?? {}) as Json;
    const { code, detail, errors } = readProblem((entry ?? {}) as Json);
    if (typeof index !== 'number' || sent[index] === undefined || verdicts.has(index)) return undefined;
    if (code === undefined) return undefined;
    verdicts.set(index, toVerdict(code as PublishErrorCode, detail ?? code, { errors }, status, retryAfter));
  }
  const confirmed = (accepted as readonly unknown[]).map((entry) => {
    const { id, type } = (entry ?? {}) as Json;
    return JSON.stringify([id, type]);
  });
  const others = sent.filter((_, index) => !verdicts.has(index)).map(({ id, type }) => JSON.stringify([id, type]));
  const isSame = confirmed.length === others.length && confirmed.toSorted().join() === others.toSorted().join();
  return isSame ? sent.map((_, index) => verdicts.get(index) ?? { kind: 'accepted' }) : undefined;
}

/** What an answer says that knows nothing of single events. */
function readWhole(
  { status }: HubAnswer,
  body: Json | undefined,
  retryAfter: number | undefined,
  count: number,
): Verdict {
  const { code, detail = `The hub answered ${status}`, errors } = readProblem(body);
  const options = { errors, status };
  if (status >= 200 && status < 300) {
    const text = `Expected an answer that tells of every event, found another with status ${status}`;
    return {
      kind: 'again',
      concernsAll: true,
      problem: problem('ANSWER_INVALID', text, { status, outcome: 'unknown', retryable: true }),
    };
  }
  if (status === 429 || status === 408 || status >= 500) {
    const outcome = status === 429 ? 'not-accepted' : 'unknown';
    const temporary = (code as PublishErrorCode | undefined) ?? (status === 429 ? 'RATE_LIMITED' : 'HUB_UNAVAILABLE');
    return { kind: 'again', retryAfter, problem: problem(temporary, detail, { ...options, outcome, retryable: true }) };
  }
  // One event may be why all are refused. A refusal of who is calling, or of where, has nothing to do with events.
  if (count > 1 && (status === 400 || status === 413 || status === 422)) return { kind: 'apart', by: 'event' };
  const concernsAll = status < 400 || [401, 404, 405, 410].includes(status);
  const redirect = status < 400 ? 'Expected an answer, found a redirection elsewhere' : detail;
  return {
    kind: 'refused',
    concernsAll,
    problem: problem((code as PublishErrorCode | undefined) ?? 'REQUEST_REFUSED', redirect, options),
  };
}

function toVerdict(
  code: PublishErrorCode,
  detail: string,
  options: ProblemOptions,
  status: unknown,
  retryAfter?: number,
): Verdict {
  const all = { ...options, ...(typeof status === 'number' && { status }) };
  const isTemporary = TEMPORARY.has(code) || all.status === 429 || (all.status ?? 0) >= 500;
  if (!isTemporary) return { kind: 'refused', problem: problem(code, detail, all) };
  // The hub, too, may have lost the answer of the bus.
  const outcome = code === 'RATE_LIMITED' || all.status === 429 ? 'not-accepted' : 'unknown';
  return { kind: 'again', retryAfter, problem: problem(code, detail, { ...all, outcome, retryable: true }) };
}

/** Milliseconds: seconds, or a date. Source: RFC 9110, section 10.2.3. */
function readRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const milliseconds = /^\d{1,9}$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}
