import type { Code, Violation } from '@tidings/contracts';
import { isPassing } from '../live/web-caller.ts';
import type { ClientCode } from '../publish/publish-error.ts';
import { readObject, readProblem } from './problem-document.ts';

/** Why a question to the hub was not answered: its own code, or what this package has found. Newer hubs have more. */
export type HubErrorCode =
  | Code
  | Extract<
      ClientCode,
      'TOKEN_FAILED' | 'NETWORK_FAILED' | 'HUB_UNAVAILABLE' | 'REQUEST_REFUSED' | 'ANSWER_INVALID' | 'ABORTED'
    >;

/** What a {@link HubError} tells besides its code. */
export interface HubErrorOptions extends ErrorOptions {
  readonly status?: number | undefined;
  readonly errors?: readonly Violation[];
  readonly retryAfter?: number | undefined;
  readonly retryable?: boolean;
  readonly problem?: Readonly<Record<string, unknown>> | undefined;
}

/** The hub has refused a request over HTTP, or could not be asked. Branch on `code`. Never holds a token. */
export class HubError extends Error {
  override readonly name = 'HubError';
  /** A code of the hub; or one of this package's where the hub said nothing. */
  readonly code: HubErrorCode;
  /** What was expected and what was found, for people. */
  readonly detail: string;
  /** The HTTP status; absent if there was no answer. */
  readonly status: number | undefined;
  /** The single things that were wrong, each with a JSON pointer into what was sent. */
  readonly errors: readonly Violation[];
  /** Milliseconds that the hub asks to wait, if it does. */
  readonly retryAfter: number | undefined;
  /** Whether the same request may be answered later, without being changed. */
  readonly retryable: boolean;
  /** The whole problem document, if there was one: some codes have members of their own. */
  readonly problem: Readonly<Record<string, unknown>> | undefined;

  constructor(code: HubErrorCode, detail: string, options: HubErrorOptions = {}) {
    const { status, errors = [], retryAfter, retryable = false, problem, cause } = options;
    const answered = status === undefined ? '' : `The hub answers ${status} `;
    super(`${answered}${code}: ${detail}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.detail = detail;
    this.status = status;
    this.errors = errors;
    this.retryAfter = retryAfter;
    this.retryable = retryable;
    this.problem = problem;
  }
}

/** Whether something thrown is a {@link HubError}, also across copies of this package. */
export const isHubError = (thrown: unknown): thrown is HubError =>
  thrown instanceof Error && thrown.name === 'HubError' && 'code' in thrown;

/** An answer that is no success, as an error. */
export function refusalOf(status: number, text: string, retryAfter: number | undefined): HubError {
  const body = readObject(text);
  const { code, detail, errors } = readProblem(body);
  const retryable = isPassing(status);
  const unnamed = status === 429 ? 'RATE_LIMITED' : retryable ? 'HUB_UNAVAILABLE' : 'REQUEST_REFUSED';
  const options = { status, errors, retryAfter, retryable, problem: code === undefined ? undefined : body };
  return new HubError((code as Code | undefined) ?? unnamed, detail ?? 'It says no more', options);
}

export const aborted = (): HubError => new HubError('ABORTED', 'The caller has ended it');
