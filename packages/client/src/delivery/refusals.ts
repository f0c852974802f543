import type { Code } from '@tidings/contracts';

/** What to do about an error that the hub has answered a question for a page by. */
export type Remedy = 'subscribe' | 'wait' | 'resume' | 'token' | 'retry' | 'give-up';

/** Codes for which trying again, as we are, cannot help. */
const FINAL: ReadonlySet<Code> = new Set<Code>([
  'FRAME_NOT_JSON',
  'FRAME_MALFORMED',
  'JSON_TOO_DEEP',
  'JSON_KEY_REFUSED',
  'ACTION_UNKNOWN',
  'FILTER_INVALID',
  'CURSOR_INVALID',
  'SUBSCRIPTION_INVALID',
  'SUBSCRIPTION_NOT_FOUND',
  'SCOPE_MISSING',
  'ORIGIN_REFUSED',
]);

/** A code that is not known, as a newer hub may have, is tried again with back-off. */
export function remedyFor(code: Code): Remedy {
  if (code === 'NOT_SUBSCRIBED') return 'subscribe';
  if (code === 'RATE_LIMITED') return 'wait';
  if (code === 'SUBSCRIPTION_PAUSED') return 'resume';
  if (code === 'UNAUTHENTICATED' || code === 'TENANT_CLAIM_MISSING' || code.startsWith('TOKEN_')) return 'token';
  return FINAL.has(code) ? 'give-up' : 'retry';
}
