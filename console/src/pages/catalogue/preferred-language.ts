import { useSyncExternalStore } from 'react';

const KEY = 'tidings.language';
const listeners = new Set<() => void>();
let chosen: string | undefined;

/** In which language or tool somebody wants to see how it is done; on every page, and kept for later visits. */
export const usePreferredLanguage = (): string | undefined => useSyncExternalStore(subscribe, read);

export function preferLanguage(language: string): void {
  chosen = language;
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // A browser that keeps nothing: it holds for this visit.
  }
  for (const listener of listeners) listener();
}

function read(): string | undefined {
  try {
    chosen ??= localStorage.getItem(KEY) ?? undefined;
  } catch {
    // As above.
  }
  return chosen;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
