import { useCallback, useEffect, useRef, useState } from 'react';

/** Something that a dialog sends, and what keeps it open. */
export interface Submission {
  readonly isBusy: boolean;
  /** Why the last one failed. */
  readonly error: unknown;
  /** @param done is called with what came of it, unless the dialog was closed meanwhile: one may be elsewhere by then */
  readonly submit: <Value>(does: () => Promise<Value>, done: (value: Value) => void) => Promise<void>;
}

/** One at a time; where there is an error, it can be sent again. */
export function useSubmission(): Submission {
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly error: unknown }>({
    isBusy: false,
    error: undefined,
  });
  const isOpen = useRef(true);
  useEffect(() => {
    isOpen.current = true;
    return () => {
      isOpen.current = false;
    };
  }, []);
  const submit: Submission['submit'] = useCallback(async (does, done) => {
    setState({ isBusy: true, error: undefined });
    try {
      const value = await does();
      setState({ isBusy: false, error: undefined });
      if (isOpen.current) done(value);
    } catch (error) {
      setState({ isBusy: false, error });
    }
  }, []);
  return { ...state, submit };
}
