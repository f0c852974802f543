import type { Surroundings } from './ports/surroundings.ts';

/** Spreads posts over time. */
export interface Pace {
  /** Waits until it is a post's turn. */
  turn(): Promise<void>;
  /** Says that a post was throttled. Where many are, fewer are let go for a while: others post as well. */
  refused(): void;
}

/** What may be caught up with at once after a pause, in milliseconds. */
const BURST_MILLISECONDS = 100;

/** What is judged together. */
const WINDOW_MILLISECONDS = 200;

/** Refusals that say something: a single socket whose own buffer is full must not slow down the others. */
const MANY = 0.1;

const SLOWER = 0.7;
/** Part of the full rate that is gained back each second, and the least that is left of it. */
const REGAINED = 0.1;
const LEAST = 0.05;

/**
 * Goes at most so many posts a second; at fewer while others are found to use the same quota: a rate that is throttled is
 * cut by a third, and grows again steadily, so that all who share a quota come to share it evenly.
 */
export function createPace(perSecond: number, surroundings: Pick<Surroundings, 'now' | 'pause'>): Pace {
  let rate = perSecond;
  let next = Number.NEGATIVE_INFINITY;
  let begun = surroundings.now().getTime();
  let turns = 0;
  let refusals = 0;
  const judge = (now: number): void => {
    const passed = now - begun;
    if (passed < WINDOW_MILLISECONDS) return;
    if (refusals > turns * MANY) rate = Math.max(perSecond * LEAST, rate * SLOWER);
    else rate = Math.min(perSecond, rate + (perSecond * REGAINED * passed) / 1000);
    begun = now;
    turns = 0;
    refusals = 0;
  };
  return {
    async turn() {
      const now = surroundings.now().getTime();
      judge(now);
      turns += 1;
      next = Math.max(next, now - BURST_MILLISECONDS) + 1000 / rate;
      if (next > now) await surroundings.pause(next - now);
    },
    refused() {
      refusals += 1;
    },
  };
}
