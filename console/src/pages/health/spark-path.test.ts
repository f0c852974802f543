import { expect, it } from 'vitest';
import { sparkPath } from './spark-path.ts';

it('draws from the least at the bottom to the most at the top', () => {
  expect(sparkPath([0, 5, 10], 100, 20)).toBe('M0 20L50 10L100 0');
});

it('begins anew after what is not known', () => {
  expect(sparkPath([1, null, 0, 1], 90, 10)).toBe('M0 0M60 10L90 0');
});

it('lays what is always 0 at the bottom, and what never changes in the middle', () => {
  expect(sparkPath([0, 0], 10, 20)).toBe('M0 20L10 20');
  expect(sparkPath([7, 7], 10, 20)).toBe('M0 10L10 10');
});

it('draws nothing of nothing', () => {
  expect(sparkPath([], 10, 20)).toBe('');
  expect(sparkPath([null, null], 10, 20)).toBe('');
});
