import type { Surroundings } from '../../../lambdas/core/ports/surroundings.ts';

interface Waiting {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

/** Time that passes only when everybody waits for it. */
export class ModelledTime {
  #now = Date.parse('2026-03-01T12:00:00Z');
  readonly #heap: Waiting[] = [];
  #order = 0;

  get now(): number {
    return this.#now;
  }

  /** Resolves when so many milliseconds have passed. */
  pause(milliseconds: number): Promise<void> {
    return new Promise((wake) => {
      this.#order += 1;
      this.#push({ at: this.#now + Math.max(0, milliseconds), order: this.#order, wake });
    });
  }

  /** Lets time pass until a piece of work is done. */
  async until(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    let failure: { readonly cause: unknown } | undefined;
    work.then(
      () => {
        isDone = true;
      },
      (cause: unknown) => {
        failure = { cause };
      },
    );
    for (;;) {
      // Everything that can go on without time goes on first.
      await new Promise((resolve) => setImmediate(resolve));
      if (failure !== undefined) throw failure.cause;
      if (isDone) return;
      const next = this.#pop();
      if (next === undefined) throw new Error('Expected work that waits for time, found none');
      this.#now = next.at;
      next.wake();
      // Who waits for the same millisecond goes on together: it makes the model many times faster.
      while (this.#heap[0] !== undefined && this.#heap[0].at < this.#now + 1) this.#pop()?.wake();
    }
  }

  /** For the code under test; chance is the same in every run. */
  surroundings(): Surroundings {
    let state = 1;
    return {
      now: () => new Date(this.#now),
      random: () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state / 2 ** 32;
      },
      uniqueId: () => `unique-${this.#order}`,
      pause: (milliseconds) => this.pause(milliseconds),
    };
  }

  #push(item: Waiting): void {
    const heap = this.#heap;
    let index = heap.push(item) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(item, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = item;
  }

  #pop(): Waiting | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      if (right !== undefined && isBefore(right, left)) child += 1;
      const lesser = heap[child];
      if (lesser === undefined || !isBefore(lesser, last)) break;
      heap[index] = lesser;
      index = child;
    }
    heap[index] = last;
    return top;
  }
}

const isBefore = (a: Waiting, b: Waiting): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
