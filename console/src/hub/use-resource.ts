import { useCallback, useEffect, useState } from 'react';

/** Something that is read from the hub, and read again. */
export interface Resource<Value> {
  /** The last that came; it stays while the next one is on its way. */
  readonly value: Value | undefined;
  /** Why the last reading failed. */
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/**
 * Reads with a function, again whenever the function is another one, and, where `everySeconds` is given, again and again
 * for as long as the page can be seen. What is not wanted any more is aborted.
 */
export function useResource<Value>(
  read: (signal: AbortSignal) => Promise<Value>,
  { everySeconds }: { readonly everySeconds?: number } = {},
): Resource<Value> {
  const [state, setState] = useState<Omit<Resource<Value>, 'reload'>>({
    value: undefined,
    error: undefined,
    isLoading: true,
  });
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((last) => last + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn reads again
  useEffect(() => {
    const aborter = new AbortController();
    const { signal } = aborter;
    setState((last) => ({ ...last, isLoading: true }));
    read(signal).then(
      (value) => !signal.aborted && setState({ value, error: undefined, isLoading: false }),
      (error) => !signal.aborted && setState((last) => ({ ...last, error, isLoading: false })),
    );
    return () => aborter.abort();
  }, [read, turn]);

  // What was of another question is no answer to this one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the question changes
  useEffect(() => () => setState({ value: undefined, error: undefined, isLoading: true }), [read]);

  useEffect(() => {
    if (everySeconds === undefined) return undefined;
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), everySeconds * 1000);
    return () => clearInterval(timer);
  }, [everySeconds, reload]);

  return { ...state, reload };
}
