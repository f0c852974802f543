import { LIMITS, TidingsError } from '@tidings/contracts';

/** The window that a moment lies in: its number, counted from the epoch. */
export const windowOf = (now: Date): number => Math.floor(now.getTime() / 1000 / LIMITS.syncWindowSeconds);

/** Seconds until the next window begins, at least one. */
export const untilNextWindow = (now: Date): number => {
  const end = (windowOf(now) + 1) * LIMITS.syncWindowSeconds;
  return Math.max(1, Math.ceil(end - now.getTime() / 1000));
};

/** Somebody asks too often. */
export class RateLimited extends TidingsError {
  /** When to come back. */
  readonly wait: { readonly retryAfterSeconds: number };

  constructor(message: string, retryAfterSeconds: number) {
    super('RATE_LIMITED', message);
    this.wait = { retryAfterSeconds };
  }
}

/**
 * Counts what each of many does in the current window, in memory. A function has one, and so each of its execution
 * environments counts by itself: a brake that costs nothing, and no quota. What must hold exactly is counted in a table.
 *
 * It forgets everybody with each new window, so it holds no more than one environment can serve in one window.
 */
export class RateMeter {
  #window = 0;
  #counts = new Map<string, number>();

  /** @returns how many there have been in this window, this one included */
  count(who: string, now: Date): number {
    const window = windowOf(now);
    if (window !== this.#window) {
      this.#window = window;
      this.#counts = new Map();
    }
    const count = (this.#counts.get(who) ?? 0) + 1;
    this.#counts.set(who, count);
    return count;
  }
}
