import { explainAudience } from '@tidings/client';
import { asSequence, asTenantId, padSequence } from '@tidings/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isInAudience } from '../../lambdas/core/identity.ts';
import { readEvent } from '../../lambdas/core/read-event.ts';

const NAMES = ['a', 'b', 'c', 'A', 'ä'] as const;
const names = fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 3 });
const list = fc.option(
  names.filter(({ length }) => length > 0),
  { nil: undefined },
);
const event = fc.record({ tenantid: fc.constantFrom('t1', 't2'), organizations: list, users: list, roles: list });
const viewer = fc.record({
  tenant: fc.constantFrom('t1', 't2'),
  organizations: names,
  user: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
  roles: names,
});

/** What the hub answers to who asks for the event by its id. */
async function isAnswered(json: string, tenantid: string, who: Viewer): Promise<boolean> {
  const { tenant, organizations, user: subject, roles } = who;
  const recipient = { tenant: asTenantId(tenant), organizations, subject, roles, expiresAt: 0, mayRead: true };
  const log = {
    readEvents: async (asked: string) => new Map(asked === tenantid ? [['e1', json]] : []),
  };
  return await readEvent(recipient, 'e1', log as unknown as Parameters<typeof readEvent>[2]).then(
    () => true,
    () => false,
  );
}
type Viewer = typeof viewer extends fc.Arbitrary<infer Value> ? Value : never;

it('explains an audience as the hub decides it, for whoever looks at whatever event', async () => {
  await fc.assert(
    fc.asyncProperty(event, viewer, async ({ tenantid, organizations, users, roles }, who) => {
      const attributes = {
        id: 'e1',
        tenantid,
        sequence: padSequence(asSequence(1)),
        ...(organizations && { organizationids: organizations.join(',') }),
        ...(users && { userids: users.join(',') }),
        ...(roles && { roleids: roles.join(',') }),
      };
      const { isVisible, rules } = explainAudience(attributes, who);
      expect(isVisible).toBe(await isAnswered(JSON.stringify(attributes), tenantid, who));
      const recipient = { organizations: who.organizations, subject: who.user, roles: who.roles };
      // Each rule alone is what the hub says of an event that has no other.
      const alone = [{}, { organizations }, { users }, { roles }].map((audience) => isInAudience(recipient, audience));
      expect(rules.map(({ matches }) => matches)).toEqual([who.tenant === tenantid, ...alone.slice(1)]);
    }),
    { numRuns: 2000 },
  );
});
