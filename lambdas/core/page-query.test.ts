import { asSequence, LIMITS } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { parseLimit, parsePageQuery } from './page-query.ts';

const parse = (query: string) => parsePageQuery(new URLSearchParams(query));
const refusal = (query: string, parser: (query: URLSearchParams) => unknown = parsePageQuery): unknown => {
  try {
    parser(new URLSearchParams(query));
  } catch (error) {
    return error;
  }
  throw new Error(`Not refused: ${query}`);
};

describe('the query of a page', () => {
  it('asks for a hundred events from the first that is still there, if it says nothing', () => {
    expect(parse('')).toEqual({ start: asSequence(0), limit: 100, filter: {} });
  });

  it('makes no claim without an epoch, and a cursor with one', () => {
    expect(parse('after=41').start).toBe(41);
    expect(parse('after=41&epoch=e1').start).toEqual({ epoch: 'e1', sequence: 41 });
    expect(parse('epoch=e1').start).toEqual({ epoch: 'e1', sequence: 0 });
    expect(parse('epoch=&after=0').start).toEqual({ epoch: '', sequence: 0 });
    expect(parse('epoch=a%26b%3D%23').start).toEqual({ epoch: 'a&b=#', sequence: 0 });
  });

  it('begins at a time as in RFC 3339, whatever its zone', () => {
    const since = new Date('2026-01-31T09:30:00.250Z');
    expect(parse('since=2026-01-31T09:30:00.250Z').start).toEqual({ since });
    expect(parse('since=2026-01-31t10:30:00.25%2B01:00&limit=3')).toEqual({ start: { since }, limit: 3, filter: {} });
  });

  it('names what is wrong with a time, and what to do about a plus sign', () => {
    expect(refusal('since=2026-01-31T10:30:00+01:00')).toMatchObject({
      errors: [
        { path: '/since', message: expect.stringMatching(/found "2026-01-31T10:30:00 01:00"; encode \+ as %2B$/) },
      ],
    });
    expect(refusal('since=yesterday')).toMatchObject({
      errors: [
        { path: '/since', message: expect.stringMatching(/^expected a time as in RFC 3339.+found "yesterday"$/) },
      ],
    });
  });

  it('reads lists separated by commas, given several times, or both', () => {
    expect(parse('types=bank.*,community.*&types=x&actions=created&limit=7')).toEqual({
      start: 0,
      limit: 7,
      filter: { types: ['bank.*', 'community.*', 'x'], actions: ['created'] },
    });
    expect(parse('types=&subjects=,').filter).toEqual({});
  });

  it.each([
    ['after=-1', '/after'],
    ['after=1.5', '/after'],
    ['after=1e3', '/after'],
    ['after=9007199254740992', '/after'],
    ['after=99999999999999999999', '/after'],
    ['after=', '/after'],
    ['after=1&after=2', '/after'],
    ['epoch=a&epoch=b', '/epoch'],
    ['limit=0', '/limit'],
    [`limit=${LIMITS.pageEvents + 1}`, '/limit'],
    ['cursor=1', '/cursor'],
    ['since=', '/since'],
    ['since=1769851800', '/since'],
    ['since=2026-02-30T00:00:00Z', '/since'],
    ['since=2026-01-31T09:30:00Z&after=0', '/since'],
    ['since=2026-01-31T09:30:00Z&epoch=e1', '/since'],
    ['since=2026-01-31T09:30:00Z&since=2026-01-31T09:30:00Z', '/since'],
    [`types=${'x'.repeat(LIMITS.filterValueCharacters + 1)}`, '/types/0'],
    [`types=${Array.from({ length: LIMITS.filterValues + 1 }, () => 'x').join()}`, '/types'],
  ])('is refused for %s, at its place', (query, path) => {
    expect(refusal(query)).toMatchObject({ code: 'QUERY_INVALID', errors: [{ path }] });
  });

  it('is refused with everything that is wrong, and the limits named', () => {
    expect(refusal('after=x&limit=5000&foo=1')).toMatchObject({
      errors: [
        { path: '/foo', message: expect.stringContaining('after, epoch, since, limit, types') },
        { path: '/after', message: expect.stringContaining('from 0 to 9007199254740991') },
        { path: '/limit', message: expect.stringContaining(`from 1 to ${LIMITS.pageEvents}`) },
      ],
    });
  });
});

describe('the limit of a subscription’s page', () => {
  it('is a hundred if nothing is said', () => {
    expect(parseLimit(new URLSearchParams(''))).toBe(100);
    expect(parseLimit(new URLSearchParams('limit=1000'))).toBe(1000);
  });

  it.each([
    ['limit=0', '/limit'],
    ['limit=1001', '/limit'],
    ['limit=a', '/limit'],
    ['after=1', '/after'],
    ['types=bank.*', '/types'],
    ['a/b=1', '/a~1b'],
  ])('is all that may be said: %s is refused', (query, path) => {
    expect(refusal(query, parseLimit)).toMatchObject({ code: 'QUERY_INVALID', errors: [{ path }] });
  });
});
