// biome-ignore-all lint/a11y/useSemanticElements: a table of 100,000 rows has only those that are seen
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and names its active row
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowUp } from 'lucide-react';
import {
  type MouseEvent,
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
} from 'react';
import type { Entry } from '../../live/event-log.ts';
import type { FeedSnapshot, LiveFeed } from '../../live/live-feed.ts';
import { Button } from '../../ui/button.tsx';
import styles from './event-list.module.css';
import { EventRow } from './event-row.tsx';
import { rangeWith } from './list-range.ts';
import { useActiveRow } from './use-active-row.ts';
import { useRowHeight } from './use-row-height.ts';

const COLUMNS = ['Number', 'Time', 'Type', 'Subject', 'Actor or organisations'];

/** Height of the row of headings; there is none where rows have two lines. */
const HEAD = 32;

/** Scrolled no further than this, one is at the edge. */
const EDGE = 4;

/**
 * Events, newest first. At its upper edge it follows what comes. Away from there, or as long as a row is active, it is
 * held, so that nothing moves under the reader's eyes, and a button says how much is new.
 */
export function EventList({
  ref,
  feed,
  snapshot,
  chosen,
  onChoose,
  onClose,
  empty,
}: {
  readonly ref: Ref<HTMLDivElement>;
  readonly feed: LiveFeed;
  readonly snapshot: FeedSnapshot;
  /** The sequence of the event whose details are open. */
  readonly chosen: number | undefined;
  readonly onChoose: (entry: Entry) => void;
  readonly onClose: () => void;
  readonly empty: ReactNode;
}) {
  const { entries, count, waiting, isPaused } = snapshot;
  const scroller = useRef<HTMLDivElement>(null);
  useImperativeHandle(ref, () => scroller.current as HTMLDivElement);
  const id = useId();
  const { height, isCompact } = useRowHeight(scroller);
  const margin = isCompact ? 0 : HEAD;
  const at = (index: number): Entry | undefined => entries[count - 1 - index];

  const isScrolled = useRef(false);
  const active = useActiveRow({ entries, count });
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 6,
    scrollMargin: margin,
    scrollPaddingStart: margin,
    rangeExtractor: (range) => rangeWith(range, active.index),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height lie elsewhere
  useEffect(() => virtualizer.measure(), [virtualizer, height]);
  // Whoever leaves the page comes back to its edge.
  useEffect(() => () => feed.readAway(false), [feed]);

  const follow = useCallback(() => {
    active.set(undefined);
    scroller.current?.scrollTo({ top: 0 });
    isScrolled.current = false;
    feed.readAway(false);
  }, [active.set, feed]);

  const onScroll = () => {
    const wasScrolled = isScrolled.current;
    isScrolled.current = (scroller.current?.scrollTop ?? 0) > EDGE;
    if (isScrolled.current) feed.readAway(true);
    else if (wasScrolled) follow();
  };
  const activate = (index: number) => {
    const entry = at(index);
    if (entry === undefined) return;
    feed.readAway(true);
    active.set(entry.sequence);
    virtualizer.scrollToIndex(index, { align: 'auto' });
  };
  const onClick = ({ target }: MouseEvent) => {
    const row = (target as HTMLElement).closest<HTMLElement>('[data-index]');
    const index = Number(row?.dataset['index']);
    const entry = row === null ? undefined : at(index);
    if (entry === undefined) return;
    feed.readAway(true);
    active.set(entry.sequence);
    onChoose(entry);
  };
  const onKeyDown = active.onKeyDown({
    pageRows: Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - margin) / height) - 1),
    firstVisible: Math.floor((scroller.current?.scrollTop ?? 0) / height),
    activate,
    follow,
    choose: (index) => {
      const entry = at(index);
      if (entry !== undefined) onChoose(entry);
    },
    close: onClose,
  });

  return (
    <div className={styles['frame']}>
      {waiting > 0 && !isPaused && (
        <Button
          className={styles['news']}
          variant="primary"
          icon={<ArrowUp size={16} aria-hidden />}
          onClick={() => {
            follow();
            scroller.current?.focus({ preventScroll: true });
          }}
        >
          {waiting.toLocaleString()} new
        </Button>
      )}
      <div
        ref={scroller}
        className={`${styles['list']} ${isCompact ? styles['compact'] : ''}`}
        role="grid"
        aria-label="Events, newest first"
        aria-rowcount={count + 1}
        aria-colcount={COLUMNS.length}
        aria-activedescendant={active.index === undefined ? undefined : `${id}-${active.sequence}`}
        tabIndex={0}
        onScroll={onScroll}
        onClick={onClick}
        onKeyDown={onKeyDown}
      >
        <div role="rowgroup" className={styles['head']}>
          <div role="row" aria-rowindex={1} className={styles['row']}>
            {COLUMNS.map((column) => (
              <span key={column} role="columnheader">
                {column}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" className={styles['rows']} style={{ height: count * height }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const entry = at(index);
            return (
              entry !== undefined && (
                <EventRow
                  key={entry.sequence}
                  id={`${id}-${entry.sequence}`}
                  entry={entry}
                  index={index}
                  top={start - margin}
                  isActive={index === active.index}
                  isChosen={entry.sequence === chosen}
                />
              )
            );
          })}
        </div>
        {/* A grid may hold nothing but rows. */}
        {count === 0 && (
          <div role="row" className={styles['empty']}>
            <div role="gridcell" aria-colspan={COLUMNS.length}>
              {empty}
            </div>
          </div>
        )}
      </div>
    </div>
  );
}
