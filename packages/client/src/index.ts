export type {
  Code,
  Filter,
  ProducedEvent,
  RecordedEvent,
  ResetReason,
  Subscription,
  SubscriptionStatus,
  Violation,
} from '@tidings/contracts';
export * from './api/index.ts';
export * from './audience/index.ts';
export * from './delivery/index.ts';
export * from './dom/index.ts';
export * from './events/index.ts';
export * from './history/index.ts';
export * from './live/index.ts';
export * from './operations/index.ts';
export * from './publish/index.ts';
export * from './subscription/index.ts';
export * from './topics/index.ts';
