import { LIMITS } from '@tidings/contracts';

/** How often a connection has synced in a window of time. */
export interface SyncCount {
  /** Number of the window, counted from the epoch. */
  readonly window: number;
  readonly count: number;
}

/** The window that a moment lies in. */
export const windowOf = (now: Date): number => Math.floor(now.getTime() / 1000 / LIMITS.syncWindowSeconds);

/** Seconds until the next window begins, at least one. */
export const untilNextWindow = (now: Date): number => {
  const end = (windowOf(now) + 1) * LIMITS.syncWindowSeconds;
  return Math.max(1, Math.ceil(end - now.getTime() / 1000));
};

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
