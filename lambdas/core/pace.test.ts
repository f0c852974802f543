import { describe, expect, it } from 'vitest';
import { createPace } from './pace.ts';

describe('a pace', () => {
  /** Posts one after the other for some seconds; the number of those that were not refused. */
  async function post(perSecond: number, seconds: number, isRefused: (at: number) => boolean = () => false) {
    let now = 0;
    const surroundings = {
      now: () => new Date(now),
      pause: async (milliseconds: number) => {
        now += milliseconds;
      },
    };
    const pace = createPace(perSecond, surroundings);
    let taken = 0;
    let asked = 0;
    for (;;) {
      await pace.turn();
      if (now >= seconds * 1000) return { taken, asked };
      asked += 1;
      if (isRefused(now)) pace.refused();
      else taken += 1;
    }
  }

  it('lets so many go in a second, and no more than a tenth of that at once', async () => {
    const { taken } = await post(100, 10);
    expect(taken).toBeGreaterThanOrEqual(1000);
    expect(taken).toBeLessThanOrEqual(1011);
  });

  it('finds the rate that others leave it, and wastes little', async () => {
    /** A bucket of 30 a second, where 100 would be allowed. */
    let tokens = 30;
    let last = 0;
    const { taken, asked } = await post(100, 60, (at) => {
      tokens = Math.min(30, tokens + ((at - last) * 30) / 1000);
      last = at;
      if (tokens < 1) return true;
      tokens -= 1;
      return false;
    });
    expect(taken).toBeGreaterThan(60 * 30 * 0.8);
    expect(asked - taken).toBeLessThan(taken * 0.4);
  });

  it('is not slowed down by one socket in twenty that takes nothing', async () => {
    let count = 0;
    const { asked } = await post(100, 10, () => {
      count += 1;
      return count % 20 === 0;
    });
    expect(asked).toBeGreaterThanOrEqual(1000);
  });
});
