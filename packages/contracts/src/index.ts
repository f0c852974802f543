export { type BusEvents, type PolicyConditions, putEventsConditions } from './bus-access.ts';
export {
  type AckFrame,
  CLIENT_ACTIONS,
  type ClientFrame,
  FrameError,
  parseClientFrame,
  type ResumeFrame,
  type SubscribeFrame,
  type SyncFrame,
  type TokenFrame,
} from './client-frames.ts';
export { CODES, type Code, isTidingsError, TidingsError, type Violation } from './codes.ts';
export {
  type Cursor,
  EMPTY_HEAD,
  type Head,
  NO_EPOCH,
  padSequence,
  parseCursor,
  parseSequence,
  parseStart,
  type ResetReason,
  type Start,
} from './cursor.ts';
export { type ProducedEvent, parseEvent, type RecordedEvent, splitList, timeProblem } from './envelope.ts';
export { type EventType, eventTypeProblem, parseEventType, TYPE_GRAMMAR } from './event-type.ts';
export { compileFilter, FILTER_LISTS, type Filter, type Filterable, parseFilter } from './filter.ts';
export {
  type AckedFrame,
  type ErrorFrame,
  type EventsFrame,
  eventsFrame,
  FRAME_OVERHEAD_BYTES,
  type HubFrame,
  type RenewedFrame,
  type ResetFrame,
  type SubscribedFrame,
  type SyncedFrame,
} from './hub-frames.ts';
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
export {
  DEAD_LETTER_QUEUE_NAMES,
  type DeadLetterPage,
  type DeadLetterQueueName,
  type DeadLetterSummary,
  HEALTH_QUEUES,
  type HealthQueue,
  type HubHealth,
  type HubMetrics,
  type MetricSeries,
  OPERATIONS_SCOPES,
  type QueueFill,
  type RedriveAnswer,
  type RedriveRequest,
  type RejectedCount,
  type TenantHealth,
} from './operations.ts';
export { eventPath, subscriptionPath } from './path-segment.ts';
export { compilePattern, type Matcher } from './pattern.ts';
export { HEARTBEAT_SECONDS, SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from './protocol.ts';
export { type SchemaError, schemaViolations } from './schema-violations.ts';
export {
  type Acknowledgement,
  type NewSubscription,
  parseAcknowledgement,
  parseNewSubscription,
  parseSubscriptionChange,
  parseSubscriptionName,
  SUBSCRIPTION_STATUSES,
  type Subscription,
  type SubscriptionChange,
  type SubscriptionName,
  type SubscriptionStatus,
} from './subscription.ts';
export { unfitCharacter } from './unfit-characters.ts';
