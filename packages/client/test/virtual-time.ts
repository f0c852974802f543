import { setImmediate as turn } from 'node:timers/promises';
import type { Cancel } from '../src/delivery/index.ts';
import type { PublishSurroundings } from '../src/publish/index.ts';

interface Task {
  readonly at: number;
  readonly call: () => void;
}

/** Turns of the event loop in which everything that needs no time comes to rest. */
const TURNS = 3;

/** Time that leaps to what comes next, as soon as nothing else can happen. */
export class VirtualTime implements PublishSurroundings {
  #now = 1_700_000_000_000;
  readonly #begin = this.#now;
  readonly #tasks = new Set<Task>();
  readonly random: () => number;

  constructor(random: () => number = () => 0.5) {
    this.random = random;
  }

  /** Milliseconds since the beginning. */
  get elapsed(): number {
    return this.#now - this.#begin;
  }

  /** How much is scheduled: what leaks stays here. */
  get pending(): number {
    return this.#tasks.size;
  }

  now(): number {
    return this.#now;
  }

  schedule(milliseconds: number, call: () => void): Cancel {
    const task = { at: this.#now + Math.max(0, milliseconds), call };
    this.#tasks.add(task);
    return () => this.#tasks.delete(task);
  }

  /** Lets time pass for nothing. */
  skip(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Lets time pass until a promise is settled. @throws what it throws */
  async run<Value>(promise: Promise<Value>): Promise<Value> {
    let isSettled = false;
    const settled = (): void => {
      isSettled = true;
    };
    promise.then(settled, settled);
    for (;;) {
      for (let i = 0; i < TURNS && !isSettled; i += 1) await turn();
      if (isSettled) return await promise;
      const next = [...this.#tasks].sort((a, b) => a.at - b.at)[0];
      if (next === undefined) throw new Error('Nothing is scheduled, and the promise is not settled');
      this.#tasks.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.call();
    }
  }
}
