/** What a page writes down for its test. */
export interface PageRecord {
  /** Ids that a handler was called with, in that order. */
  readonly handled: string[];
  readonly states: string[];
  readonly told: string[];
  /** What the browser did with the page: `freeze`, `resume`. */
  readonly lifecycle: string[];
  /** Lists that `useEvents` gave, by length, one per rendering that was shown. */
  readonly lengths: number[];
  /** Milliseconds of the longest time that the page did nothing else. */
  longestTask: number;
  /** Set by pages that can do it. */
  unmount?: () => void;
  rerender?: (change: string) => void;
}
