import { describe, expect, it } from 'vitest';
import { refusedAt } from './refused-at.ts';
import { atFields, attributeError, pointerOf, remaining, toErrorSchema, tokensOf, valueAt } from './violations.ts';

const event = { subject: 's', data: { address: { street: 'a' }, 'a/b~c': [1, 2] } };

describe('pointers', () => {
  it('lead through names that hold slashes and tildes, and back', () => {
    expect(tokensOf('/data/a~1b~0c/1')).toEqual(['data', 'a/b~c', '1']);
    expect(pointerOf(['data', 'a/b~c', 1])).toBe('/data/a~1b~0c/1');
    expect(valueAt(event, '/data/a~1b~0c/1')).toBe(2);
  });

  it('lead nowhere without failing, also by names that every object has', () => {
    expect(valueAt(event, '/data/nothing/more')).toBeUndefined();
    expect(valueAt(event, '/constructor')).toBeUndefined();
  });
});

describe('errors at fields', () => {
  it('puts a missing property at its own field, where it is to be filled in', () => {
    const found = atFields([
      { path: '/data/address', message: "expected to have required property 'city', found an object" },
    ]);
    expect(found.map(({ path }) => path)).toEqual(['/data/address/city']);
  });

  it('makes the tree that the form takes, with several mistakes of one field and those of the whole', () => {
    const tree = toErrorSchema([
      { path: '/data/items/0', message: 'one' },
      { path: '/data/items/0', message: 'two' },
      { path: '/data', message: 'whole' },
      { path: '/subject', message: 'not of the data' },
    ]);
    expect(tree).toEqual({ __errors: ['whole'], items: { 0: { __errors: ['one', 'two'] } } });
  });

  it('gives an attribute all that is said of it and of its parts', () => {
    const violations = [
      { path: '/organizationids/1', message: 'one' },
      { path: '/organizationids', message: 'two' },
      { path: '/organization', message: 'another' },
    ];
    expect(attributeError(violations, 'organizationids')).toBe('one; two');
    expect(attributeError(violations, 'userids')).toBeUndefined();
  });

  it('forgets what was wrong with a value as soon as it is another, and nothing else', () => {
    const violations = [
      { path: '/subject', message: 'one' },
      { path: '/data/address/city', message: 'missing' },
      { path: '/data/address/street', message: 'two' },
    ];
    const after = { ...event, data: { ...event.data, address: { street: 'a', city: 'b' } } };
    expect(remaining(violations, event, after).map(({ path }) => path)).toEqual(['/subject', '/data/address/street']);
    expect(remaining(violations, event, event)).toBe(violations);
  });

  it('says at the type that a scope is missing, and at the tenant that it is another, though the hub names no place', () => {
    const refused = (code: 'SCOPE_MISSING' | 'TENANT_MISMATCH' | 'RATE_LIMITED') =>
      refusedAt({ code, detail: 'so it is', errors: [] });
    expect(refused('SCOPE_MISSING')).toEqual([{ path: '/type', message: 'SCOPE_MISSING: so it is' }]);
    expect(refused('TENANT_MISMATCH').map(({ path }) => path)).toEqual(['/tenantid']);
    expect(refused('RATE_LIMITED')).toEqual([]);
  });
});
