import { LIMITS } from '@tidings/contracts';
import { untilNextWindow, windowOf } from '../core/rate-window.ts';

/** How often a connection has synced in a window of time. */
export interface SyncCount {
  /** Number of the window, counted from the epoch. */
  readonly window: number;
  readonly count: number;
}

/**
 * Counts one more sync, or says how long to wait. A window that is later than the moment counts on: another function's
 * clock was ahead when it began it.
 */
export function countSync(
  syncs: SyncCount | undefined,
  now: Date,
):
  | { readonly kind: 'counted'; readonly syncs: SyncCount }
  | { readonly kind: 'limited'; readonly retryAfterSeconds: number } {
  const window = Math.max(windowOf(now), syncs?.window ?? 0);
  const count = syncs?.window === window ? syncs.count : 0;
  if (count >= LIMITS.syncsPerWindow) return { kind: 'limited', retryAfterSeconds: untilNextWindow(now) };
  return { kind: 'counted', syncs: { window, count: count + 1 } };
}
