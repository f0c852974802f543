import { memo, useCallback, useEffect, useRef, useState } from 'react';
import type { EventFilter } from '../../live/event-filter.ts';
import type { LiveFeed } from '../../live/live-feed.ts';
import { TextField } from '../../ui/field.tsx';
import styles from './filter-bar.module.css';
import { PatternField } from './pattern-field.tsx';

/** Whoever types is not kept waiting by a list that is filtered anew with each letter. */
const TYPED_MILLISECONDS = 150;

/** Chooses what is shown of what has come. It asks the hub for nothing. */
export const FilterBar = memo(function FilterBar({
  feed,
  filter,
}: {
  readonly feed: LiveFeed;
  readonly filter: EventFilter;
}) {
  const { patterns, text } = filter;
  const [typed, setTyped] = useState(text);
  const last = useRef(filter);
  last.current = filter;
  // It may be emptied from elsewhere.
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === last.current.text) return undefined;
    const timer = setTimeout(() => feed.choose({ ...last.current, text: typed }), TYPED_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [typed, feed]);
  const choosePatterns = useCallback(
    (chosen: readonly string[]) => feed.choose({ ...last.current, patterns: chosen }),
    [feed],
  );
  return (
    <div className={styles['bar']}>
      <PatternField patterns={patterns} onChange={choosePatterns} />
      <TextField
        type="search"
        label="Search"
        placeholder="In type, subject and id"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
    </div>
  );
});
