/**
 * Every code that the hub names a problem by, in HTTP problems, socket error frames, dead letters and logs.
 *
 * Callers branch on the code; the text beside it is for people and may change. How a code becomes an HTTP status is
 * decided in one place, `lambdas/adapters/api-gateway/problem.ts`.
 */
export const CODES = [
  // Who is calling
  'TOKEN_MISSING',
  'TOKEN_MALFORMED',
  'TOKEN_EXPIRED',
  'TOKEN_NOT_YET_VALID',
  'TOKEN_WITHOUT_EXPIRY',
  'TOKEN_ISSUER_UNKNOWN',
  'TOKEN_AUDIENCE_WRONG',
  'TOKEN_ALGORITHM_REFUSED',
  'TOKEN_KEY_UNKNOWN',
  'TOKEN_SIGNATURE_INVALID',
  'TOKEN_CRITICAL_HEADER',
  'TOKEN_TYPE_REFUSED',
  'TOKEN_CLAIM_INVALID',
  'TENANT_CLAIM_MISSING',
  'TENANT_MISMATCH',
  'SCOPE_MISSING',
  'ORIGIN_REFUSED',
  // What was sent
  'CONTENT_TYPE_UNSUPPORTED',
  'BODY_NOT_JSON',
  'JSON_TOO_DEEP',
  'JSON_KEY_REFUSED',
  'JSON_NUMBER_REFUSED',
  'EVENT_MALFORMED',
  'EVENT_TYPE_UNKNOWN',
  'EVENT_SOURCE_MISMATCH',
  'EVENT_MODULE_MISMATCH',
  'EVENT_DATA_INVALID',
  'EVENT_TOO_LARGE',
  'BATCH_EMPTY',
  'BATCH_TOO_LARGE',
  'BATCH_REFUSED',
  'QUERY_INVALID',
  'EVENT_NOT_FOUND',
  'ROUTE_NOT_FOUND',
  // The socket
  'FRAME_NOT_JSON',
  'FRAME_MALFORMED',
  'ACTION_UNKNOWN',
  'FILTER_INVALID',
  'UNAUTHENTICATED',
  'NOT_SUBSCRIBED',
  'RATE_LIMITED',
  'TOO_MANY_SOCKETS',
  // Cursors and durable subscriptions
  'CURSOR_INVALID',
  'EPOCH_MISMATCH',
  'ACK_BEYOND_HEAD',
  'HISTORY_CUT',
  'SUBSCRIPTION_INVALID',
  'SUBSCRIPTION_NOT_FOUND',
  'SUBSCRIPTION_EXISTS',
  'SUBSCRIPTION_PAUSED',
  // Operations
  'REDRIVE_INVALID',
  // The hub itself
  'BUS_UNAVAILABLE',
  'ISSUER_UNAVAILABLE',
  'INTERNAL_ERROR',
] as const;

export type Code = (typeof CODES)[number];

/** One thing that was wrong in an input, and where. */
export interface Violation {
  /** JSON pointer (RFC 6901) into the input; `""` is the whole. */
  readonly path: string;
  /** What was expected and what was found. */
  readonly message: string;
}

/** A refusal or failure with a code. Boundaries test `code`, never the text. */
export class TidingsError extends Error {
  override readonly name = 'TidingsError';
  readonly code: Code;
  /** The single things that were wrong, where there is more to say than the message. */
  readonly errors: readonly Violation[];

  constructor(code: Code, message: string, options?: ErrorOptions & { errors?: readonly Violation[] }) {
    super(message, options);
    this.code = code;
    this.errors = options?.errors ?? [];
  }
}

/** Whether something thrown is a {@link TidingsError}, also across bundles, where `instanceof` would not hold. */
export function isTidingsError(thrown: unknown): thrown is TidingsError {
  return thrown instanceof Error && thrown.name === 'TidingsError' && 'code' in thrown;
}
