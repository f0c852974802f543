import { describe, expect, it } from 'vitest';
import { Properties } from './properties.ts';
import type { Resource } from './template.ts';
import { Throttles } from './throttle.ts';

const PROPERTIES = {
  DefaultRouteSettings: { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 3 },
  RouteSettings: { 'GET /a.json': { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 } },
};

function throttles(properties: Readonly<Record<string, unknown>> = PROPERTIES) {
  let now = 0;
  const stage = { properties: new Properties({ id: 'Stage', type: 'T' }, properties) } as Resource;
  const throttle = new Throttles(stage, () => now);
  return {
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    /** How many of so many requests at once pass. */
    passing: (count: number, route: string) =>
      Array.from({ length: count }, () => throttle.lets(route)).filter(Boolean).length,
  };
}

describe('throttles of a stage', () => {
  it('let a burst through, and then as many as the rate says', () => {
    const { pass, passing } = throttles();
    expect(passing(10, 'POST /events')).toBe(3);
    pass(200);
    expect(passing(10, 'POST /events')).toBe(2);
    pass(60_000);
    expect(passing(10, 'POST /events'), 'no more than a burst is saved up').toBe(3);
  });

  it('count routes together, but for one that has settings of its own', () => {
    const { passing } = throttles();
    expect(passing(2, 'POST /events')).toBe(2);
    expect(passing(2, 'GET /events')).toBe(1);
    expect(passing(2, 'GET /a.json')).toBe(1);
  });

  it('let everything through where a stage says nothing', () => {
    expect(throttles({}).passing(1000, 'POST /events')).toBe(1000);
  });
});
