import { type KeyboardEvent, useCallback, useState } from 'react';
import { type Entry, placeOf } from '../../live/event-log.ts';

interface Keys {
  /** Rows that one page further means. */
  readonly pageRows: number;
  /** Where one begins without an active row. */
  readonly firstVisible: number;
  readonly activate: (index: number) => void;
  /** Leaves the rows for the edge, where new ones come in. */
  readonly follow: () => void;
  readonly choose: (index: number) => void;
  readonly close: () => void;
}

/** The row that the keyboard is at. It is known by its sequence: its place changes when others come. */
export function useActiveRow({ entries, count }: { readonly entries: readonly Entry[]; readonly count: number }) {
  const [sequence, setSequence] = useState<number>();
  const index = sequence === undefined ? undefined : indexOf(entries, count, sequence);
  const set = useCallback((next: number | undefined) => setSequence(next), []);
  const onKeyDown =
    ({ pageRows, firstVisible, activate, follow, choose, close }: Keys) =>
    (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const moves: Readonly<Record<string, number>> = {
        ArrowDown: index === undefined ? firstVisible : index + 1,
        ArrowUp: (index ?? 0) - 1,
        PageDown: index === undefined ? firstVisible : index + pageRows,
        PageUp: index === undefined ? firstVisible : Math.max(index === 0 ? -1 : 0, index - pageRows),
        Home: index === 0 ? -1 : 0,
        End: count - 1,
      };
      const to = moves[event.key];
      if (to !== undefined) {
        event.preventDefault();
        if (to < 0) follow();
        else activate(Math.min(to, count - 1));
      } else if ((event.key === 'Enter' || event.key === ' ') && index !== undefined) {
        event.preventDefault();
        choose(index);
      } else if (event.key === 'Escape') close();
    };
  return { sequence, index, set, onKeyDown };
}

/** Newest first; `undefined` if the event is not among them any more. */
function indexOf(entries: readonly Entry[], count: number, sequence: number): number | undefined {
  const place = placeOf(entries, sequence) - 1;
  return place >= 0 && place < count && entries[place]?.sequence === sequence ? count - 1 - place : undefined;
}
