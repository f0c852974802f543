import type { Random } from '../acceptance/random.ts';

/** A time of no importance. */
const BEGINNING = Date.parse('2026-01-31T09:30:00Z');

interface Timer {
  readonly at: number;
  readonly call: () => void;
}

/** Lets whatever has been resolved go on, as far as it can by itself. */
const microtasks = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Whose turn it is: everything that waits is let go one at a time, in an order that a seed decides. Time stands still
 * as long as somebody can go on, and then leaps to whoever waits for the nearest moment.
 */
export class Turns {
  readonly #random: Random;
  readonly #lanes: readonly string[];
  /** The lane that nearly always goes first, for a while: one runs while the others stand, somewhere in between. */
  #favoured = '';
  readonly #ready: { readonly lane: string; readonly call: () => void }[] = [];
  readonly #queues = new Map<string, (() => void)[]>();
  #timers: Timer[] = [];
  #now = BEGINNING;
  steps = 0;
  /** Told before time leaps, by how many milliseconds. */
  onLeap: (milliseconds: number) => void = () => {};

  constructor(random: Random, lanes: readonly string[]) {
    this.#random = random;
    this.#lanes = lanes;
  }

  /** Epoch milliseconds. */
  get now(): number {
    return this.#now;
  }

  /** Whether nobody can go on before time does. */
  get isIdle(): boolean {
    return this.#ready.length === 0;
  }

  /** Goes on when it is this one's turn. */
  take(lane = ''): Promise<void> {
    return new Promise((resolve) => this.#ready.push({ lane, call: resolve }));
  }

  /** Calls when it is this one's turn. */
  later(call: () => void, lane = ''): void {
    this.#ready.push({ lane, call });
  }

  /** Calls when it is this one's turn, and never before those of the same queue that came earlier. */
  inOrder(queue: string, call: () => void): void {
    const waiting = this.#queues.get(queue) ?? [];
    this.#queues.set(queue, waiting);
    waiting.push(call);
    this.later(() => waiting.shift()?.());
  }

  /** Calls at a time. @returns what takes it back */
  schedule(milliseconds: number, call: () => void): () => void {
    const timer = { at: this.#now + milliseconds, call };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.schedule(milliseconds, resolve));
  }

  /** @returns whether it was done before so many steps */
  async run(isDone: () => boolean, most: number): Promise<boolean> {
    for (; this.steps < most; this.steps += 1) {
      await microtasks();
      if (isDone()) return true;
      const next = this.#nextReady() ?? this.#nextTimer();
      if (next === undefined) return false;
      next();
    }
    return false;
  }

  #nextReady(): (() => void) | undefined {
    if (this.#random.chance(0.15)) this.#favoured = this.#random.pick(this.#lanes);
    const first = this.#ready.findIndex(({ lane }) => lane === this.#favoured);
    const isFavoured = first >= 0 && this.#random.chance(0.9);
    const index = isFavoured ? first : this.#random.below(this.#ready.length);
    return this.#ready.splice(index, 1)[0]?.call;
  }

  #nextTimer(): (() => void) | undefined {
    const earlier = (found: Timer | undefined, one: Timer): Timer =>
      found === undefined || one.at < found.at ? one : found;
    const nearest = this.#timers.reduce<Timer | undefined>(earlier, undefined);
    if (nearest === undefined) return undefined;
    this.#timers = this.#timers.filter((one) => one !== nearest);
    if (nearest.at > this.#now) this.onLeap(nearest.at - this.#now);
    this.#now = Math.max(this.#now, nearest.at);
    return nearest.call;
  }
}
