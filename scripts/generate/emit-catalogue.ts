import type { EventSchema } from './event-schema.ts';
import { HEADER } from './generated-file.ts';

/** Every event type with what a program may want to know of it, as TypeScript constants. */
export function emitCatalogue(schemas: readonly EventSchema[]): string {
  const modules = [...new Set(schemas.map(({ module }) => module))].sort();
  return `${HEADER}

/** An event type, as its schema describes it. */
export interface EventTypeEntry {
  /** Such as \`bank.transaction:created@v1\`. */
  readonly type: string;
  /** Names the bus and the scope that a producer needs. */
  readonly module: string;
  readonly entity: string;
  readonly action: string;
  readonly version: number;
  /** What an event of the type has as its \`source\`. */
  readonly source: string;
  /** Whether events of the type may reach a browser. */
  readonly clientBroadcast: boolean;
  /** Services that publish it. */
  readonly producers: readonly string[];
  /** Services that are known to receive it. */
  readonly consumers: readonly string[];
  /** Whom to ask. */
  readonly owner: string | null;
  /** Whether nobody should begin to use it. */
  readonly deprecated: boolean;
  readonly title: string;
  readonly description: string;
  /** Valid \`data\`; at least one. */
  readonly examples: readonly unknown[];
}

/** All event types, sorted by type. */
export const eventTypes = ${literal(schemas.map(toEntry))} as const satisfies readonly EventTypeEntry[];

/** Of every event type, in the same order, only what a function needs to know of it: its bundle holds no more. */
export const eventRoutes: readonly Pick<EventTypeEntry, 'type' | 'module' | 'source' | 'clientBroadcast'>[] = ${literal(schemas.map(toRoute))};

/** The name of an event type that has a schema. */
export type EventTypeName = (typeof eventTypes)[number]['type'];

/** All modules, sorted: one bus and one scope each. */
export const modules = ${literal(modules)} as const;

export type ModuleName = (typeof modules)[number];
`;
}

const toEntry = (entry: EventSchema): unknown => ({
  type: entry.type,
  module: entry.module,
  entity: entry.entity,
  action: entry.action,
  version: entry.version,
  source: entry.source,
  clientBroadcast: entry.clientBroadcast,
  producers: entry.producers,
  consumers: entry.consumers,
  owner: entry.owner ?? null,
  deprecated: entry.deprecated,
  title: entry.title,
  description: entry.description,
  examples: entry.examples,
});

const toRoute = ({ type, module, source, clientBroadcast }: EventSchema): unknown => ({
  type,
  module,
  source,
  clientBroadcast,
});

// JSON is a subset of the language but for one key, `__proto__`, which no schema may hold.
const literal = (value: unknown): string => JSON.stringify(value, null, 2);
