import type { RecordedEvent } from '@tidings/client';
import { describe, expect, it } from 'vitest';
import { audienceInWords } from './audience-words.ts';

const ada = {
  tenant: 'acme',
  organizations: ['north', 'west'],
  user: 'ada',
  roles: ['admin'],
  scopes: [],
  expiresAt: undefined,
};

const words = (changes: Readonly<Record<string, string>>, identity = ada) =>
  Object.fromEntries(
    audienceInWords({ tenantid: 'acme', ...changes } as unknown as RecordedEvent, identity).map(
      ({ rule, who, why, matches }) => [rule, `${matches ? '+' : '-'} ${who}. ${why}.`],
    ),
  );

describe('an audience in words', () => {
  it('says of each rule whom it lets in, and why it lets in who looks', () => {
    expect(words({ organizationids: 'north,south', roleids: 'admin' })).toEqual({
      tenant: '+ Only acme. You are of acme.',
      organizations: '+ Only members of north or south. You are in north.',
      users: '+ Everyone. The event asks for none.',
      roles: '+ Only who has the role admin. You have admin.',
    });
  });

  it('says which rule keeps somebody out', () => {
    const { users, organizations } = words({ userids: 'bob,eve', organizationids: 'south' });
    expect(users).toBe('- Only bob or eve. You are ada.');
    expect(organizations).toBe('- Only members of south. You are in north and west.');
  });

  it('says what somebody lacks altogether', () => {
    expect(words({ roleids: 'auditor' }, { ...ada, roles: [] })['roles']).toBe(
      '- Only who has the role auditor. You have none.',
    );
  });

  it('names the first of very many', () => {
    const userids = Array.from({ length: 500 }, (_, user) => `u${user}`).join(',');
    expect(words({ userids })['users']).toContain('u19 or 480 more');
  });
});
