import type { Cursor } from '@tidings/contracts';
import { attempt } from './attempt.ts';
import type { CursorStore } from './cursor-store.ts';

/** Saves cursors, one at a time; while one is being saved, only the newest of the others is kept. */
export class CursorKeeper {
  readonly #store: CursorStore | undefined;
  readonly #onFailure: (cause: unknown) => void;
  #latest: Cursor | undefined;
  #saved: Cursor | undefined;
  #isSaving = false;
  #idle: (() => void)[] = [];

  constructor(store: CursorStore | undefined, onFailure: (cause: unknown) => void) {
    this.#store = store;
    this.#onFailure = onFailure;
  }

  /** The store has this already. */
  begin(saved: Cursor): void {
    this.#saved = saved;
  }

  note(cursor: Cursor): void {
    this.#latest = cursor;
  }

  /** Saves what was noted last, unless the store has it. One that failed is tried again by the next call. */
  save(): void {
    const cursor = this.#latest;
    const store = this.#store;
    if (store === undefined || cursor === undefined || this.#isSaving || isSame(cursor, this.#saved)) return;
    this.#isSaving = true;
    attempt(
      () => store.save(cursor),
      () => {
        this.#saved = cursor;
        this.#isSaving = false;
        this.save();
        this.#tellIdle();
      },
      (cause) => {
        this.#isSaving = false;
        this.#onFailure(cause);
        this.#tellIdle();
      },
    );
  }

  /** Saves what is left, and calls when that has ended, well or not. */
  finish(call: () => void): void {
    this.save();
    this.#idle.push(call);
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.#isSaving) return;
    const idle = this.#idle;
    this.#idle = [];
    for (const call of idle) call();
  }
}

const isSame = (one: Cursor, other: Cursor | undefined): boolean =>
  one.epoch === other?.epoch && one.sequence === other.sequence;
