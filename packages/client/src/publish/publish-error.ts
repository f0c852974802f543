import type { Code, Violation } from '@tidings/contracts';
import { adviceFor } from './advice.ts';

/** What only this package can find wrong, besides the hub's own codes. */
export type ClientCode =
  /** A client was made with options that it cannot use. */
  | 'OPTIONS_INVALID'
  /** Nothing to prove with who publishes: no client, no secret, no AWS credentials. */
  | 'CREDENTIALS_MISSING'
  /** No access token could be had; `oauthError` is the issuer's reason where it gave one. */
  | 'TOKEN_FAILED'
  /** No answer came. */
  | 'NETWORK_FAILED'
  /** The hub, or something before it, failed or is overloaded, and says no more. */
  | 'HUB_UNAVAILABLE'
  /** Something refused the request as a whole that does not speak as the hub does, such as a proxy. */
  | 'REQUEST_REFUSED'
  /** What came back is no answer of a hub. */
  | 'ANSWER_INVALID'
  /** The time for the call was over before there was any answer. */
  | 'TIMED_OUT'
  /** The caller's signal has ended the call. */
  | 'ABORTED'
  /** The system has no `crypto.randomUUID`. */
  | 'RANDOM_UNAVAILABLE'
  /** No bus is named for the event's module. */
  | 'BUS_UNKNOWN'
  /** EventBridge refuses the entry, and would refuse it again. */
  | 'BUS_REFUSED'
  /** `@aws-sdk/client-eventbridge` is not installed. */
  | 'AWS_SDK_MISSING';

/** A newer hub may have codes that this version does not know; they come through as they are. */
export type PublishErrorCode = Code | ClientCode;

/**
 * What is known of an event that was not confirmed. `unknown`: an answer was lost on the way, so it may be recorded
 * all the same. Publishing it again under the same id settles it, and never records it twice.
 */
export type PublishOutcome = 'not-accepted' | 'unknown';

/** Why an event was not published. */
export interface PublishProblem {
  readonly code: PublishErrorCode;
  /** What was expected and what was found. Never holds a token or a secret. */
  readonly detail: string;
  /** The single things that were wrong, each with a JSON pointer into the event. */
  readonly errors: readonly Violation[];
  /** What to do about it. */
  readonly advice: string;
  /** The HTTP status that the hub gave, where it gave one. */
  readonly status?: number;
  /** The code of the issuer's refusal, such as `invalid_client`. Source: RFC 6749, section 5.2. */
  readonly oauthError?: string;
  readonly outcome: PublishOutcome;
  /** Whether the same event may be accepted later, without being changed. */
  readonly retryable: boolean;
  readonly cause?: unknown;
}

/** A problem as it is found: the rest is added by {@link problem}. */
export type ProblemOptions = Partial<Omit<PublishProblem, 'code' | 'detail'>>;

export const problem = (code: PublishErrorCode, detail: string, options: ProblemOptions = {}): PublishProblem => ({
  errors: [],
  advice: adviceFor(code, options.oauthError),
  outcome: 'not-accepted',
  retryable: false,
  ...options,
  code,
  detail,
});

/** An event was not published, or a client cannot be made. Branch on `code`; `advice` says what to do. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
  readonly code: PublishErrorCode;
  readonly detail: string;
  readonly errors: readonly Violation[];
  readonly advice: string;
  readonly outcome: PublishOutcome;
  readonly retryable: boolean;
  readonly status?: number;
  readonly oauthError?: string;
  /** The event's id: publish it again under this one. */
  readonly id?: string;

  constructor(
    { code, detail, errors, advice, outcome, retryable, status, oauthError, cause }: PublishProblem,
    id?: string,
  ) {
    super(`${code}: ${detail}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.detail = detail;
    this.errors = errors;
    this.advice = advice;
    this.outcome = outcome;
    this.retryable = retryable;
    if (status !== undefined) this.status = status;
    if (oauthError !== undefined) this.oauthError = oauthError;
    if (id !== undefined) this.id = id;
  }
}

/** Whether something thrown is a {@link PublishError}, also across copies of this package. */
export const isPublishError = (thrown: unknown): thrown is PublishError =>
  thrown instanceof Error && thrown.name === 'PublishError' && 'code' in thrown;

export const failed = (code: PublishErrorCode, detail: string, options?: ProblemOptions): PublishError =>
  new PublishError(problem(code, detail, options));

/** An error as a problem. */
export function problemOf(error: PublishError): PublishProblem {
  const { code, detail, errors, advice, outcome, retryable, status, oauthError, cause } = error;
  return {
    ...{ code, detail, errors, advice, outcome, retryable },
    ...(status !== undefined && { status }),
    ...(oauthError !== undefined && { oauthError }),
    ...(cause !== undefined && { cause }),
  };
}
