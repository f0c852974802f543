import { asTenantId, LIMITS } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { admitRequest } from './admit-request.ts';
import { RateMeter, untilNextWindow, windowOf } from './rate-window.ts';

const START = new Date(LIMITS.syncWindowSeconds * 1000 * 1000);
const later = (seconds: number): Date => new Date(START.getTime() + seconds * 1000);

describe('a rate meter', () => {
  it('counts each by itself, and anew in every window', () => {
    const meter = new RateMeter();
    expect([meter.count('a', START), meter.count('a', later(9.9)), meter.count('b', later(9.9))]).toEqual([1, 2, 1]);
    expect(meter.count('a', later(LIMITS.syncWindowSeconds))).toBe(1);
  });

  it('says when the next window begins', () => {
    expect([START, later(9.5), later(10)].map(untilNextWindow)).toEqual([10, 1, 10]);
    expect(windowOf(later(10)) - windowOf(START)).toBe(1);
  });
});

describe('a caller of the HTTP API', () => {
  const alice = { tenant: asTenantId('acme'), subject: 'alice' };
  const ask = (times: number, meter: RateMeter, caller: Parameters<typeof admitRequest>[0] = alice): void => {
    for (let i = 0; i < times; i += 1) admitRequest(caller, meter, later(3));
  };

  it('is refused when it asks too often, and told when to come back; others are not', () => {
    const meter = new RateMeter();
    ask(LIMITS.requestsPerWindow, meter);
    expect(() => ask(1, meter)).toThrow(
      expect.objectContaining({ code: 'RATE_LIMITED', wait: { retryAfterSeconds: 7 } }),
    );
    expect(() => ask(1, meter, { ...alice, tenant: asTenantId('other') })).not.toThrow();
    expect(() => ask(1, meter, { ...alice, subject: 'bob' })).not.toThrow();
    expect(() => ask(1, meter, { tenant: undefined, subject: undefined })).not.toThrow();
    expect(() => admitRequest(alice, meter, later(10))).not.toThrow();
  });

  it('is told apart from those whose names only look alike when they are joined', () => {
    const meter = new RateMeter();
    ask(LIMITS.requestsPerWindow, meter, { tenant: asTenantId('a'), subject: 'b","c' });
    expect(() => ask(1, meter, { tenant: asTenantId('a","b'), subject: 'c' })).not.toThrow();
  });
});
