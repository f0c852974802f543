export * from './delivery/index.ts';
export type { Matching } from './events/pattern-types.ts';
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
} from './events/typed-events.ts';
