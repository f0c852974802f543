import type { EventDataByType } from '@tidings/contracts/gen/event-types.ts';
import type { EventTypeName, NewEvent, NewEventAttributes } from './typed-events.ts';

/** What an event of a type says besides the type itself: its data, whose it is, and what else is known of it. */
export type EventContent<Type extends EventTypeName> = NewEventAttributes & { readonly data: EventDataByType[Type] };

/**
 * An event to publish. Nothing is filled in and nothing is checked here: that is for whoever publishes it.
 * Every event type has a constructor of its own that calls this, such as `bankTransactionCreatedV1`.
 */
export function createEvent<Type extends EventTypeName>(type: Type, content: EventContent<Type>): NewEvent<Type> {
  // The compiler cannot see that the union over `Type` has exactly this member.
  return { ...content, type } as unknown as NewEvent<Type>;
}
