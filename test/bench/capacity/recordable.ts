import type { Recordable } from '../../../lambdas/core/record-events.ts';
import type { MadeEvent } from './realistic-events.ts';

/** A made event as the store hands it to the log. */
export function toRecordable(event: MadeEvent): Recordable {
  return { event: event as unknown as Recordable['event'], json: JSON.stringify(event) };
}
