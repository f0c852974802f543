import type { Cursor } from '@tidings/contracts';

/**
 * Where a client keeps its cursor between two lives. One store belongs to one consumer: two that share one skip each
 * other's events.
 */
export interface CursorStore {
  /**
   * What was saved last; `undefined` if nothing ever was. What is no cursor is reported and counts as nothing. If it
   * throws or rejects it is called again later: no event is delivered before it has succeeded.
   */
  load(): unknown | PromiseLike<unknown>;
  /**
   * Called after the handler has dealt with everything up to the cursor; never while an earlier call is under way, and
   * never with an older cursor unless a `reset` came between. If it throws or rejects, delivery goes on, and it
   * is called again after a while, with the newest cursor.
   */
  save(cursor: Cursor): void | PromiseLike<void>;
}

/** Keeps the cursor for as long as the object lives: for tests, and to hand it from one client to the next. */
export function memoryCursorStore(cursor?: Cursor): CursorStore & { readonly cursor: Cursor | undefined } {
  let kept = cursor;
  return {
    get cursor() {
      return kept;
    },
    load: () => kept,
    save(newer) {
      kept = newer;
    },
  };
}

/** As much of the Web Storage API as is needed: `localStorage` and `sessionStorage` have it. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, text: string): void;
}

/** Keeps the cursor as JSON under a key. Two tabs that share the key share the cursor: give each consumer its own. */
export function storageCursorStore(storage: TextStorage, key: string): CursorStore {
  return {
    load() {
      const text = storage.getItem(key);
      if (text === null) return undefined;
      try {
        return JSON.parse(text);
      } catch {
        return text;
      }
    },
    save: (cursor) => storage.setItem(key, JSON.stringify(cursor)),
  };
}
