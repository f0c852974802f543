// biome-ignore-all lint/a11y/useSemanticElements: a table of 100,000 rows has only those that are seen
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and names its active row
import { memo, type ReactNode } from 'react';
import { visibleText } from '../../event/visible-text.ts';
import type { Entry } from '../../live/event-log.ts';
import { Timestamp } from '../../ui/timestamp.tsx';
import styles from './event-list.module.css';

/** One event in the list. Texts are cut before they reach the page, and keep their direction to themselves. */
export const EventRow = memo(function EventRow({
  id,
  entry,
  index,
  top,
  isActive,
  isChosen,
}: {
  readonly id: string;
  readonly entry: Entry;
  readonly index: number;
  /** In pixels, from the top of all rows. */
  readonly top: number;
  readonly isActive: boolean;
  readonly isChosen: boolean;
}) {
  const { event, sequence } = entry;
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      data-index={index}
      data-active={isActive}
      className={styles['row']}
      style={{ transform: `translateY(${top}px)` }}
    >
      <Cell name="sequence">{sequence.toLocaleString()}</Cell>
      <Cell name="time">
        <Timestamp at={event.time} isShort />
      </Cell>
      <Cell name="type">
        <bdi>{visibleText(event.type)}</bdi>
      </Cell>
      <Cell name="subject">{event.subject !== undefined && <bdi>{visibleText(event.subject)}</bdi>}</Cell>
      <Cell name="who">
        <bdi>{visibleText(event.actorid ?? event.organizationids)}</bdi>
      </Cell>
    </div>
  );
});

function Cell({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <span role="gridcell" className={styles[name]}>
      {children}
    </span>
  );
}
