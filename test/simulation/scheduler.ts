import type { Random } from '../property/random.ts';
import type { Trace } from './trace.ts';

/** Whoever runs: an invocation, a client, the world itself. What a dead one still had to do never happens. */
export interface Owner {
  readonly name: string;
  dead: boolean;
}

/** Something that can happen now. */
interface Task {
  readonly owner: Owner;
  readonly label: string;
  readonly run: () => void;
}

/** Something that can happen from a moment on. */
export interface Timer extends Task {
  readonly at: number;
  readonly order: number;
  cancelled: boolean;
}

/** Most milliseconds that pass between two steps, while there is something to do. */
const MAX_STEP_MILLISECONDS = 8;

/**
 * Owns time and order: of all that can happen, chance says what happens next, one thing at a time. Between two steps
 * every promise that can settle has settled, so a seed decides everything.
 */
export class Scheduler {
  readonly random: Random;
  readonly trace: Trace;
  steps = 0;
  /** Virtual time, epoch milliseconds. */
  now: number;
  readonly #ready: Task[] = [];
  readonly #timers: Timer[] = [];
  #order = 0;

  constructor(random: Random, trace: Trace, start: number) {
    this.random = random;
    this.trace = trace;
    this.now = start;
  }

  /** Makes something possible now; when it happens is up to chance. */
  soon(owner: Owner, label: string, run: () => void): void {
    this.#ready.push({ owner, label, run });
  }

  /** Makes something possible after a delay. */
  after(milliseconds: number, owner: Owner, label: string, run: () => void): Timer {
    this.#order += 1;
    const at = this.now + Math.max(0, milliseconds);
    const timer: Timer = { at, order: this.#order, owner, label, run, cancelled: false };
    this.#push(timer);
    return timer;
  }

  /** A promise that settles in a step of its own; never, if the owner has died. */
  step(owner: Owner, label: string, delay = 0): Promise<void> {
    return new Promise((resolve) => {
      if (delay > 0) this.after(delay, owner, label, resolve);
      else this.soon(owner, label, resolve);
    });
  }

  /** Lets things happen until nothing can, or the condition holds. */
  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      if (!this.#advance()) return;
      const task = this.#pick();
      if (task === undefined || task.owner.dead) continue;
      this.steps += 1;
      this.trace.note(this.steps, this.now, task.owner.name, task.label);
      task.run();
      await drained();
    }
  }

  /** Moves time on, and makes what is due ready. */
  #advance(): boolean {
    if (this.#ready.length > 0) this.now += this.random.below(MAX_STEP_MILLISECONDS);
    for (let next = this.#timers[0]; next !== undefined; next = this.#timers[0]) {
      if (next.cancelled || next.owner.dead) this.#pop();
      else if (next.at <= this.now) this.#ready.push(this.#pop());
      else if (this.#ready.length > 0) return true;
      else this.now = next.at;
    }
    return this.#ready.length > 0;
  }

  #pick(): Task | undefined {
    const index = this.random.below(this.#ready.length);
    const task = this.#ready[index];
    const last = this.#ready.pop();
    if (last !== undefined && index < this.#ready.length) this.#ready[index] = last;
    return task !== undefined && 'cancelled' in task && task.cancelled === true ? undefined : task;
  }

  #push(timer: Timer): void {
    const heap = this.#timers;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || isBefore(parent, timer)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = timer;
  }

  #pop(): Timer {
    const heap = this.#timers;
    const [top] = heap;
    const last = heap.pop();
    if (top === undefined || last === undefined) throw new Error('There is no timer to take');
    if (heap.length === 0) return top;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      if (left === undefined) break;
      const goesRight = right !== undefined && isBefore(right, left);
      const child = goesRight ? right : left;
      if (isBefore(last, child)) break;
      heap[at] = child;
      at = 2 * at + (goesRight ? 2 : 1);
    }
    heap[at] = last;
    return top;
  }
}

const isBefore = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Settles when every promise that could settle has: immediates come after all microtasks. */
const drained = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
