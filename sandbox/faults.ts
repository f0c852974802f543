import { createHash } from 'node:crypto';

/** What can go wrong on purpose, and how often it does: strikes per opportunity. */
const RATES = {
  /** SQS hands a message of a standard queue out again while the first consumer still works on it. */
  'duplicate-message': 0.1,
  /** SQS hands the messages of a standard queue out in another order. */
  'reordered-messages': 0.3,
  /** Lambda hands a batch of a stream out again although it was processed. */
  'repeated-batch': 0.1,
  /** DynamoDB refuses a request with a throttling error, or a transaction with a conflict. */
  throttle: 0.03,
  /** A service did what was asked, and its answer is lost. */
  'lost-response': 0.02,
  /** A function is killed while it runs. */
  'killed-worker': 0.02,
  /** A WebSocket breaks off, without a close frame, when something is sent to it. */
  'dropped-socket': 0.005,
} as const;

export type FaultKind = keyof typeof RATES;

/** Decides whether something goes wrong now. */
export interface Faults {
  strikes(kind: FaultKind): boolean;
  /** A whole number from 0 to `below` - 1. */
  choose(kind: FaultKind, below: number): number;
  /** How often each kind has struck. */
  readonly struck: Readonly<Partial<Record<FaultKind, number>>>;
}

/** Nothing goes wrong. */
export const noFaults: Faults = { strikes: () => false, choose: () => 0, struck: {} };

/**
 * Faults from a seed. Every kind draws from a sequence of its own, so the n-th opportunity for a fault of a kind has
 * the same outcome whenever the seed is the same. Which request is the n-th is up to the scheduler.
 */
export function seededFaults(seed: string, rates: Readonly<Partial<Record<FaultKind, number>>> = RATES): Faults {
  const sequences = new Map<FaultKind, () => number>();
  const struck: Partial<Record<FaultKind, number>> = {};
  const next = (kind: FaultKind): number => {
    const sequence = sequences.get(kind) ?? randomSequence(`${seed}/${kind}`);
    sequences.set(kind, sequence);
    return sequence();
  };
  return {
    struck,
    strikes(kind) {
      const hit = next(kind) < (rates[kind] ?? 0);
      if (hit) struck[kind] = (struck[kind] ?? 0) + 1;
      return hit;
    },
    choose: (kind, below) => Math.floor(next(kind) * below),
  };
}

/** Numbers from 0 to 1 (exclusive). Algorithm: mulberry32. */
function randomSequence(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
