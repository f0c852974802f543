import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScriptedLive } from '../../test/scripted-live.ts';
import { typedEvent } from '../../test/typed-event.ts';
import { RecentEvents } from './recent-events.ts';

const RESET = { reason: 'epoch', epoch: 'another', oldest: 1, head: 3, previous: undefined } as const;

/** A list, frames that a test draws, and how often somebody was told to render. */
function listOf({ limit = 5, pattern = '*' } = {}) {
  const live = new ScriptedLive();
  let frame: (() => void) | undefined;
  let renders = 0;
  const recent = new RecentEvents({
    live,
    pattern,
    limit,
    schedule: (call) => {
      frame = call;
      return () => {
        frame = undefined;
      };
    },
  });
  const subscribe = () => recent.subscribe(() => (renders += 1));
  return {
    live,
    recent,
    subscribe,
    off: subscribe(),
    draw: () => {
      const call = frame;
      frame = undefined;
      call?.();
    },
    isWaiting: () => frame !== undefined,
    renders: () => renders,
    numbers: () => recent.getSnapshot().map(({ sequence }) => Number(sequence)),
  };
}

describe('the list of recent events', () => {
  it('changes once a frame, however many events come', () => {
    const { live, draw, renders, numbers } = listOf({ limit: 3 });
    live.deliver(...[1, 2, 3, 4].map((sequence) => typedEvent(sequence)));
    expect([renders(), numbers()]).toEqual([0, []]);
    draw();
    expect([renders(), numbers()]).toEqual([1, [2, 3, 4]]);
  });

  it('gives the same list until it has changed, and none that anybody can change', () => {
    const { live, draw, recent } = listOf();
    live.deliver(typedEvent(1));
    draw();
    const before = recent.getSnapshot();
    expect(recent.getSnapshot()).toBe(before);
    live.deliver(typedEvent(2));
    draw();
    expect(recent.getSnapshot()).not.toBe(before);
    expect(before).toHaveLength(1);
    expect(() => (before as unknown[]).push(1)).toThrow(TypeError);
  });

  it('holds the last events in order and once, in whatever order they come', () => {
    const sequences = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 });
    fc.assert(
      fc.property(sequences, fc.integer({ min: 1, max: 12 }), (arriving, limit) => {
        const { live, draw, numbers } = listOf({ limit });
        for (const [index, sequence] of arriving.entries()) {
          live.deliver(typedEvent(sequence));
          if (index % 3 === 0) draw();
        }
        draw();
        expect(numbers()).toEqual([...new Set(arriving)].sort((one, other) => one - other).slice(-limit));
      }),
    );
  });

  it('does not render for what is repeated or too old', () => {
    const { live, draw, isWaiting } = listOf({ limit: 2 });
    live.deliver(typedEvent(5), typedEvent(6));
    draw();
    live.deliver(typedEvent(6), typedEvent(4));
    expect(isWaiting()).toBe(false);
  });

  it('holds nothing but what its pattern matches', () => {
    const { live, draw, numbers } = listOf({ pattern: 'community.*' });
    live.deliver(typedEvent(1), typedEvent(2, 'community.member:left@v1'));
    draw();
    expect(numbers()).toEqual([2]);
  });

  it('begins anew after a reset, though the new history has the same numbers', () => {
    const { live, draw, numbers } = listOf();
    live.deliver(typedEvent(1), typedEvent(2));
    draw();
    live.deliver(typedEvent(3));
    live.reset(RESET);
    live.deliver(typedEvent(2));
    draw();
    expect(numbers()).toEqual([2]);
  });

  it('keeps fewer when it is told to, and more from then on when it may', () => {
    const { live, draw, recent, numbers } = listOf({ limit: 4 });
    live.deliver(...[1, 2, 3, 4].map((sequence) => typedEvent(sequence)));
    recent.keep(2);
    draw();
    expect(numbers()).toEqual([3, 4]);
    recent.keep(3);
    live.deliver(typedEvent(5), typedEvent(6));
    draw();
    expect(numbers()).toEqual([4, 5, 6]);
  });

  it('listens while somebody is subscribed, leaves nothing behind, and begins empty the next time', () => {
    const { live, draw, off, subscribe, isWaiting, numbers } = listOf();
    const another = subscribe();
    live.deliver(typedEvent(1));
    off();
    off();
    expect(live.handlers).toBe(2);
    another();
    expect([live.handlers, isWaiting()]).toEqual([0, false]);
    subscribe();
    expect(numbers()).toEqual([]);
    live.deliver(typedEvent(2));
    draw();
    expect(numbers()).toEqual([2]);
  });
});
