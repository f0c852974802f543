import { describe, expect, it } from 'vitest';
import { compute } from './metric-math.ts';

const values: Readonly<Record<string, number>> = { a: 6, b: 4, nought: 0 };
const run = (expression: string): number | undefined => compute(expression, (id) => values[id]);

describe('metric math', () => {
  it.each([
    ['a + b * 2', 14],
    ['(a + b) * 2 - 1', 19],
    ['100 * a / (a + b)', 60],
    ['FILL(missing, 0) + a', 6],
    ['IF(a >= 6, b, 0)', 4],
    ['IF((a) >= 7, b, 0)', 0],
    ['MAX([a, b, missing])', 6],
    ['MAX([100 * a / 10, b])', 60],
  ])('computes %s', (expression, expected) => {
    expect(run(expression)).toBe(expected);
  });

  it.each(['missing', 'a + missing', 'a / nought', 'IF(missing >= 1, a, b)', 'MAX([missing])'])(
    'has no value for %s',
    (expression) => {
      expect(run(expression)).toBeUndefined();
    },
  );

  it.each(['SUM([a])', 'a b', '(a', 'IF(a, b)', 'a > b', ''])('refuses %s instead of guessing', (expression) => {
    expect(() => run(expression)).toThrow();
  });
});
