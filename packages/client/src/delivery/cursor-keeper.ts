import type { Cursor } from '@tidings/contracts';
import { attempt } from './attempt.ts';
import type { Backoff } from './backoff.ts';
import type { CursorStore } from './cursor-store.ts';

/** How what could not be saved is tried again. */
export interface CursorRetries {
  readonly backoff: Pick<Backoff, 'next' | 'reset'>;
  /** Calls after so many milliseconds, in place of what was scheduled before; not after the client was closed. */
  readonly schedule: (milliseconds: number, call: () => void) => void;
}

/** Saves cursors, one at a time; while one is being saved, only the newest of the others is kept. */
export class CursorKeeper {
  readonly #store: CursorStore | undefined;
  readonly #onFailure: (cause: unknown) => void;
  readonly #retries: CursorRetries;
  #latest: Cursor | undefined;
  #saved: Cursor | undefined;
  #isSaving = false;
  #idle: (() => void)[] = [];

  constructor(store: CursorStore | undefined, onFailure: (cause: unknown) => void, retries: CursorRetries) {
    this.#store = store;
    this.#onFailure = onFailure;
    this.#retries = retries;
  }

  /** The store has this already. */
  begin(saved: Cursor): void {
    this.#saved = saved;
  }

  note(cursor: Cursor): void {
    this.#latest = cursor;
  }

  /** Saves what was noted last, unless the store has it. One that failed is tried again after a while. */
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
        this.#retries.backoff.reset();
        this.save();
        this.#tellIdle();
      },
      (cause) => {
        this.#isSaving = false;
        this.#onFailure(cause);
        this.#retries.schedule(this.#retries.backoff.next(), () => this.save());
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
