import { eventRoutes } from '@tidings/contracts/gen/catalogue.ts';
import type { IsBroadcast } from '../core/ports/event-definitions.ts';

const broadcast = new Set(eventRoutes.filter(({ clientBroadcast }) => clientBroadcast).map(({ type }) => type));

/** Whether the schema of a type says `clientBroadcast: true`. A type without a schema is not broadcast. */
export const isBroadcast: IsBroadcast = (type) => broadcast.has(type);
