const WINDOW_SECONDS = 5;

/** How many a second, of late. */
export class RateMeter {
  readonly #now: () => number;
  /** One count per second of the window, and the second that it is of. */
  readonly #counts = Array.from({ length: WINDOW_SECONDS }, () => ({ second: -1, count: 0 }));

  constructor(now: () => number) {
    this.#now = now;
  }

  count(): void {
    const second = Math.floor(this.#now() / 1000);
    const slot = this.#counts[second % WINDOW_SECONDS];
    if (slot === undefined) return;
    if (slot.second !== second) {
      slot.second = second;
      slot.count = 0;
    }
    slot.count += 1;
  }

  /** The mean of the last whole seconds. */
  perSecond(): number {
    const second = Math.floor(this.#now() / 1000);
    const whole = this.#counts.filter((slot) => slot.second < second && slot.second > second - WINDOW_SECONDS);
    return whole.reduce((sum, { count }) => sum + count, 0) / (WINDOW_SECONDS - 1);
  }
}
