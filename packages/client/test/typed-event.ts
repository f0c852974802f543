import type { EventTypeName, TidingsEvent } from '../src/events/typed-events.ts';
import { recordedEvent } from './recorded-event.ts';

/** An event of a type; nobody looks into its data. */
export const typedEvent = (sequence: number, type: EventTypeName = 'bank.test:created@v1'): TidingsEvent =>
  ({ ...recordedEvent(sequence), type }) as unknown as TidingsEvent;
