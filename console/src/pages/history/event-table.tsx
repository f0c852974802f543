import { useVirtualizer } from '@tanstack/react-virtual';
import type { TidingsEvent } from '@tidings/client';
import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef } from 'react';
import { visibleText } from '../../event/visible-text.ts';
import { Timestamp } from '../../ui/timestamp.tsx';
import { useMediaQuery } from '../../ui/use-media-query.ts';
import styles from './event-table.module.css';

/** In pixels: a line of columns, or, where there is no room for them, two lines. */
const ROW = { wide: 36, narrow: 60 };
const NARROW = '(width < 720px)';

/** Events in a table of which only the rows are drawn that can be seen. Each is a link, and arrow keys go along them. */
export function EventTable({
  name,
  events,
  chosen,
  isCompact,
  beginsAtEnd,
  link,
}: {
  /** What screen readers call it. */
  readonly name: string;
  readonly events: readonly TidingsEvent[];
  /** Id of the event that is shown elsewhere. */
  readonly chosen?: string | undefined;
  /** Whether something stands beside it, so that there is little room. */
  readonly isCompact: boolean;
  /** Whether the last event is what one came for. */
  readonly beginsAtEnd: boolean;
  /** The link that shows an event. It stretches over its row. */
  readonly link: (event: TidingsEvent, className: string, children: ReactNode) => ReactNode;
}) {
  const wasShown = useRef(false);
  const scroller = useRef<HTMLDivElement>(null);
  const isNarrow = useMediaQuery(NARROW) || isCompact;
  const height = isNarrow ? ROW.narrow : ROW.wide;
  const virtualizer = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: when rows are another height, and when it is new
  useLayoutEffect(() => {
    virtualizer.measure();
    const index = events.findIndex(({ id }) => id === chosen);
    if (index !== -1) virtualizer.scrollToIndex(index);
    else if (beginsAtEnd && !wasShown.current) virtualizer.scrollToIndex(events.length - 1);
    wasShown.current = true;
  }, [height]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const row = (event.target as Element).closest<HTMLElement>('[data-index]');
    if (step === 0 || row === null) return;
    event.preventDefault();
    const next = Math.min(events.length - 1, Math.max(0, Number(row.dataset['index']) + step));
    virtualizer.scrollToIndex(next);
    scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`)?.focus({ preventScroll: true });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: the rows of a table cannot be placed one by one
    <div
      role="table"
      aria-label={name}
      aria-rowcount={events.length + 1}
      className={`${styles['table']} ${isNarrow ? styles['narrow'] : ''}`}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="rowgroup">
        {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above; nothing to do with it */}
        <div role="row" aria-rowindex={1} className={`${styles['row']} ${styles['head']}`}>
          {['Sequence', 'Recorded', 'Type', 'Subject'].map((column) => (
            // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above
            <span key={column} role="columnheader">
              {column}
            </span>
          ))}
        </div>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="rowgroup" ref={scroller} className={styles['scroller']} onKeyDown={onKeyDown}>
        <div role="presentation" className={styles['all']} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const event = events[index];
            if (event === undefined) return null;
            return (
              // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: its link takes the focus
              <div
                key={event.id}
                role="row"
                data-index={index}
                data-chosen={event.id === chosen}
                aria-rowindex={index + 2}
                className={`${styles['row']} ${styles['one']} ${event.id === chosen ? styles['chosen'] : ''}`}
                style={{ height, transform: `translateY(${start}px)` }}
              >
                {/* biome-ignore-start lint/a11y/useSemanticElements: as above */}
                <span role="cell" className={styles['number']}>
                  {Number(event.sequence).toLocaleString()}
                </span>
                <span role="cell" className={styles['time']}>
                  <Timestamp at={event.recordedtime} />
                </span>
                <span role="cell" className={styles['type']}>
                  {link(event, styles['link'] ?? '', <bdi>{visibleText(event.type)}</bdi>)}
                </span>
                <span role="cell" className={styles['subject']}>
                  <bdi>{visibleText(event.subject)}</bdi>
                </span>
                {/* biome-ignore-end lint/a11y/useSemanticElements: as above */}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
