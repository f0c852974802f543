import { describe, expect, it } from 'vitest';
import { noFaults, seededFaults } from './faults.ts';

const draw = (seed: string) => {
  const faults = seededFaults(seed, { throttle: 0.5 });
  return Array.from({ length: 50 }, () => faults.strikes('throttle'));
};

describe('faults', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
    expect(new Set(draw('a'))).toEqual(new Set([true, false]));
  });

  it('of one kind do not depend on how often another kind was asked for', () => {
    const faults = seededFaults('a', { throttle: 0.5, 'lost-response': 0.5 });
    const drawn = Array.from({ length: 50 }, () => {
      faults.strikes('lost-response');
      return faults.strikes('throttle');
    });
    expect(drawn).toEqual(draw('a'));
  });

  it('are counted', () => {
    const faults = seededFaults('a', { throttle: 1 });
    faults.strikes('throttle');
    faults.strikes('lost-response');
    expect(faults.struck).toEqual({ throttle: 1 });
  });

  it('do not happen unless asked for', () => {
    expect(noFaults.strikes('throttle')).toBe(false);
  });
});
