import { useCallback, useEffect, useRef, useState } from 'react';

type Answer<Value> = Omit<Resource<Value>, 'reload'>;

const NOTHING = { value: undefined, error: undefined, isLoading: true };

/** Something that is read from the hub, and read again. */
export interface Resource<Value> {
  /** The last that came; it stays while the next one is on its way. */
  readonly value: Value | undefined;
  /** Why the last reading failed. */
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/** The longest time that is waited after failures, in seconds. */
const LONGEST_REST = 30;

/** How long a hub that has failed so many times in a row is left alone; whoever looks can ask sooner. In seconds. */
export const restAfter = (failures: number, everySeconds: number): number =>
  failures === 0 ? 0 : Math.min(LONGEST_REST, everySeconds * 2 ** failures);

/**
 * Reads with a function, again whenever the function is another one, and, where `everySeconds` is given, again and again
 * for as long as the page can be seen, and more rarely while it fails. What is not wanted any more is aborted.
 */
export function useResource<Value>(
  read: (signal: AbortSignal) => Promise<Value>,
  { everySeconds }: { readonly everySeconds?: number } = {},
): Resource<Value> {
  const [state, setState] = useState<{ readonly of: typeof read; readonly answer: Answer<Value> }>();
  const [turn, setTurn] = useState(0);
  const isReading = useRef(false);
  const last = useRef({ failures: 0, at: 0 });
  const reload = useCallback(() => setTurn((turns) => turns + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn reads again
  useEffect(() => {
    const aborter = new AbortController();
    const { signal } = aborter;
    isReading.current = true;
    const change = (next: Partial<Answer<Value>>) =>
      setState((old) => ({ of: read, answer: { ...(old?.of === read ? old.answer : NOTHING), ...next } }));
    change({ isLoading: true });
    const settle = (next: Partial<Answer<Value>>) => {
      if (signal.aborted) return;
      isReading.current = false;
      change({ ...next, isLoading: false });
    };
    read(signal).then(
      (value) => {
        if (!signal.aborted) last.current = { failures: 0, at: performance.now() };
        settle({ value, error: undefined });
      },
      (error) => {
        if (!signal.aborted) last.current = { failures: last.current.failures + 1, at: performance.now() };
        settle({ error });
      },
    );
    return () => aborter.abort();
  }, [read, turn]);

  useEffect(() => {
    if (everySeconds === undefined) return undefined;
    const timer = setInterval(() => {
      const { failures, at } = last.current;
      if (performance.now() - at < restAfter(failures, everySeconds) * 1000) return;
      // What still waits for a hub that does not answer is to say so in the end, and not to be begun anew for ever.
      if (document.visibilityState === 'visible' && !isReading.current) reload();
    }, everySeconds * 1000);
    return () => clearInterval(timer);
  }, [everySeconds, reload]);

  // What was of another question is no answer to this one, not even for the moment until that is asked.
  return { ...(state?.of === read ? state.answer : NOTHING), reload };
}
