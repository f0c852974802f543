import { describe, expect, it } from 'vitest';
import { outcomeOf, type Publication, ruleInWords, type StreamView } from './outcome.ts';

const event = { id: 'one', type: 'bank.test:created@v1', tenantid: 'acme', roleids: 'auditor,admin' };
const published: Publication = { event, state: 'accepted', sequence: 7 };

const view = (over: Partial<StreamView> = {}): StreamView => ({
  viewer: { tenant: 'acme', organizations: [], user: 'ada', roles: ['clerk'] },
  isLive: true,
  begin: 5,
  received: () => undefined,
  covers: () => false,
  ...over,
});

describe('what became of an event for a persona', () => {
  it('is that it came, with the time that it took', () => {
    const received = () => ({ milliseconds: 12, how: 'live' }) as const;
    expect(outcomeOf(published, view({ received }))).toEqual({ kind: 'received', milliseconds: 12, how: 'live' });
  });

  it('is not known from silence, whatever the rules say', () => {
    expect(outcomeOf(published, view()).kind).toBe('waiting');
    expect(outcomeOf({ ...published, sequence: undefined }, view({ covers: () => true })).kind).toBe('waiting');
    expect(outcomeOf({ ...published, state: 'sent' }, view({ covers: () => true })).kind).toBe('waiting');
  });

  it('is that it is not for the persona once its stream has passed the number, with the rules that are against it', () => {
    const outcome = outcomeOf(published, view({ covers: (sequence) => sequence === 7 }));
    expect(outcome).toMatchObject({ kind: 'not-for', rules: [{ rule: 'roles' }] });
  });

  it('is known by rule for a persona of another tenant, whose stream has other numbers', () => {
    const viewer = { tenant: 'globex', roles: ['admin'] };
    const outcome = outcomeOf(published, view({ viewer, received: () => undefined }));
    expect(outcome).toMatchObject({ kind: 'not-for', rules: [{ rule: 'tenant' }] });
  });

  it('is told apart when no rule is against it: it did not come all the same', () => {
    const viewer = { tenant: 'acme', roles: ['admin'] };
    expect(outcomeOf(published, view({ viewer, covers: () => true })).kind).toBe('withheld');
  });

  it('is not blamed on a rule when the stream began after the event', () => {
    expect(outcomeOf(published, view({ begin: 7, covers: () => true })).kind).toBe('too-late');
  });

  it('is that there was no event when the hub refused it', () => {
    expect(outcomeOf({ ...published, state: 'refused' }, view()).kind).toBe('refused');
  });

  it('is said in the words of the attribute and of the claim', () => {
    const rule = { rule: 'roles', asked: ['auditor', 'admin'], has: ['clerk'], matches: false } as const;
    expect(ruleInWords(rule)).toBe('roleids asks for auditor or admin, has clerk');
    expect(ruleInWords({ ...rule, rule: 'organizations', has: [] })).toBe(
      'organizationids asks for auditor or admin, is in none',
    );
  });
});
