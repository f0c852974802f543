export type {
  DeadLetterPage,
  DeadLetterQueueName,
  DeadLetterSummary,
  HealthQueue,
  HubHealth,
  HubMetrics,
  MetricSeries,
  QueueFill,
  RedriveAnswer,
  RedriveRequest,
  RejectedCount,
  TenantHealth,
} from '@tidings/contracts';
export { type DeadLettersOptions, type MetricsOptions, TidingsOperations } from './tidings-operations.ts';
