import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { EventMatching, PatternThatMatches } from '../events/typed-events.ts';
import { useConnection } from './context.ts';
import { RecentEvents } from './recent-events.ts';

/** What `useEvents` can be told. */
export interface UseEventsOptions {
  /**
   * How many events to keep: a whole number above 0.
   * @default 100
   */
  readonly limit?: number;
}

/**
 * The last events that the pattern matches, oldest first, in the order of their sequence, each once. It begins empty
 * when the component is shown, and again when the pattern or the client is another and when history was cut (see
 * `useTidings().reset`). Renders at most once a frame, however many events come. Nobody can change the list.
 *
 * @throws Error outside of a `<TidingsProvider>`
 * @throws RangeError if the limit cannot be used
 */
export function useEvents<Pattern extends string>(
  pattern: Pattern & PatternThatMatches<Pattern>,
  { limit = 100 }: UseEventsOptions = {},
): readonly EventMatching<Pattern>[] {
  const { live } = useConnection('useEvents');
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new RangeError(`useEvents: expected a limit that is a whole number above 0, found ${String(limit)}`);
  }
  const [known, setKnown] = useState(() => new RecentEvents({ live, pattern, limit }));
  // In state and not memoized, because React may forget what is memoized, and a list cannot be made again.
  let recent = known;
  if (!known.isOf(live, pattern)) {
    recent = new RecentEvents({ live, pattern, limit });
    setKnown(recent);
  }
  useEffect(() => recent.keep(limit), [recent, limit]);
  const events = useSyncExternalStore(recent.subscribe, recent.getSnapshot, RecentEvents.getServerSnapshot);
  const last = useMemo(() => (events.length > limit ? Object.freeze(events.slice(-limit)) : events), [events, limit]);
  // Nothing is in the list but what `live.on` has found to match the pattern.
  return last as readonly EventMatching<Pattern>[];
}
