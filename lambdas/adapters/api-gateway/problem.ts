import { type Code, isTidingsError, type Violation } from '@tidings/contracts';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { RateLimited } from '../../core/rate-window.ts';

/** The HTTP status of every code that can reach an HTTP caller. The only place where codes become statuses. */
const STATUS: Readonly<Record<Code, number>> = {
  TOKEN_MISSING: 401,
  TOKEN_MALFORMED: 401,
  TOKEN_EXPIRED: 401,
  TOKEN_NOT_YET_VALID: 401,
  TOKEN_WITHOUT_EXPIRY: 401,
  TOKEN_ISSUER_UNKNOWN: 401,
  TOKEN_AUDIENCE_WRONG: 401,
  TOKEN_ALGORITHM_REFUSED: 401,
  TOKEN_KEY_UNKNOWN: 401,
  TOKEN_SIGNATURE_INVALID: 401,
  TOKEN_CRITICAL_HEADER: 401,
  TOKEN_TYPE_REFUSED: 401,
  TOKEN_CLAIM_INVALID: 401,
  UNAUTHENTICATED: 401,
  TENANT_CLAIM_MISSING: 403,
  TENANT_MISMATCH: 403,
  SCOPE_MISSING: 403,
  ORIGIN_REFUSED: 403,
  CONTENT_TYPE_UNSUPPORTED: 415,
  BODY_NOT_JSON: 400,
  JSON_TOO_DEEP: 400,
  JSON_KEY_REFUSED: 400,
  JSON_NUMBER_REFUSED: 400,
  EVENT_MALFORMED: 400,
  EVENT_TYPE_UNKNOWN: 422,
  EVENT_SOURCE_MISMATCH: 422,
  EVENT_MODULE_MISMATCH: 422,
  EVENT_DATA_INVALID: 422,
  EVENT_TOO_LARGE: 413,
  BATCH_EMPTY: 400,
  BATCH_TOO_LARGE: 413,
  BATCH_REFUSED: 422,
  QUERY_INVALID: 400,
  FILTER_INVALID: 400,
  EVENT_NOT_FOUND: 404,
  ROUTE_NOT_FOUND: 404,
  FRAME_NOT_JSON: 400,
  FRAME_MALFORMED: 400,
  ACTION_UNKNOWN: 400,
  NOT_SUBSCRIBED: 409,
  RATE_LIMITED: 429,
  TOO_MANY_SOCKETS: 429,
  CURSOR_INVALID: 400,
  EPOCH_MISMATCH: 409,
  ACK_BEYOND_HEAD: 409,
  HISTORY_CUT: 410,
  SUBSCRIPTION_INVALID: 400,
  SUBSCRIPTION_NOT_FOUND: 404,
  SUBSCRIPTION_EXISTS: 409,
  SUBSCRIPTION_PAUSED: 409,
  REDRIVE_INVALID: 400,
  BUS_UNAVAILABLE: 503,
  ISSUER_UNAVAILABLE: 503,
  INTERNAL_ERROR: 500,
};

/** The status that a code is answered with. */
export const statusOf = (code: Code): number => STATUS[code];

/** What a problem document says besides its status. */
export interface Problem {
  readonly code: Code;
  readonly detail: string;
  readonly errors?: readonly Violation[];
  /** Members of their own, such as `rejected`. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Seconds after which to try again, where that is known. */
  readonly retryAfterSeconds?: number | undefined;
}

/**
 * A problem document as an answer. Source: RFC 9457; the challenge with a 401 is RFC 6750, section 3.
 *
 * `type` is `about:blank`, so `title` is the status's own phrase and `code` tells problems apart.
 */
export function toProblem({
  code,
  detail,
  errors = [],
  members,
  retryAfterSeconds,
}: Problem): APIGatewayProxyStructuredResultV2 {
  const status = statusOf(code);
  const body = {
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    code,
    detail,
    ...(errors.length > 0 && { errors }),
    ...members,
  };
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...((status === 401 || code === 'SCOPE_MISSING') && { 'www-authenticate': challenge(code) }),
      ...(status === 503 && { 'retry-after': '1' }),
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    },
    body: JSON.stringify(body),
  };
}

/** A thrown value as a problem document. Only what the hub itself has worded reaches the caller. */
export function thrownToProblem(thrown: unknown): APIGatewayProxyStructuredResultV2 {
  if (isTidingsError(thrown)) {
    const { code, message: detail, errors } = thrown;
    return toProblem({ code, detail, errors, ...(thrown instanceof RateLimited && thrown.wait) });
  }
  return toProblem({ code: 'INTERNAL_ERROR', detail: 'The hub failed to answer; trying again is safe' });
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

function challenge(code: Code): string {
  if (code === 'TOKEN_MISSING') return 'Bearer realm="tidings"';
  return `Bearer realm="tidings", error="${code === 'SCOPE_MISSING' ? 'insufficient_scope' : 'invalid_token'}"`;
}
