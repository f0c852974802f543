import { randomUUID } from 'node:crypto';
import { catalogue, newEvent, type SentEvent } from './events.ts';
import type { Filter, Receiver } from './oracle.ts';
import type { Random } from './random.ts';

/** A random world: few enough names that events and receivers often meet, with every awkward character in them. */
export interface World {
  readonly tenants: readonly string[];
  readonly organizations: readonly string[];
  readonly users: readonly string[];
  readonly roles: readonly string[];
  readonly subjects: readonly string[];
}

/** How a socket asks for events. */
export interface SocketPlan {
  readonly receiver: Receiver;
  readonly way: 'subscribe' | 'listen';
  readonly filter: Filter;
}

/** Tenants that differ only where careless joining or comparing would not see it. */
export function createWorld(): World {
  const unique = randomUUID();
  return {
    tenants: [`${unique};a`, `${unique};a#b`, `${unique};A`],
    organizations: ['o1', 'o1;1', 'o#2', 'O1', 'ø:3@x'],
    users: ['u1', 'u|2', 'acct:u3@x;1', '👩‍👩‍👧', 'U1'],
    roles: ['clerk', 'clerk/senior', 'rôle#2'],
    subjects: Array.from({ length: 12 }, (_, index) => `transaction/${index}`),
  };
}

/** An event of the tenant with a random type, subject and audience: every combination of kinds, none among them. */
export function randomEvent(tenant: string, world: World, random: Random): SentEvent {
  const { type, examples } = random.pick(catalogue);
  const list = (names: readonly string[]): string => random.some(names, 1, 3).join(',');
  return newEvent(tenant, {
    type,
    data: random.pick(examples),
    ...(random.chance(0.8) && { subject: random.pick(world.subjects) }),
    ...(random.chance(0.4) && { organizationids: list(world.organizations) }),
    ...(random.chance(0.25) && { userids: list(world.users) }),
    ...(random.chance(0.25) && { roleids: list(world.roles) }),
  });
}

export function randomReceiver(tenant: string, world: World, random: Random): Receiver {
  return {
    tenant,
    organizations: random.some(world.organizations, 0, 3),
    user: random.chance(0.8) ? random.pick(world.users) : undefined,
    roles: random.some(world.roles, 0, 2),
  };
}

export function randomFilter(world: World, random: Random): Filter {
  const list = (name: keyof Filter, probability: number, values: () => readonly string[]): Filter =>
    random.chance(probability) ? { [name]: values() } : {};
  const parts = (part: 'entity' | 'action') => [...new Set(catalogue.map((entry) => entry[part])), 'nothing'];
  return {
    ...list('types', 0.6, () => randomPatterns(random)),
    ...list('entities', 0.2, () => random.some(parts('entity'), 0, 3)),
    ...list('actions', 0.2, () => random.some(parts('action'), 1, 4)),
    ...list('organizations', 0.2, () => random.some(world.organizations, 1, 4)),
    ...list('subjects', 0.2, () => random.some(world.subjects, 4, 9)),
  };
}

/** One to three patterns: exact types, types with runs of characters replaced by `*`, and some that match nothing. */
export function randomPatterns(random: Random): readonly string[] {
  const fixed = [
    '*',
    '*.*',
    'bank.*',
    'community.*',
    '*.*:created@v1',
    'bank',
    'b*k.tr*n:*',
    '*.*.*',
    'BANK.*',
    '**.*m*',
  ];
  const one = (): string => {
    const { type } = random.pick(catalogue);
    if (random.chance(0.5)) return random.pick(fixed);
    if (random.chance(0.3)) return type;
    const from = random.below(type.length);
    const to = from + random.below(type.length - from + 1);
    return `${type.slice(0, from)}*${type.slice(to)}`;
  };
  return Array.from({ length: 1 + random.below(3) }, one);
}
