import { describe, expect, it } from 'vitest';
import { explainAudience } from './explain-audience.ts';

const viewer = { tenant: 'acme', organizations: ['o1', 'o2'], user: 'alice', roles: ['clerk'] };
const failing = (event: Parameters<typeof explainAudience>[0], who = viewer): readonly string[] =>
  explainAudience(event, who)
    .rules.filter(({ matches }) => !matches)
    .map(({ rule }) => rule);

describe('explaining an audience', () => {
  it('says that an event without an audience is for the whole tenant', () => {
    const { isVisible, rules } = explainAudience({ tenantid: 'acme' }, { tenant: 'acme' });
    expect(isVisible).toBe(true);
    expect(rules).toEqual([
      { rule: 'tenant', asked: ['acme'], has: ['acme'], matches: true },
      { rule: 'organizations', asked: [], has: [], matches: true },
      { rule: 'users', asked: [], has: [], matches: true },
      { rule: 'roles', asked: [], has: [], matches: true },
    ]);
  });

  it('names the rules that keep an event from a viewer, and what they ask for', () => {
    const event = { tenantid: 'acme', organizationids: 'o9,o1', userids: 'bob', roleids: 'auditor,admin' };
    expect(failing(event)).toEqual(['users', 'roles']);
    const { isVisible, rules } = explainAudience(event, viewer);
    expect(isVisible).toBe(false);
    expect(rules[2]).toEqual({ rule: 'users', asked: ['bob'], has: ['alice'], matches: false });
    expect(rules[3]).toEqual({ rule: 'roles', asked: ['auditor', 'admin'], has: ['clerk'], matches: false });
  });

  it('tells a viewer of another tenant that the tenant is another, whatever else fits', () => {
    expect(failing({ tenantid: 'other', organizationids: 'o1' })).toEqual(['tenant']);
  });

  it('takes who is nobody for no user, and not for one without a name', () => {
    expect(explainAudience({ tenantid: 'acme', userids: 'alice' }, { tenant: 'acme' }).isVisible).toBe(false);
  });
});
