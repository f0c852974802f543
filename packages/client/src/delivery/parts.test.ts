import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenUntil } from '../../test/fake-hub.ts';
import { Backoff } from './backoff.ts';
import { Connection, type ConnectionSignal, type ConnectionState, TRANSITIONS } from './connection.ts';
import { parseHubFrame } from './frames.ts';
import { Ranges } from './ranges.ts';
import { endOf, renewalIn } from './token.ts';

describe('ranges', () => {
  it('know the same numbers as a set, whatever is added and passed', () => {
    const stretch = fc.record({
      from: fc.integer({ min: 1, max: 60 }),
      length: fc.integer({ min: 1, max: 9 }),
      passed: fc.nat(60),
    });
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 30 }), (stretches) => {
        const ranges = new Ranges();
        const model = new Set<number>();
        for (const { from, length, passed } of stretches) {
          const before = ranges.count;
          const touches = ranges.touches(from, from + length - 1);
          ranges.add(from, from + length - 1);
          expect(ranges.count > before).toBe(!touches);
          for (let number = from; number < from + length; number += 1) model.add(number);
          if (passed % 7 === 0) {
            let reached = passed;
            while (model.has(reached + 1)) reached += 1;
            for (const number of model) if (number <= reached) model.delete(number);
            expect(ranges.absorb(passed)).toBe(reached);
          }
          for (let number = 1; number < 75; number += 1) expect(ranges.has(number)).toBe(model.has(number));
        }
      }),
    );
  });
});

describe('back-off', () => {
  it('doubles its limit up to the cap, and begins again after a success', () => {
    const backoff = new Backoff({ baseMilliseconds: 100, capMilliseconds: 1000, random: () => 0.5 });
    expect([1, 2, 3, 4, 5, 6].map(() => backoff.next())).toEqual([50, 100, 200, 400, 500, 500]);
    backoff.reset();
    expect(backoff.next()).toBe(50);
  });
});

describe('the state machine', () => {
  it('does nothing but what its table says', () => {
    const signals: readonly ConnectionSignal[] = ['subscribed', 'more', 'caught-up', 'held-up', 'lost', 'closed'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...signals)), (path) => {
        const told: ConnectionState[] = [];
        const connection = new Connection(({ state, previous }) => {
          expect(previous).toBe(told.at(-1) ?? 'connecting');
          told.push(state);
        });
        let expected: ConnectionState = 'connecting';
        for (const signal of path) {
          expected = TRANSITIONS[expected][signal] ?? expected;
          connection.signal(signal, 'starting');
          expect(connection.state).toBe(expected);
        }
      }),
    );
  });

  it('leaves closed by nothing, and reaches it from everywhere', () => {
    expect(TRANSITIONS.closed).toEqual({});
    const open = Object.entries(TRANSITIONS).filter(([state]) => state !== 'closed');
    expect(open.map(([, signals]) => signals.closed)).toEqual(open.map(() => 'closed'));
  });
});

describe('a token', () => {
  it('says when it ends, if it does', () => {
    expect(endOf(tokenUntil(1_700_000_000))).toBe(1_700_000_000_000);
    for (const other of ['', 'opaque', 'a.b.c', 'a.!.c', `a.${btoa('{"exp":"soon"}')}.c`, `a.${btoa('null')}.c`]) {
      expect(endOf(other)).toBeUndefined();
    }
  });

  it('is renewed a margin before, or in its second half if it is short', () => {
    expect(renewalIn(3_600_000, 60_000, 0)).toBe(3_540_000);
    expect(renewalIn(3_600_000, 60_000, 1)).toBe(3_480_000);
    expect(renewalIn(8000, 60_000, 0)).toBe(6000);
    expect(renewalIn(8000, 60_000, 1)).toBe(4000);
  });
});

describe('a frame of the hub', () => {
  it('is left alone if its type is unknown', () => {
    expect(parseHubFrame('{"type":"weather"}')).toBeUndefined();
    expect(parseHubFrame('{"message":"Internal server error","connectionId":"x"}')).toBeUndefined();
  });

  it.each([
    'no JSON',
    'null',
    '7',
    '{"type":"synced","through":-1,"head":0}',
    '{"type":"synced","through":1}',
    '{"type":"synced","through":1,"head":1,"epoch":1}',
    '{"type":"subscribed","head":1}',
    '{"type":"subscribed","head":1,"epoch":"e","cursor":{"epoch":"e"}}',
    '{"type":"reset","oldest":1.5,"head":1,"epoch":"e"}',
    '{"type":"events","from":1,"through":2,"events":{}}',
    '{"type":"events","from":1,"through":2,"events":[null]}',
    '{"type":"events","from":1,"through":2,"events":[{"sequence":"3"}]}',
    '{"type":"events","from":1,"through":2,"events":[{"sequence":"2"},{"sequence":"1"}]}',
  ])('is refused: %s', (text) => {
    expect(() => parseHubFrame(text)).toThrow();
  });
});
