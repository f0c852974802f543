export { CODES, type Code, isTidingsError, TidingsError, type Violation } from './codes.ts';
export { type Cursor, type Head, padSequence } from './cursor.ts';
export { type ProducedEvent, parseEvent, type RecordedEvent, splitList } from './envelope.ts';
export { type EventType, eventTypeProblem, parseEventType, TYPE_GRAMMAR } from './event-type.ts';
export { compileFilter, FILTER_LISTS, type Filter, type Filterable, parseFilter } from './filter.ts';
export {
  CLIENT_ACTIONS,
  type ClientFrame,
  type ErrorFrame,
  type EventsFrame,
  eventsFrame,
  FRAME_OVERHEAD_BYTES,
  FrameError,
  HEARTBEAT_SECONDS,
  type HubFrame,
  parseClientFrame,
  SUBPROTOCOL,
  type SubscribedFrame,
  type SubscribeFrame,
  TOKEN_SUBPROTOCOL_PREFIX,
} from './frames.ts';
export {
  asEventId,
  asSequence,
  asTenantId,
  describe,
  type EventId,
  identifierProblem,
  type Sequence,
  type TenantId,
} from './identifiers.ts';
export { escapePointer, type JsonOptions, parseJson } from './json-document.ts';
export { LIMITS } from './limits.ts';
export { compilePattern, type Matcher } from './pattern.ts';
