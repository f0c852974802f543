import { useEffect } from 'react';
import type { EventMatching, PatternThatMatches } from '../events/typed-events.ts';
import { useConnection } from './context.ts';
import { useLatest } from './use-latest.ts';

/**
 * Calls the handler for each event that the pattern matches, for as long as the component is shown. It is always the
 * handler of the last rendering that is called; another one does not subscribe anew. What it throws goes to the
 * client's `onError`, and stops nobody else. If it returns a promise, the next event waits until that has settled.
 *
 * Wrap what is to render in `useState` or `useReducer`; for a list of events there is `useEvents`.
 *
 * @throws Error outside of a `<TidingsProvider>`
 */
export function useEvent<Pattern extends string>(
  pattern: Pattern & PatternThatMatches<Pattern>,
  handler: (event: EventMatching<Pattern>) => unknown,
): void {
  const { live } = useConnection('useEvent');
  const latest = useLatest(handler);
  useEffect(() => live.on<Pattern>(pattern, (event) => latest.current(event)), [live, pattern, latest]);
}
