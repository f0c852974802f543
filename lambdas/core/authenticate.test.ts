import { asTenantId, TidingsError } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { asRecipient, assertScope, tokenOf } from './authenticate.ts';
import type { Identity } from './identity.ts';

function refusal(work: () => unknown): TidingsError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(TidingsError);
    return error as TidingsError;
  }
  throw new Error('Nothing was refused');
}

const identity = (change: Partial<Identity> = {}): Identity => ({
  tenant: asTenantId('acme'),
  subject: 'alice',
  organizations: ['o1'],
  roles: ['admin'],
  scopes: ['bank', 'events:read'],
  expiresAt: 1769851800,
  ...change,
});

describe('the token of an Authorization header', () => {
  it.each([
    ['Bearer abc.def.ghi', 'abc.def.ghi'],
    ['bearer abc', 'abc'],
    ['BEARER   abc  ', 'abc'],
    ['Bearer aA0-._~+/==', 'aA0-._~+/=='],
  ])('%j is %s', (header, token) => {
    expect(tokenOf(header)).toBe(token);
  });

  it.each([[undefined], [''], ['  ']])('%j is missing', (header) => {
    expect(refusal(() => tokenOf(header))).toMatchObject({
      code: 'TOKEN_MISSING',
      message: 'Expected an access token as "Authorization: Bearer <token>"; found none',
    });
  });

  it.each([
    'Bearer',
    'Bearer ',
    'abc.def.ghi',
    'Basic c2VjcmV0OnNlY3JldA==',
    'Bearer a b',
    'Bearer a, Bearer b',
    'Bearer=abc',
    ' Bearer abc',
    'Bearer\tabc',
    'Bearer a=b',
    'Bearer "abc"',
    'Bearer abc\n',
    'Bearer äbc',
    `Bearer ${'='.repeat(10_000)}!`,
  ])('%j has another form, and is not repeated in the message', (header) => {
    expect(refusal(() => tokenOf(header))).toMatchObject({
      code: 'TOKEN_MALFORMED',
      message: 'Expected "Authorization: Bearer <token>"; found another form',
    });
  });

  it('that is hostile is refused fast', () => {
    const started = performance.now();
    for (const header of [`Bearer${' '.repeat(100_000)}!`, `Bearer ${'a'.repeat(100_000)}${' '.repeat(100_000)}!`]) {
      expect(refusal(() => tokenOf(header)).code).toBe('TOKEN_MALFORMED');
    }
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe('an identity', () => {
  it('with a tenant may receive, and what it may put is left behind', () => {
    const { scopes: _scopes, ...claims } = identity();
    const recipient = { ...claims, mayRead: true };
    expect(asRecipient(identity(), 'events:read')).toStrictEqual(recipient);
    expect(asRecipient({ ...identity(), extra: 'x' } as Identity, 'events:read')).toStrictEqual(recipient);
  });

  it.each([
    ['events:read', ['bank', 'events:read'], true],
    ['events:read', ['bank'], false],
    ['events:read', [], false],
    [null, [], true],
  ])('may read everything where that takes %j, with the scopes %j: %j', (readScope, scopes, mayRead) => {
    expect(asRecipient(identity({ scopes }), readScope).mayRead).toBe(mayRead);
  });

  it('without a tenant may not', () => {
    expect(refusal(() => asRecipient(identity({ tenant: undefined }), null)).code).toBe('TENANT_CLAIM_MISSING');
  });

  it.each(['bank', 'events:read', null])('has the scope %j', (scope) => {
    expect(() => assertScope(identity(), scope)).not.toThrow();
  });

  it.each(['community', 'ban', 'BANK', 'bank events:read', '', 'null'])(
    'lacks the scope %j, which is named',
    (scope) => {
      expect(refusal(() => assertScope(identity(), scope))).toMatchObject({
        code: 'SCOPE_MISSING',
        message: `This takes the scope "${scope}", which the token lacks`,
      });
    },
  );

  it('needs no scope where none is asked for, not even one', () => {
    expect(() => assertScope(identity({ scopes: [] }), null)).not.toThrow();
    expect(refusal(() => assertScope(identity({ scopes: [] }), 'bank')).code).toBe('SCOPE_MISSING');
  });
});
