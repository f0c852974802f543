import type { DeliveryError, DeliveryReset, Status } from '../delivery/index.ts';
import type { EventTypeName, TidingsEvent } from '../events/typed-events.ts';

/** A `CustomEvent` with what it tells of. Written down like this so that it compiles where there is no DOM, too. */
export interface TidingsDomEvent<Detail> extends Event {
  readonly detail: Detail;
}

/** What `connectDom` dispatches, by name; event types have a `.` and a `:`, so none can be taken for another name. */
export type TidingsDomEventMap = {
  readonly [Type in EventTypeName as `tidings:${Type}`]: TidingsDomEvent<TidingsEvent<Type>>;
} & {
  /** Every event, whatever its type. */
  readonly 'tidings:event': TidingsDomEvent<TidingsEvent>;
  readonly 'tidings:status': TidingsDomEvent<Status>;
  readonly 'tidings:reset': TidingsDomEvent<DeliveryReset>;
  readonly 'tidings:error': TidingsDomEvent<DeliveryError>;
};

declare global {
  // Both are empty where there is no DOM, and add nothing where there is one.
  interface Event {}
  interface WindowEventMap extends TidingsDomEventMap {}
}
