import { type RefObject, useLayoutEffect, useState } from 'react';
import { useMediaQuery } from '../../ui/use-media-query.ts';

/** Narrower than this, a list has no room for its columns. */
const COMPACT = 820;

const ONE_LINE = 36;
const TWO_LINES = 56;
/** What a finger can hit. Source: WCAG 2.5.5, target size. */
const COARSE = 44;

/** How high rows are: of two lines where the list is narrow. */
export function useRowHeight(list: RefObject<HTMLElement | null>): {
  readonly height: number;
  readonly isCompact: boolean;
} {
  const [isCompact, setCompact] = useState(() => innerWidth < COMPACT);
  const isCoarse = useMediaQuery('(pointer: coarse)');
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setCompact(element.offsetWidth < COMPACT));
    setCompact(element.offsetWidth < COMPACT);
    observer.observe(element);
    return () => observer.disconnect();
  }, [list]);
  return { height: isCompact ? TWO_LINES : isCoarse ? COARSE : ONE_LINE, isCompact };
}
