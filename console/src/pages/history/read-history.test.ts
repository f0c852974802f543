import { describe, expect, it } from 'vitest';
import { FakeHistory, numbersOf } from './fake-history.ts';
import type { Place, View } from './history-search.ts';
import { readHead, readView, type Stretch } from './read-history.ts';

const view = (place: Place, others: Partial<View> = {}): View => ({
  place,
  filter: {},
  limit: 3,
  problems: [],
  ...others,
});

async function stretch(history: FakeHistory, asked: View) {
  const found = await readView(history, asked);
  expect(found.kind).toBe('stretch');
  const { events, from, through, oldest } = found as Stretch;
  return { events: numbersOf(events), from, through, oldest };
}

const span = (from: number, through: number) => Array.from({ length: through - from + 1 }, (_, n) => from + n);

describe('a view of history', () => {
  it('shows the newest events first of all', async () => {
    expect(await stretch(new FakeHistory(50), view({ kind: 'newest' }))).toMatchObject({
      events: [48, 49, 50],
      from: 48,
      through: 50,
    });
  });

  it('goes on after a sequence, and back before one, without leaving out or repeating', async () => {
    const history = new FakeHistory(50);
    const later = await stretch(history, view({ kind: 'after', sequence: 10, epoch: 'first' }));
    const earlier = await stretch(history, view({ kind: 'before', sequence: 11, epoch: 'first' }));
    expect(later).toMatchObject({ events: [11, 12, 13], from: 11, through: 13 });
    expect(earlier).toMatchObject({ events: [8, 9, 10], from: 8, through: 10 });
  });

  it('looks further back, as far as it must, where few events are for who looks', async () => {
    const history = new FakeHistory(5000, (sequence) => sequence % 400 === 0);
    expect(await stretch(history, view({ kind: 'newest' }))).toMatchObject({
      events: [4000, 4400, 4800],
      through: 5000,
    });
  });

  it('looks further on where pages are emptier than they were asked for', async () => {
    const history = new FakeHistory(40);
    history.pageSize = 2;
    const found = await stretch(history, view({ kind: 'after', sequence: 0, epoch: undefined }, { limit: 5 }));
    expect(found.events).toEqual(span(1, 5));
  });

  it('ends with the beginning, and with the head', async () => {
    const history = new FakeHistory(5);
    expect(await stretch(history, view({ kind: 'before', sequence: 3, epoch: undefined }))).toMatchObject({
      events: [1, 2],
      from: 1,
    });
    expect(await stretch(history, view({ kind: 'after', sequence: 4, epoch: undefined }))).toMatchObject({
      events: [5],
      through: 5,
    });
  });

  it('has nothing to show before the first event', async () => {
    expect(await stretch(new FakeHistory(0), view({ kind: 'newest' }))).toMatchObject({ events: [], through: 0 });
  });

  it('finds what a filter asks for', async () => {
    const filter = { subjects: ['item/7', 'item/900'] };
    expect(await stretch(new FakeHistory(2000), view({ kind: 'newest' }, { filter }))).toMatchObject({
      events: [7, 900],
      from: 1,
    });
  });

  it('gives up in time where nothing is for who looks, and says how far it looked', async () => {
    const history = new FakeHistory(1_000_000, () => false);
    const found = await stretch(history, view({ kind: 'newest' }));
    expect(found.events).toEqual([]);
    expect(found.from).toBeGreaterThan(1);
    expect(found.from).toBeLessThanOrEqual(900_001);
  });

  it('says what is gone of what a sequence without an epoch asks for', async () => {
    const history = new FakeHistory(50);
    history.oldest = 21;
    expect(await stretch(history, view({ kind: 'after', sequence: 4, epoch: undefined }))).toMatchObject({
      events: [21, 22, 23],
      oldest: 21,
    });
    expect((await stretch(history, view({ kind: 'after', sequence: 20, epoch: undefined }))).oldest).toBeUndefined();
  });

  it.each<[string, Place, string]>([
    ['retention has cut what follows', { kind: 'after', sequence: 4, epoch: 'first' }, 'retention'],
    ['history is another one, forwards', { kind: 'after', sequence: 30, epoch: 'other' }, 'epoch'],
    ['history is another one, backwards', { kind: 'before', sequence: 30, epoch: 'other' }, 'epoch'],
    ['the place is ahead of the head', { kind: 'after', sequence: 60, epoch: 'first' }, 'ahead'],
  ])('says that %s', async (_, place, reason) => {
    const history = new FakeHistory(50);
    history.oldest = 21;
    expect(await readView(history, view(place))).toMatchObject({ kind: 'reset', reason, oldest: 21, head: 50 });
  });

  it('tells the head without reading events', async () => {
    const history = new FakeHistory(50);
    expect(await readHead(history)).toEqual({ epoch: 'first', sequence: 50 });
  });
});
