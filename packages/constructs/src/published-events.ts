import { type EventTypeName, MODULES, SOURCE_BY_TYPE } from '@tidings/client';
import type { ModuleName } from '@tidings/client/bus';
import type { BusEvents } from '@tidings/contracts';
import { closest } from 'fastest-levenshtein';
import { ConstructError } from './construct-error.ts';

/** Which events somebody publishes. At least one module or type has to be named. */
export interface PublishedEvents {
  /**
   * Modules with all of their event types.
   * @default none
   */
  readonly modules?: readonly ModuleName[];
  /**
   * Single event types, in addition.
   * @default none
   */
  readonly types?: readonly EventTypeName[];
}

const KNOWN = Object.keys(SOURCE_BY_TYPE) as readonly EventTypeName[];

const moduleOf = (type: string): ModuleName => type.slice(0, type.indexOf('.')) as ModuleName;

/**
 * The events by their modules, sorted: each module has a bus of its own.
 *
 * @param path of the construct that was given them, for the message
 * @throws ConstructError EVENTS_INVALID
 */
export function eventsByModule(
  { modules = [], types = [] }: PublishedEvents,
  path: string,
): ReadonlyMap<ModuleName, BusEvents> {
  for (const module of modules) checkKnown('modules', module, Object.keys(MODULES), path);
  for (const type of types) checkKnown('types', type, KNOWN, path);
  const published = KNOWN.filter((type) => types.includes(type) || modules.includes(moduleOf(type)));
  if (published.length === 0) {
    throw new ConstructError('EVENTS_INVALID', `${path}: expected a module or an event type at least, found none`);
  }
  const found = new Map<ModuleName, EventTypeName[]>();
  for (const type of published) found.set(moduleOf(type), [...(found.get(moduleOf(type)) ?? []), type]);
  return new Map(
    [...found].map(([module, own]) => [
      module,
      { sources: [...new Set(own.map((type) => SOURCE_BY_TYPE[type]))], types: own },
    ]),
  );
}

function checkKnown(property: string, value: string, known: readonly string[], path: string): void {
  if (known.includes(value)) return;
  const hint = typeof value === 'string' ? ` Did you mean ${closest(value, [...known])}?` : '';
  throw new ConstructError(
    'EVENTS_INVALID',
    `${path}: expected ${property} that this version of @tidings/client knows, found ${JSON.stringify(value)}.${hint}`,
  );
}
