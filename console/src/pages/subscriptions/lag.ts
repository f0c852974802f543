import type { Subscription } from '@tidings/client';

/** Where the tenant's log ends. */
export interface HeadOfLog {
  /** Empty before the first event. */
  readonly epoch: string;
  readonly sequence: number;
}

/**
 * How far a subscription is behind. Events up to the head that are not acknowledged are counted whether they are for it
 * or not: only reading them would tell.
 */
export type Lag =
  | { readonly kind: 'behind'; readonly events: number }
  /** The cursor is no place of the log as it is now; whoever consumes it next is told `reset`. */
  | { readonly kind: 'other-history' };

/** The lag of a subscription at a head. */
export function lagOf({ cursor }: Pick<Subscription, 'cursor'>, { epoch, sequence }: HeadOfLog): Lag {
  const hasSeenNothing = cursor.epoch === '' && cursor.sequence === 0;
  const isOfThisLog = cursor.epoch === epoch || hasSeenNothing;
  if (!isOfThisLog || cursor.sequence > sequence) return { kind: 'other-history' };
  return { kind: 'behind', events: sequence - cursor.sequence };
}
