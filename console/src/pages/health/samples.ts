import type { HubHealth } from '@tidings/client';
import type { Tone } from '../../ui/pill.tsx';

/** What the tiles show of one look at the hub; what a token without a tenant cannot see is null. */
export interface Sample {
  readonly time: string;
  readonly head: number | null;
  readonly lag: number | null;
  readonly connections: number | null;
  /** Events that wait for being stored or are about to be. */
  readonly intakeWaiting: number;
  readonly intakeInFlight: number;
  /** Rings that wait for the fan-out, or are being served. */
  readonly doorbellWaiting: number;
  readonly doorbellInFlight: number;
  /** Letters of all dead-letter queues. */
  readonly letters: number;
}

/** An hour of looks, five seconds apart. */
export const MOST_SAMPLES = 720;

export function sampleOf({ time, tenant, queues }: HubHealth): Sample {
  return {
    time,
    head: tenant?.head ?? null,
    lag: tenant?.fanOut.lag ?? null,
    connections: tenant?.connections ?? null,
    intakeWaiting: queues.intake.waiting,
    intakeInFlight: queues.intake.inFlight,
    doorbellWaiting: queues.doorbell.waiting,
    doorbellInFlight: queues.doorbell.inFlight,
    letters: sumOf(
      [queues.intakeDeadLetters, queues.intakeUndeliverable, queues.doorbellDeadLetters].map(
        // Letters that somebody looks at are there, too.
        ({ waiting, inFlight }) => waiting + inFlight,
      ),
    ),
  };
}

/** The samples with one more, of which the oldest are forgotten; the same look counts once. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  if (samples.at(-1)?.time === sample.time) return samples;
  return [...samples, sample].slice(-MOST_SAMPLES);
}

/** A state in a word, which says what is wrong if something is. */
export interface Verdict {
  readonly tone: Tone;
  readonly word: string;
}

const FINE: Verdict = { tone: 'good', word: 'fine' };
/** Looks over which something has to grow: less may be a burst that is being served. */
const GROWING_LOOKS = 4;

/** Whether a number has been going up for some looks, without a pause. */
export function grows(values: readonly (number | null)[]): boolean {
  const last = values.slice(-GROWING_LOOKS);
  return (
    last.length === GROWING_LOOKS &&
    last.every((value, place) => value !== null && (place === 0 || value > (last[place - 1] ?? Number.NaN)))
  );
}

export function verdictOnLag(lags: readonly (number | null)[]): Verdict {
  const lag = lags.at(-1) ?? 0;
  if (lag === 0) return { tone: 'good', word: 'up to date' };
  if (grows(lags)) return { tone: 'bad', word: 'falls behind' };
  // It was behind all the time, and does not catch up.
  const seen = lags.slice(-2 * GROWING_LOOKS);
  const isStuck = seen.length === 2 * GROWING_LOOKS && seen.every((one) => one === lag);
  return isStuck ? { tone: 'bad', word: 'stands still' } : { tone: 'info', word: 'catching up' };
}

export function verdictOnQueue(waiting: readonly number[]): Verdict {
  if (grows(waiting)) return { tone: 'warn', word: 'grows' };
  return (waiting.at(-1) ?? 0) === 0 ? { tone: 'good', word: 'empty' } : { tone: 'info', word: 'moving' };
}

export const verdictOnLetters = (letters: number): Verdict =>
  letters === 0 ? FINE : { tone: 'bad', word: letters === 1 ? 'a letter waits' : 'letters wait' };

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
