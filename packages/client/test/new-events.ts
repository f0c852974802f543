import type { NewEvent } from '../src/events/typed-events.ts';

export const person = {
  firstName: 'John',
  lastName: 'Doe',
  favoriteColor: 'Red',
  registrationDate: '2026-01-31T09:30:00Z',
} as const;

/** An event of the module `bank`. */
export const bankEvent = (
  attributes: Partial<NewEvent<'bank.test:created@v1'>> = {},
): NewEvent<'bank.test:created@v1'> => ({
  type: 'bank.test:created@v1',
  tenantid: 'acme',
  data: person,
  ...attributes,
});

/** Events with the ids 0, 1, 2, … */
export const bankEvents = (count: number): readonly NewEvent[] =>
  Array.from({ length: count }, (_, index) => bankEvent({ id: String(index) }));

/** An event of the module `community`. */
export const communityEvent = (id: string): NewEvent<'community.member:left@v1'> => ({
  type: 'community.member:left@v1',
  tenantid: 'acme',
  id,
  data: {
    verb: 'leave',
    actor: { objectType: 'person', id: 'p1' },
    object: { objectType: 'person', id: 'p1' },
    targets: [{ objectType: 'community', id: 'c1' }],
  },
});
