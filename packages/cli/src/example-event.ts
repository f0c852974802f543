import { randomUUID } from 'node:crypto';
import { type EventTypeEntry, eventTypes } from '@tidings/contracts/gen/catalogue.ts';
import { UsageError } from './failure.ts';
import { nearest } from './nearest.ts';

/** An event on its way to the hub, which alone judges it. */
export type EventDraft = Readonly<Record<string, unknown>>;

const TYPES: readonly EventTypeEntry[] = eventTypes;

/** The names of all types that have a schema. */
export const KNOWN_TYPES: readonly string[] = TYPES.map(({ type }) => type);

/**
 * What the schemas say about a type.
 * @throws UsageError with the nearest types when there is none of that name
 */
export function findType(name: string): EventTypeEntry {
  const entry = TYPES.find(({ type }) => type === name);
  if (entry !== undefined) return entry;
  const near = nearest(name, KNOWN_TYPES);
  const known = near.length > 0 ? `nearest: ${near.join(', ')}` : `known: ${KNOWN_TYPES.join(', ')}`;
  throw new UsageError(`unknown event type ${JSON.stringify(name)}; ${known}`);
}

/** New events of a type: the schema's examples in turn, or the same data, each with its own id and time. */
export function makeEvents(entry: EventTypeEntry, count: number, data?: { readonly value: unknown }): EventDraft[] {
  const { examples, source, type } = entry;
  return Array.from({ length: count }, (_, index) => ({
    specversion: '1.0',
    id: randomUUID(),
    source,
    type,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data: data === undefined ? examples[index % examples.length] : data.value,
  }));
}
