import { type EventTypeEntry, eventTypes } from '@tidings/contracts/gen/catalogue.ts';
import type { IsBroadcast } from '../core/ports/event-definitions.ts';

const known: readonly EventTypeEntry[] = eventTypes;
const broadcast = new Set(known.filter(({ clientBroadcast }) => clientBroadcast).map(({ type }) => type));

/** Whether the schema of a type says `clientBroadcast: true`. A type without a schema is not broadcast. */
export const isBroadcast: IsBroadcast = (type) => broadcast.has(type);
