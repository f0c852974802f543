import { LIMITS, TidingsError } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { parsePageQuery } from './page-query.ts';

const parse = (query: string) => parsePageQuery(new URLSearchParams(query));

function refusal(query: string) {
  try {
    parse(query);
  } catch (error) {
    expect(error).toBeInstanceOf(TidingsError);
    const { code, message, errors } = error as TidingsError;
    expect(code).toBe('QUERY_INVALID');
    expect(message).toBe(`The query cannot be used: ${errors[0]?.path} ${errors[0]?.message}`);
    return errors;
  }
  throw new Error('The query was not refused');
}

describe('a query', () => {
  it('that asks for nothing gets the first page', () => {
    expect(parse('')).toStrictEqual({ after: 0, limit: 100, filter: {}, bytes: LIMITS.pageBytes });
  });

  it('may say where to begin, how many, and which', () => {
    const query = 'after=41&limit=7&types=bank.*,community.*&entities=a&actions=b&organizations=o%3B1&subjects=s%2F1';
    expect(parse(query)).toStrictEqual({
      after: 41,
      limit: 7,
      filter: {
        types: ['bank.*', 'community.*'],
        entities: ['a'],
        actions: ['b'],
        organizations: ['o;1'],
        subjects: ['s/1'],
      },
      bytes: LIMITS.pageBytes,
    });
  });

  it.each([
    ['types=a&types=b,c', ['a', 'b', 'c']],
    ['types=a,,b,', ['a', 'b']],
    ['types=*', ['*']],
    ['types=bank.%2A', ['bank.*']],
  ])('%s asks for the types %j', (query, types) => {
    expect(parse(query).filter).toStrictEqual({ types });
  });

  it.each(['types=', 'types=,', 'types=&types='])('%s asks for nothing in particular', (query) => {
    expect(parse(query).filter).toStrictEqual({});
  });

  it.each([
    ['after=0', 0, 100],
    ['after=9007199254740991', Number.MAX_SAFE_INTEGER, 100],
    ['after=007&limit=0001', 7, 1],
    [`limit=${LIMITS.pageEvents}`, 0, LIMITS.pageEvents],
  ])('%s is within bounds', (query, after, limit) => {
    expect(parse(query)).toMatchObject({ after, limit });
  });

  it.each([
    ['after', '-1'],
    ['after', ''],
    ['after', '1.5'],
    ['after', '1e3'],
    ['after', '0x10'],
    ['after', ' 1'],
    ['after', 'NaN'],
    ['after', '9007199254740992'],
    ['after', '9'.repeat(400)],
    ['after', '１'],
    ['limit', '0'],
    ['limit', '-1'],
    ['limit', '1001'],
    ['limit', 'all'],
  ])('has no %s %j', (name, value) => {
    const [first, ...more] = refusal(`${name}=${encodeURIComponent(value)}`);
    expect(more).toEqual([]);
    const range = name === 'after' ? `0 to ${Number.MAX_SAFE_INTEGER}` : `1 to ${LIMITS.pageEvents}`;
    const found = JSON.stringify(value).slice(0, 80);
    expect(first?.path).toBe(`/${name}`);
    expect(first?.message).toContain(`expected one whole number from ${range}, found ${found}`);
    expect(first?.message.length).toBeLessThan(220);
  });

  it.each(['after=1&after=2', 'after=1&after=1'])('says one number once, not %s', (query) => {
    expect(refusal(query)).toEqual([
      { path: '/after', message: `expected one whole number from 0 to ${Number.MAX_SAFE_INTEGER}, found 2 values` },
    ]);
  });

  it.each([
    ['type=a', '/type'],
    ['cursor=1', '/cursor'],
    ['Limit=1', '/Limit'],
    ['__proto__=1', '/__proto__'],
    ['constructor=1', '/constructor'],
    ['a%2Fb~c=1', '/a~1b~0c'],
    ['=1', '/'],
  ])('has no parameter as in %s', (query, path) => {
    expect(refusal(query)).toEqual([
      {
        path,
        message: 'expected a parameter out of after, limit, types, entities, actions, organizations, subjects',
      },
    ]);
  });

  it('is told everything that is wrong at once, each once', () => {
    const errors = refusal(`x=1&x=2&after=-1&limit=0&types=${'y'.repeat(257)}`);
    expect(errors.map(({ path }) => path)).toEqual(['/x', '/after', '/limit', '/types/0']);
  });

  it('has lists of bounded length', () => {
    const values = Array.from({ length: LIMITS.filterValues }, (_, i) => `v${i}`);
    expect(parse(`types=${values.join()}`).filter.types).toHaveLength(LIMITS.filterValues);
    expect(refusal(`types=${[...values, 'more'].join()}`)).toEqual([
      { path: '/types', message: 'expected at most 100 values, found 101' },
    ]);
  });
});
