import type { Cancel, Socket, SocketEvents, Surroundings } from '../src/delivery/index.ts';

interface Task {
  readonly at: number;
  readonly order: number;
  readonly call: () => void;
}

/** Turns of the microtask queue in which a chain of promises comes to rest. */
const TURNS = 60;

/** A world in which time passes when a test says so. */
export class VirtualSurroundings implements Surroundings {
  #now = 1_700_000_000_000;
  #order = 0;
  readonly #tasks = new Set<Task>();
  readonly #random: () => number;
  readonly #sleepers = new Set<() => void>();
  connect: (url: string, protocols: readonly string[], events: SocketEvents) => Socket;

  constructor(connect: VirtualSurroundings['connect'], random: () => number = () => 0.5) {
    this.connect = connect;
    this.#random = random;
  }

  /** How much is scheduled: what leaks stays here. */
  get pending(): number {
    return this.#tasks.size;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.#random();
  }

  openSocket(url: string, protocols: readonly string[], events: SocketEvents): Socket {
    return this.connect(url, protocols, events);
  }

  schedule(milliseconds: number, call: () => void): Cancel {
    this.#order += 1;
    const task = { at: this.#now + Math.max(0, milliseconds), order: this.#order, call };
    this.#tasks.add(task);
    return () => this.#tasks.delete(task);
  }

  whenAwake(call: () => void): Cancel {
    this.#sleepers.add(call);
    return () => this.#sleepers.delete(call);
  }

  /** Who is told of waking. */
  get sleepers(): number {
    return this.#sleepers.size;
  }

  wake(): void {
    for (const call of this.#sleepers) call();
  }

  /** Lets time pass, and everything happen that is due in it. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await settle();
    for (let task = this.#nextUntil(end); task !== undefined; task = this.#nextUntil(end)) {
      this.#tasks.delete(task);
      this.#now = task.at;
      task.call();
      await settle();
    }
    this.#now = end;
  }

  #nextUntil(end: number): Task | undefined {
    let next: Task | undefined;
    for (const task of this.#tasks) {
      if (task.at > end) continue;
      if (next === undefined || task.at < next.at || (task.at === next.at && task.order < next.order)) next = task;
    }
    return next;
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve();
}
