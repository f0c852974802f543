import type { PublishError, Violation } from '@tidings/client';
import { atFields } from './violations.ts';

/** Refusals that name no place, though there is one: what of the event they are about. */
const PLACES: Readonly<Record<string, string>> = {
  SCOPE_MISSING: '/type',
  EVENT_TYPE_UNKNOWN: '/type',
  EVENT_SOURCE_MISMATCH: '/type',
  BUS_UNKNOWN: '/type',
  TENANT_MISMATCH: '/tenantid',
};

/** Where in an event it is that a refusal is about, by the hub's own pointers as far as it gives any. */
export function refusedAt({
  code,
  detail,
  errors,
}: Pick<PublishError, 'code' | 'detail' | 'errors'>): readonly Violation[] {
  if (errors.length > 0) return atFields(errors);
  const path = PLACES[code];
  return path === undefined ? [] : [{ path, message: `${code}: ${detail}` }];
}
