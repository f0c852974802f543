import type { Cancel, Surroundings } from './surroundings.ts';

/** Timers by name: one that is set again replaces the one before; and all end together. */
export class Timers<Name extends string> {
  readonly #surroundings: Pick<Surroundings, 'schedule'>;
  readonly #cancels = new Map<Name, Cancel>();
  #isStopped = false;

  constructor(surroundings: Pick<Surroundings, 'schedule'>) {
    this.#surroundings = surroundings;
  }

  has(name: Name): boolean {
    return this.#cancels.has(name);
  }

  set(name: Name, milliseconds: number, call: () => void): void {
    this.clear(name);
    if (this.#isStopped) return;
    this.#cancels.set(
      name,
      this.#surroundings.schedule(milliseconds, () => {
        this.#cancels.delete(name);
        call();
      }),
    );
  }

  clear(name: Name): void {
    this.#cancels.get(name)?.();
    this.#cancels.delete(name);
  }

  /** Clears all, and sets none from then on. */
  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }
}
