import { describe, expect, it } from 'vitest';
import { patternsLike, suggestedPatterns } from './suggested-patterns.ts';

const TYPES = [
  'bank.account:created@v1',
  'bank.transaction:created@v1',
  'bank.transaction:deleted@v1',
  'bank.transaction.line:created@v1',
  'community.member:joined@v1',
];

const all = suggestedPatterns(TYPES);
const names = (typed: string, chosen: readonly string[] = []) =>
  patternsLike(all, typed, chosen).map(({ pattern, types }) => `${pattern} ${types}`);

describe('patterns that may be meant', () => {
  it('are what several of the hub’s types have in common, the widest first, and then the types', () => {
    expect(names('').slice(0, 4)).toEqual([
      'bank.* 3',
      '*.*:created@v1 2',
      'bank.transaction:* 2',
      'bank.account:created@v1 1',
    ]);
    expect(names('')).toHaveLength(3 + TYPES.length);
  });

  it('are found by parts of their names', () => {
    expect(names('bank tran')).toEqual([
      'bank tran 0',
      'bank.transaction:* 2',
      'bank.transaction:created@v1 1',
      'bank.transaction:deleted@v1 1',
      'bank.transaction.line:created@v1 1',
    ]);
  });

  it('begin with what was typed, by the hub’s own rule, in which a star does not reach over a dot', () => {
    expect(names('*:created@v1')[0]).toBe('*:created@v1 0');
    expect(names('bank.*:created@*')[0]).toBe('bank.*:created@* 2');
    expect(names('*.*.*:*')[0]).toBe('*.*.*:* 1');
  });

  it('are not offered again once they are chosen', () => {
    expect(names('bank.*', ['bank.*'])).not.toContain('bank.* 3');
  });
});
