export { ConstructError, type ConstructErrorCode } from './construct-error.ts';
export type { Retry } from './delivery.ts';
export type { HubReference } from './hub.ts';
export type { PublishedEvents } from './published-events.ts';
export { TidingsInbox, type TidingsInboxProps } from './tidings-inbox.ts';
export { TidingsProducer, type TidingsProducerProps } from './tidings-producer.ts';
export { type RuleSource, TidingsRule, type TidingsRuleProps } from './tidings-rule.ts';
