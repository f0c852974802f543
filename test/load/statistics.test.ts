import { describe, expect, it } from 'vitest';
import { fitLine, percentile } from './statistics.ts';

describe('statistics of a run', () => {
  it('take a percentile by nearest rank', () => {
    expect(percentile([5, 1, 4, 2, 3], 0.5)).toBe(3);
    expect(percentile([5, 1, 4, 2, 3], 0.99)).toBe(5);
    expect(percentile([7], 0.01)).toBe(7);
  });

  it('find the slope of a line without an error', () => {
    const { slope, error } = fitLine([
      [0, 1],
      [1, 3],
      [2, 5],
      [3, 7],
    ]);
    expect(slope).toBeCloseTo(2);
    expect(error).toBeCloseTo(0);
  });

  it('cannot tell a slope from none where values only scatter', () => {
    const { slope, error } = fitLine([0, 1, 0, 1, 0, 1, 0, 1].map((y, x) => [x, y]));
    expect(Math.abs(slope)).toBeLessThan(2 * error);
  });
});
