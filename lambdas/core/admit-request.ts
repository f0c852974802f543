import { LIMITS } from '@tidings/contracts';
import type { Identity } from './identity.ts';
import { RateLimited, type RateMeter, untilNextWindow } from './rate-window.ts';

/**
 * Lets a caller's request to the HTTP API pass, unless there were too many. Callers are told apart by tenant and
 * subject; tokens that have neither are one.
 * @throws RateLimited RATE_LIMITED
 */
export function admitRequest({ tenant, subject }: Pick<Identity, 'tenant' | 'subject'>, meter: RateMeter, now: Date) {
  if (meter.count(JSON.stringify([tenant, subject]), now) <= LIMITS.requestsPerWindow) return;
  throw new RateLimited('The bearer of this token asks too often', untilNextWindow(now));
}
