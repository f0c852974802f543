import type { Filter, ResetReason } from '@tidings/contracts';
import type { CallOptions } from '../api/options.ts';
import type { CursorLike } from '../delivery/options.ts';
import type { TidingsEvent } from '../events/typed-events.ts';

/** Where to begin. Without either: with the oldest event that is still there. */
type Beginning =
  | {
      /**
       * After this one. A cursor is of one history: if that was cut, the answer says so. Only a sequence asks for what is
       * still there, in whatever history.
       */
      readonly after?: CursorLike | number | undefined;
      readonly since?: undefined;
    }
  | {
      readonly after?: undefined;
      /** With the first event that was recorded at this time or later: RFC 3339 text or a `Date`. */
      readonly since: string | Date;
    };

/** What a page of history is asked for. */
export type PageOptions = CallOptions &
  Beginning & {
    /**
     * Most events of the page, from 1 to 1000. It may have fewer, and more may follow all the same.
     * @default 100
     */
    readonly limit?: number | undefined;
    /** @default every event that the token may see */
    readonly filter?: Filter | undefined;
  };

/** What events of the past are asked for. */
export type HistoryOptions = PageOptions & {
  /**
   * Most events that are fetched at once, from 1 to 1000.
   * @default 1000
   */
  readonly limit?: number | undefined;
  /**
   * The last one to give.
   * @default what is the head when it begins
   */
  readonly through?: number | undefined;
};

/** A page of history, or that there is none after the cursor. */
export type HistoryPage =
  | {
      readonly kind: 'page';
      /** The history that the numbers count in; empty before the tenant's first event. */
      readonly epoch: string;
      /** In the order of their `sequence`. What is missing up to `through` was not asked for, or is not for this token. */
      readonly events: readonly TidingsEvent[];
      /** How far the page goes: ask for the next after `{ epoch, sequence: through }`, unless it is the head. */
      readonly through: number;
      /** The last event that there is. */
      readonly head: number;
    }
  | {
      readonly kind: 'reset';
      readonly reason: ResetReason;
      readonly epoch: string;
      /** The first event that is left; one above `head` if there is none. */
      readonly oldest: number;
      readonly head: number;
    };
