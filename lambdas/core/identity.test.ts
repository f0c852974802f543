import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Audience, isInAudience } from './identity.ts';

const alice = { subject: 'alice', organizations: ['o1', 'o2'], roles: ['teller', 'admin'] };
const nobody = { subject: undefined, organizations: [], roles: [] };

describe('an audience', () => {
  it.each<[string, Audience, boolean]>([
    ['nobody in particular', {}, true],
    ['her', { users: ['bob', 'alice'] }, true],
    ['another', { users: ['bob'] }, false],
    ['one of her organisations', { organizations: ['o9', 'o2'] }, true],
    ['other organisations', { organizations: ['o9'] }, false],
    ['one of her roles', { roles: ['admin'] }, true],
    ['other roles', { roles: ['owner'] }, false],
    ['her, in her organisation and role', { users: ['alice'], organizations: ['o1'], roles: ['teller'] }, true],
    ['her, in another organisation', { users: ['alice'], organizations: ['o9'] }, false],
    ['her, in another role', { users: ['alice'], roles: ['owner'] }, false],
    ['another in her organisation and role', { users: ['bob'], organizations: ['o1'], roles: ['admin'] }, false],
    ['her role in another organisation', { organizations: ['o9'], roles: ['admin'] }, false],
    ['her in capitals', { users: ['ALICE'] }, false],
    ['nobody at all', { users: [] }, false],
    ['no organisation at all', { organizations: [] }, false],
    ['no role at all', { roles: [] }, false],
    ['her name as a role', { roles: ['alice'] }, false],
    ['an explicit nothing', { users: undefined, organizations: undefined, roles: undefined }, true],
  ])('of %s has Alice in it: %s', (_, audience, expected) => {
    expect(isInAudience(alice, audience)).toBe(expected);
  });

  it.each<[Audience, boolean]>([
    [{}, true],
    [{ users: ['undefined'] }, false],
    [{ users: [''] }, false],
    [{ organizations: ['o1'] }, false],
    [{ roles: ['admin'] }, false],
  ])('%j has somebody without any claim in it: %s', (audience, expected) => {
    expect(isInAudience(nobody, audience)).toBe(expected);
  });

  it('restricts by every kind that it names, for any claims', () => {
    const some = (...values: readonly string[]) => fc.subarray([...values]);
    const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const recipients = fc.record({
      subject: maybe(fc.constantFrom('a', 'b')),
      organizations: some('a', 'b', 'c'),
      roles: some('a', 'b', 'c'),
    });
    const audiences = fc.record({
      users: maybe(some('a', 'b')),
      organizations: maybe(some('a', 'b')),
      roles: maybe(some('a', 'b')),
    });
    const meets = (named: readonly string[] | undefined, own: readonly (string | undefined)[]): boolean =>
      named === undefined || new Set(own.filter((one) => one !== undefined && named.includes(one))).size > 0;
    fc.assert(
      fc.property(recipients, audiences, (recipient, audience) => {
        expect(isInAudience(recipient, audience)).toBe(
          meets(audience.users, [recipient.subject]) &&
            meets(audience.organizations, recipient.organizations) &&
            meets(audience.roles, recipient.roles),
        );
      }),
      { numRuns: 2000 },
    );
  });
});
