export interface BackoffOptions {
  /** Longest first wait in milliseconds; it doubles with every failure. */
  readonly baseMilliseconds: number;
  readonly capMilliseconds: number;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
}

/**
 * How long to wait after a failure: anything up to a limit that doubles ("full jitter"), so that clients that have
 * failed together do not come back together. Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
 */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Counts a failure. @returns milliseconds to wait before another try */
  next(): number {
    const { baseMilliseconds, capMilliseconds, random } = this.#options;
    const limit = Math.min(capMilliseconds, baseMilliseconds * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    return Math.floor(random() * limit);
  }

  reset(): void {
    this.#failures = 0;
  }
}
