import type { Persona } from '../../session/persona.ts';

/** Whom an event is for, as texts that are typed in. */
export interface Audience {
  readonly organizationids: string;
  readonly userids: string;
  readonly roleids: string;
}

export const EVERYBODY: Audience = { organizationids: '', userids: '', roleids: '' };

/** A pair of personas and an audience that show one rule. */
export interface Preset {
  readonly name: string;
  /** What the right one differs in, and whom the event is for. */
  readonly about: string;
  readonly right: (left: Persona) => Persona;
  readonly audience: (left: Persona) => Audience;
}

/** Another than those that somebody has. */
const otherThan = (has: readonly string[], other: string, another: string): string =>
  has.includes(other) ? another : other;

export const PRESETS: readonly Preset[] = [
  {
    name: 'Nobody is excluded',
    about: 'two users of one tenant, and an event for all of it',
    right: (left) => ({ ...left, user: otherThan([left.user], 'bo', 'ida') }),
    audience: () => EVERYBODY,
  },
  {
    name: 'Another organisation',
    about: "the event is for the left one's organisation only",
    right: (left) => ({
      ...left,
      user: otherThan([left.user], 'bo', 'ida'),
      organizations: [otherThan(left.organizations, 'south', 'west')],
    }),
    audience: ({ organizations: [first = ''] }) => ({ ...EVERYBODY, organizationids: first }),
  },
  {
    name: 'Another user',
    about: 'the event is for the left user only',
    right: (left) => ({ ...left, user: otherThan([left.user], 'bo', 'ida') }),
    audience: ({ user }) => ({ ...EVERYBODY, userids: user }),
  },
  {
    name: 'Another role',
    about: "the event is for the left one's role only",
    right: (left) => ({
      ...left,
      user: otherThan([left.user], 'bo', 'ida'),
      roles: [otherThan(left.roles, 'clerk', 'auditor')],
    }),
    audience: ({ roles: [first = ''] }) => ({ ...EVERYBODY, roleids: first }),
  },
  {
    name: 'Another tenant',
    about: 'the event is for all of the left one’s tenant',
    right: (left) => ({ ...left, tenant: otherThan([left.tenant], 'globex', 'initech') }),
    audience: () => EVERYBODY,
  },
];

/** What a preset needs that the left one lacks: without an organisation, an event cannot be for it alone. */
export function completed(left: Persona): Persona {
  return {
    ...left,
    user: left.user === '' ? 'ada' : left.user,
    organizations: left.organizations.length === 0 ? ['north'] : left.organizations,
    roles: left.roles.length === 0 ? ['admin'] : left.roles,
  };
}
