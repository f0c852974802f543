import { type RefObject, useCallback, useEffect, useState } from 'react';

/** What is marked as wrong, in the order of the page. */
const WRONG = 'input[aria-invalid="true"], textarea[aria-invalid="true"], select[aria-invalid="true"], [data-invalid]';

/** @returns what moves the focus to the first input that is wrong, once it is marked as such */
export function useFirstError(element: RefObject<HTMLElement | null>): () => void {
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn moves the focus again
  useEffect(() => {
    if (turn > 0) element.current?.querySelector<HTMLElement>(WRONG)?.focus();
  }, [turn]);
  return useCallback(() => setTurn((last) => last + 1), []);
}
