import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TidingsError } from './codes.ts';
import { compileFilter, FILTER_LISTS, type Filter, type Filterable, parseFilter } from './filter.ts';
import { LIMITS } from './limits.ts';

function refusal(value: unknown, pointer?: string) {
  try {
    parseFilter(value, pointer);
  } catch (error) {
    expect(error).toBeInstanceOf(TidingsError);
    const { code, errors, message } = error as TidingsError;
    expect(code).toBe('FILTER_INVALID');
    expect(message).toBe(`The filter cannot be used: ${errors[0]?.path} ${errors[0]?.message}`);
    return errors;
  }
  throw new Error('The filter was not refused');
}

const EVENT: Filterable = {
  type: 'bank.transaction.line:created@v1',
  subject: 'transaction/1',
  organizations: ['o1', 'o2'],
};

describe('a filter', () => {
  it.each<[string, Filter, boolean]>([
    ['nothing', {}, true],
    ['empty lists', { types: [], entities: [], actions: [], organizations: [], subjects: [] }, true],
    ['its type', { types: ['bank.transaction.line:created@v1'] }, true],
    ['one of two types', { types: ['crm.*', 'bank.*.*'] }, true],
    ['another type', { types: ['bank.*'] }, false],
    ['everything', { types: ['*'] }, true],
    ['its entity', { entities: ['transaction', 'transaction.line'] }, true],
    ['the entity above', { entities: ['transaction'] }, false],
    ['an entity with a star, which is no pattern', { entities: ['*'] }, false],
    ['its action', { actions: ['deleted', 'created'] }, true],
    ['another action', { actions: ['deleted'] }, false],
    ['one of its organisations', { organizations: ['o2', 'o3'] }, true],
    ['other organisations', { organizations: ['o3'] }, false],
    ['its subject', { subjects: ['x', 'transaction/1'] }, true],
    ['another subject', { subjects: ['transaction'] }, false],
    [
      'all that it is',
      {
        types: ['*'],
        entities: ['transaction.line'],
        actions: ['created'],
        organizations: ['o1'],
        subjects: ['transaction/1'],
      },
      true,
    ],
    ['its entity and another action', { entities: ['transaction.line'], actions: ['deleted'] }, false],
    ['another entity and its action', { entities: ['transaction'], actions: ['created'] }, false],
    ['its type and another organisation', { types: ['*'], organizations: ['o3'] }, false],
    ['its organisation and another subject', { organizations: ['o1'], subjects: ['x'] }, false],
  ])('that asks for %s (%j): %s', (_, filter, expected) => {
    expect(compileFilter(filter)(EVENT)).toBe(expected);
  });

  it('asks an event for what it does not have, and does not find it', () => {
    const bare: Filterable = { type: 'bank.transaction:created@v1' };
    expect(compileFilter({ subjects: ['undefined'] })(bare)).toBe(false);
    expect(compileFilter({ organizations: ['undefined'] })(bare)).toBe(false);
    expect(compileFilter({ organizations: ['o1'] })({ ...bare, organizations: [] })).toBe(false);
    expect(compileFilter({ entities: ['undefined'] })({ type: 'no type' })).toBe(false);
    expect(compileFilter({ actions: [''] })({ type: 'no type' })).toBe(false);
    expect(compileFilter({ types: ['no type'] })({ type: 'no type' })).toBe(true);
  });

  it('is OR within a list and AND between lists, for any lists', () => {
    const few = (...values: readonly string[]) => fc.option(fc.subarray([...values]), { nil: undefined });
    const filters = fc.record({
      types: few('bank.a:created@v1', 'bank.b:deleted@v1'),
      entities: few('a', 'b'),
      actions: few('created', 'deleted'),
      organizations: few('o1', 'o2'),
      subjects: few('s1', 's2'),
    });
    const events = fc.record({
      entity: fc.constantFrom('a', 'b', 'c'),
      action: fc.constantFrom('created', 'deleted'),
      subject: fc.option(fc.constantFrom('s1', 's2', 's3'), { nil: undefined }),
      organizations: fc.option(fc.subarray(['o1', 'o2', 'o3']), { nil: undefined }),
    });
    const asks = (list: readonly string[] | undefined, found: readonly (string | undefined)[]): boolean =>
      !list?.length || list.some((one) => found.includes(one));
    fc.assert(
      fc.property(filters, events, (lists, { entity, action, subject, organizations }) => {
        const filter = Object.fromEntries(Object.entries(lists).filter(([, list]) => list !== undefined)) as Filter;
        const type = `bank.${entity}:${action}@v1`;
        const expected =
          asks(filter.types, [type]) &&
          asks(filter.entities, [entity]) &&
          asks(filter.actions, [action]) &&
          asks(filter.organizations, organizations ?? []) &&
          asks(filter.subjects, [subject]);
        expect(compileFilter(filter)({ type, subject, organizations })).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a filter from a client', () => {
  it('is taken as it is, without the lists that ask for nothing', () => {
    expect(parseFilter(undefined)).toEqual({});
    expect(parseFilter({})).toEqual({});
    const filter = { types: ['bank.*'], entities: ['a'], actions: ['b'], organizations: ['o;1'], subjects: ['s/1, 2'] };
    expect(parseFilter(filter)).toEqual(filter);
    expect(parseFilter({ types: [], subjects: ['s'] })).toStrictEqual({ subjects: ['s'] });
  });

  it.each([
    [null, 'null'],
    ['bank.*', '"bank.*"'],
    [['bank.*'], 'an array of 1'],
    [1, '1'],
  ])('is an object, not %j', (value, found) => {
    expect(refusal(value)).toEqual([
      { path: '/filter', message: `expected an object with lists of strings, found ${found}` },
    ]);
  });

  it.each([
    ['bank.*', '"bank.*"'],
    [null, 'null'],
    [{ 0: 'a' }, 'an object'],
  ])('has lists, not %j', (list, found) => {
    expect(refusal({ types: list })).toEqual([
      { path: '/filter/types', message: `expected a list of strings, found ${found}` },
    ]);
  });

  it.each([
    [1, 'expected a string with characters, found 1'],
    [null, 'expected a string with characters, found null'],
    ['', 'expected a string with characters, found ""'],
    [['a'], 'expected a string with characters, found an array of 1'],
    ['x'.repeat(LIMITS.filterValueCharacters + 1), 'expected at most 256 characters, found 257'],
  ])('has lists of strings with a bounded length, not %j', (value, message) => {
    expect(refusal({ subjects: ['ok', value] })).toEqual([{ path: '/filter/subjects/1', message }]);
  });

  it('has a bounded size as a whole', () => {
    const values = (length: number) => Array.from({ length: 100 }, (_, i) => `x${i}`.padEnd(length, 'x'));
    expect(parseFilter({ actions: values(78) })).toEqual({ actions: values(78) });
    expect(refusal({ actions: values(79) })).toEqual([
      { path: '/filter', message: 'expected at most 8192 characters as JSON, found 8213' },
    ]);
  });

  it('has lists of a bounded length', () => {
    const values = Array.from({ length: LIMITS.filterValues }, (_, i) => `x${i}`);
    expect(parseFilter({ actions: values })).toEqual({ actions: values });
    expect(refusal({ actions: [...values, 'one more'] })).toEqual([
      { path: '/filter/actions', message: 'expected at most 100 values, found 101' },
    ]);
  });

  it.each([
    ['type', '/filter/type'],
    ['a/b~c', '/filter/a~1b~0c'],
    ['constructor', '/filter/constructor'],
    ['__proto__', '/filter/__proto__'],
    ['length', '/filter/length'],
  ])('has no list %j', (name, path) => {
    const value: unknown = JSON.parse(`{${JSON.stringify(name)}:["a"]}`);
    expect(refusal(value)).toEqual([{ path, message: `expected one of ${FILTER_LISTS.join(', ')}` }]);
  });

  it('is told everything that is wrong, at the place where it stands', () => {
    expect(refusal({ types: [1, 'a', ''], tags: [], actions: 'x' }, '').map(({ path }) => path)).toEqual([
      '/types/0',
      '/types/2',
      '/tags',
      '/actions',
    ]);
  });

  it('that is hostile gets an answer that fits into a frame', () => {
    const names = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`list${i}`, []]));
    expect(JSON.stringify(refusal(names)).length).toBeLessThan(LIMITS.frameBytes);
    expect(JSON.stringify(refusal({ ['x'.repeat(100_000)]: [] })).length).toBeLessThan(LIMITS.frameBytes / 4);
    const zeros = Array.from({ length: LIMITS.filterValues }, () => 0);
    const lists = Object.fromEntries(FILTER_LISTS.map((name) => [name, zeros]));
    expect(JSON.stringify(refusal(lists)).length).toBeLessThan(LIMITS.frameBytes);
  });
});
