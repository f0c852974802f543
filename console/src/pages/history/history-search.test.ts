import { describe, expect, it } from 'vitest';
import { elsewhere, filtered, readSearch, viewOf } from './history-search.ts';

describe('the address of a view of history', () => {
  it('shows the newest where it says nothing', () => {
    expect(viewOf(readSearch({}))).toEqual({ place: { kind: 'newest' }, filter: {}, limit: 100, problems: [] });
  });

  it('takes a place with its epoch, lists and a size, whichever way they are written', () => {
    const found = readSearch({ after: '41', epoch: 'e', types: 'bank.*', subjects: ['a', 7], limit: 250, other: 1 });
    expect(found).toEqual({ after: 41, epoch: 'e', types: ['bank.*'], subjects: ['a', '7'], limit: 250 });
    expect(viewOf(found)).toEqual({
      place: { kind: 'after', sequence: 41, epoch: 'e' },
      filter: { types: ['bank.*'], subjects: ['a', '7'] },
      limit: 250,
      problems: [],
    });
  });

  it('takes a time in any zone', () => {
    expect(viewOf({ since: '2026-01-31T13:00:00+01:00' }).place).toEqual({
      kind: 'since',
      time: '2026-01-31T12:00:00.000Z',
    });
  });

  it.each([
    [{ after: 'x' }, 'after="x"'],
    [{ after: -1 }, 'after=-1'],
    [{ before: 0 }, 'before=0'],
    [{ since: 'yesterday' }, 'since="yesterday"'],
    [{ limit: 5000 }, 'limit=5000'],
    [{ after: 1.5 }, 'after=1.5'],
  ])('says what it cannot use of %j, and shows the newest', (found, named) => {
    const { place, limit, problems } = viewOf(readSearch(found));
    expect({ place, limit }).toEqual({ place: { kind: 'newest' }, limit: 100 });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(named);
  });

  it('says that it has two places', () => {
    expect(viewOf({ after: 1, since: '2026-01-31T12:00:00Z' }).problems[0]).toContain('after and since');
  });

  it('keeps filter and size elsewhere, and the place under another filter', () => {
    const search = { after: 41, epoch: 'e', types: ['bank.*'], limit: 250, event: 'x' };
    expect(elsewhere(search, { kind: 'newest' })).toEqual({ types: ['bank.*'], limit: 250 });
    expect(elsewhere(search, { kind: 'before', sequence: 42, epoch: 'e' })).toEqual({
      types: ['bank.*'],
      limit: 250,
      before: 42,
      epoch: 'e',
    });
    expect(filtered(search, { subjects: ['a'], types: [] })).toEqual({
      after: 41,
      epoch: 'e',
      limit: 250,
      subjects: ['a'],
    });
  });

  it('drops what is of no known shape', () => {
    expect(readSearch({ types: { a: 1 }, since: null, after: [], event: 12 })).toEqual({ event: '12' });
  });
});
