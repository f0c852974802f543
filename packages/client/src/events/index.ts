export { compilePattern, type Matcher } from '@tidings/contracts';
export * from '@tidings/contracts/gen/constants.ts';
export type * from '@tidings/contracts/gen/event-types.ts';
export * from '../../gen/constructors.ts';
export { createEvent, type EventContent } from './create-event.ts';
export type { Condition, DataConditions, EventConditions, EventFilter, Scalar } from './event-conditions.ts';
export {
  type EventBridgePattern,
  EventPatternError,
  type EventPatternErrorCode,
  eventPattern,
} from './event-pattern.ts';
export type { Matching } from './pattern-types.ts';
export type {
  EventData,
  EventMatching,
  EventTypeName,
  Identifiers,
  NewEvent,
  NewEventAttributes,
  PatternThatMatches,
  TidingsEvent,
  TypesMatching,
} from './typed-events.ts';
