import type { EventDefinition, EventDefinitions } from '../../lambdas/core/ports/event-definitions.ts';

/** A type of event in the simulated world. */
export interface SimulatedType {
  readonly type: string;
  readonly module: string;
  readonly entity: string;
  readonly action: string;
  /** Whether browsers may see it. */
  readonly isBroadcast: boolean;
}

export const TYPES: readonly SimulatedType[] = [
  { type: 'bank.transaction:created@v1', module: 'bank', entity: 'transaction', action: 'created', isBroadcast: true },
  { type: 'bank.transaction:failed@v1', module: 'bank', entity: 'transaction', action: 'failed', isBroadcast: true },
  {
    type: 'bank.account.limit:changed@v2',
    module: 'bank',
    entity: 'account.limit',
    action: 'changed',
    isBroadcast: true,
  },
  { type: 'bank.audit:created@v1', module: 'bank', entity: 'audit', action: 'created', isBroadcast: false },
  { type: 'community.post:created@v1', module: 'community', entity: 'post', action: 'created', isBroadcast: true },
];

export const sourceOf = (module: string): string => `com.tidings.${module}`;

const definitions = new Map(
  TYPES.map(({ type, module }): [string, EventDefinition] => [
    type,
    {
      type,
      module,
      source: sourceOf(module),
      validate: (data) => (data === 'bad' ? [{ path: '', message: 'expected anything but "bad"' }] : []),
    },
  ]),
);

/** What the simulated hub knows of types. */
export const DEFINITIONS: EventDefinitions = {
  find: (type) => definitions.get(type),
  types: TYPES.map(({ type }) => type),
};

const forBrowsers = new Set(TYPES.filter((type) => type.isBroadcast).map(({ type }) => type));
export const isBroadcast = (type: string): boolean => forBrowsers.has(type);
