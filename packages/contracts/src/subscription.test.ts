import { describe, expect, it } from 'vitest';
import { isTidingsError, type TidingsError } from './codes.ts';
import {
  parseAcknowledgement,
  parseNewSubscription,
  parseSubscriptionChange,
  parseSubscriptionName,
} from './subscription.ts';

function refusal(parse: () => unknown): TidingsError {
  try {
    parse();
  } catch (error) {
    expect(isTidingsError(error)).toBe(true);
    return error as TidingsError;
  }
  throw new Error('Nothing was refused');
}

const pathsOf = (parse: () => unknown) => {
  const { code, errors } = refusal(parse);
  return [code, ...errors.map(({ path }) => path)];
};

describe('a name', () => {
  it.each(['billing', 'a/b', '#;:@|', '..', '__proto__', '😀'.repeat(256)])('can be %s', (name) => {
    expect(parseSubscriptionName(name, '/name')).toBe(name);
  });

  it.each([[''], ['a b'], ['a,b'], ['a\n'], ['\ud83d'], ['x'.repeat(257)], [1], [null], [undefined]])(
    'cannot be %j',
    (name) => {
      expect(pathsOf(() => parseSubscriptionName(name, '/at'))).toEqual(['SUBSCRIPTION_INVALID', '/at']);
    },
  );
});

describe('a new subscription', () => {
  it('has a name, and may have a filter and a cursor', () => {
    expect(parseNewSubscription({ name: 'billing' })).toStrictEqual({ name: 'billing', filter: {} });
    const filter = { types: ['bank.*'] };
    const cursor = { epoch: 'e', sequence: 1 };
    expect(parseNewSubscription({ name: 'b', filter, cursor })).toStrictEqual({ name: 'b', filter, start: cursor });
    expect(parseNewSubscription({ name: 'b', cursor: { sequence: 0 } })).toMatchObject({ start: 'oldest' });
  });

  it.each([
    [{}, ['SUBSCRIPTION_INVALID', '/name']],
    [[], ['SUBSCRIPTION_INVALID', '']],
    [null, ['SUBSCRIPTION_INVALID', '']],
    ['billing', ['SUBSCRIPTION_INVALID', '']],
    [{ name: 'b', status: 'paused' }, ['SUBSCRIPTION_INVALID', '/status']],
    [{ name: 'b', 'a/b': 1, x: 2 }, ['SUBSCRIPTION_INVALID', '/a~1b', '/x']],
    [{ name: 'b', filter: { type: [] } }, ['FILTER_INVALID', '/filter/type']],
    [{ name: 'b', cursor: null }, ['CURSOR_INVALID', '/cursor']],
    [{ name: 'b', cursor: { sequence: 5 } }, ['CURSOR_INVALID', '/cursor/epoch']],
  ])('is not %j', (value, expected) => {
    expect(pathsOf(() => parseNewSubscription(value))).toEqual(expected);
  });

  it('is refused in an answer that does not grow with what was sent', () => {
    const names = Array.from({ length: 10_000 }, (_, i) => [`${i}`.padEnd(1000, 'x'), 1]);
    const error = refusal(() => parseNewSubscription(Object.fromEntries(names)));
    expect(JSON.stringify([error.message, error.errors]).length).toBeLessThan(10_000);
  });
});

describe('a change', () => {
  it('replaces only what it names', () => {
    expect(parseSubscriptionChange({ status: 'paused' })).toStrictEqual({ status: 'paused' });
    expect(parseSubscriptionChange({ filter: {} })).toStrictEqual({ filter: {} });
    expect(parseSubscriptionChange({ status: 'active', filter: { actions: ['created'] } })).toStrictEqual({
      status: 'active',
      filter: { actions: ['created'] },
    });
  });

  it.each([
    [{}, ['SUBSCRIPTION_INVALID', '']],
    [{ status: 'Paused' }, ['SUBSCRIPTION_INVALID', '/status']],
    [{ status: null }, ['SUBSCRIPTION_INVALID', '/status']],
    [{ status: ['active'] }, ['SUBSCRIPTION_INVALID', '/status']],
    [{ filter: null }, ['FILTER_INVALID', '/filter']],
    [{ cursor: { sequence: 0 } }, ['SUBSCRIPTION_INVALID', '/cursor']],
    [{ name: 'other' }, ['SUBSCRIPTION_INVALID', '/name']],
  ])('is not %j', (value, expected) => {
    expect(pathsOf(() => parseSubscriptionChange(value))).toEqual(expected);
  });
});

describe('an acknowledgement', () => {
  it('is a sequence, and may name its epoch', () => {
    expect(parseAcknowledgement({ sequence: 41 })).toStrictEqual({ sequence: 41 });
    expect(parseAcknowledgement({ sequence: 0, epoch: 'e' })).toStrictEqual({ sequence: 0, epoch: 'e' });
  });

  it.each([
    [{}, ['CURSOR_INVALID', '/sequence']],
    [{ sequence: -1 }, ['CURSOR_INVALID', '/sequence']],
    [{ sequence: 2 ** 53 }, ['CURSOR_INVALID', '/sequence']],
    [{ sequence: '1' }, ['CURSOR_INVALID', '/sequence']],
    [{ sequence: 1, epoch: 1 }, ['CURSOR_INVALID', '/epoch']],
    [{ sequence: 0.5, epoch: 'e' }, ['CURSOR_INVALID', '/sequence']],
    [{ sequence: 1, subscription: 'b' }, ['SUBSCRIPTION_INVALID', '/subscription']],
    [41, ['SUBSCRIPTION_INVALID', '']],
  ])('is not %j', (value, expected) => {
    expect(pathsOf(() => parseAcknowledgement(value))).toEqual(expected);
  });
});
