import { describe, expect, it } from 'vitest';
import { railInWords, SequenceRail } from './sequence-rail.ts';

const drawn = (rail: SequenceRail) => rail.runs().map(({ from, through, mark }) => `${mark} ${from}-${through}`);

describe('the rail of the sequence', () => {
  it('shows what came live, and what of its stretch was for others', () => {
    const rail = new SequenceRail();
    rail.event(2);
    rail.event(3);
    rail.settle(1, 5, 'live');
    expect(drawn(rail)).toEqual(['others 1-1', 'live 2-3', 'others 4-5']);
  });

  it('shows a gap until a page has filled it', () => {
    const rail = new SequenceRail();
    rail.event(1);
    rail.settle(1, 1, 'live');
    rail.miss(2, 4);
    rail.event(5);
    rail.settle(5, 5, 'live');
    expect(drawn(rail)).toEqual(['live 1-1', 'gap 2-4', 'live 5-5']);
    rail.event(3);
    rail.settle(2, 4, 'replayed');
    expect(drawn(rail)).toEqual(['live 1-1', 'others 2-2', 'replayed 3-3', 'others 4-4', 'live 5-5']);
  });

  it('puts the past before what has come live meanwhile, and says nothing new of that', () => {
    const rail = new SequenceRail();
    rail.event(10);
    rail.settle(10, 10, 'live');
    rail.past(7, 10, new Set([8, 10]));
    expect(drawn(rail)).toEqual(['others 7-7', 'replayed 8-8', 'others 9-9', 'live 10-10']);
  });

  it('forgets the oldest, however far it has to move on at once', () => {
    const rail = new SequenceRail(4);
    for (let at = 1; at <= 6; at += 1) rail.event(at);
    expect(drawn(rail)).toEqual(['live 3-6']);
    rail.event(1_000_000);
    expect(drawn(rail)).toEqual(['live 1000000-1000000']);
    expect(rail.first).toBe(999_997);
    rail.event(3);
    rail.settle(1, 10, 'replayed');
    expect(drawn(rail)).toEqual(['live 1000000-1000000']);
  });

  it('begins anew where history is another, and goes on where it was only cut', () => {
    const rail = new SequenceRail();
    rail.event(7);
    rail.reset(9, true);
    rail.event(9);
    expect(drawn(rail)).toEqual(['live 7-7', 'live 9-9']);
    expect(rail.resetAt).toBe(9);
    rail.reset(3, false);
    expect(drawn(rail)).toEqual([]);
    rail.event(3);
    expect([rail.first, rail.last, rail.resetAt]).toEqual([3, 3, 3]);
  });

  it('says all of it in words', () => {
    const rail = new SequenceRail();
    expect(railInWords(rail)).toBe('No number of the sequence is known yet.');
    rail.past(1, 3, new Set([1, 2]));
    rail.miss(4, 5);
    rail.event(6);
    rail.reset(4, true);
    expect(railInWords(rail)).toBe(
      'Numbers 1 to 6: 1 came live, 2 came from the past, 1 were not for you, 2 are still missing and being asked for. History was cut before 4.',
    );
  });
});
