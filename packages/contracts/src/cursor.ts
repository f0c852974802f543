import type { Sequence } from './identifiers.ts';

/** Up to here, everything has been seen or was not for this client. */
export interface Cursor {
  /** Which history the sequence counts in. A restored table begins a new one. */
  readonly epoch: string;
  readonly sequence: Sequence;
}

/** Where a tenant's log ends. */
export interface Head {
  /** Absent as long as the tenant has no event. */
  readonly epoch?: string;
  /** Sequence of the newest event, 0 if there is none. */
  readonly sequence: Sequence;
}

const SEQUENCE_DIGITS = 20;

/** A sequence as the CloudEvents attribute and the sort keys have it: 20 digits, so that string order is number order. */
export const padSequence = (sequence: Sequence): string => sequence.toString().padStart(SEQUENCE_DIGITS, '0');
