import { LIMITS } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { inheritTrace, toXRayHeader, traceIdOf } from './trace-context.ts';

// The example of W3C Trace Context, section 3.2.
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE}-b7ad6b7169203331-01`;

/** What is no traceparent of the version that is known. */
const NONE = [
  undefined,
  '',
  'trace',
  TRACE,
  `01-${TRACE}-b7ad6b7169203331-01`,
  `ff-${TRACE}-b7ad6b7169203331-01`,
  `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  TRACEPARENT.toUpperCase(),
  `${TRACEPARENT}-more`,
  ` ${TRACEPARENT}`,
  `${TRACEPARENT}\n`,
];

describe('a traceparent', () => {
  it('names its trace, and is written for X-Ray with the same one', () => {
    expect(traceIdOf(TRACEPARENT)).toBe(TRACE);
    expect(toXRayHeader(TRACEPARENT)).toBe(
      'Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1',
    );
  });

  it.each([
    ['00', 0],
    ['01', 1],
    ['02', 0],
    ['ff', 1],
  ])('with the flags %s is sampled: %s', (flags, sampled) => {
    expect(toXRayHeader(`00-${TRACE}-b7ad6b7169203331-${flags}`)).toMatch(new RegExp(`;Sampled=${sampled}$`));
  });

  it.each(NONE)('is none: %j', (text) => {
    expect(traceIdOf(text)).toBeUndefined();
    expect(toXRayHeader(text)).toBeUndefined();
  });
});

describe('the trace of a request', () => {
  const headers = { traceparent: TRACEPARENT, tracestate: 'vendor=1' };

  it('becomes that of an event that has none', () => {
    expect(inheritTrace({ id: 'a' }, headers)).toEqual({ id: 'a', ...headers });
    expect(inheritTrace({ id: 'a', traceparent: null }, headers)).toEqual({ id: 'a', ...headers });
  });

  it('comes without a state that nobody has to carry', () => {
    const long = { traceparent: TRACEPARENT, tracestate: 'x'.repeat(513) };
    expect(inheritTrace({ id: 'a' }, long)).toEqual({ id: 'a', traceparent: TRACEPARENT });
  });

  it.each([{ traceparent: 'its own' }, { tracestate: 'its own' }])('leaves alone an event with %j', (own) => {
    expect(inheritTrace(own, headers)).toBe(own);
  });

  it.each(NONE)('is none with %j, and nothing is refused for it', (traceparent) => {
    const event = { id: 'a' };
    expect(inheritTrace(event, { ...headers, traceparent })).toBe(event);
  });

  it.each([null, 1, 'text', [{ id: 'a' }], undefined])('adds nothing to what is no event: %j', (candidate) => {
    expect(inheritTrace(candidate, headers)).toBe(candidate);
  });

  it('makes no event too large: one with all attributes that are allowed stays as it is', () => {
    const full = Object.fromEntries(Array.from({ length: LIMITS.attributes }, (_, index) => [`a${index}`, '']));
    expect(inheritTrace(full, headers)).toBe(full);
  });
});
