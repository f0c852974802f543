export { type ApiClientOptions, TidingsApiClient } from './api-client.ts';
export type { ClientCredentials } from './client-credentials.ts';
export { type CompleteEvent, newEvent } from './new-event.ts';
export type { AbortSignalLike, Fetch, FetchInit, FetchResponse } from './platform.ts';
export type { Validate } from './prepare.ts';
export {
  type ClientCode,
  isPublishError,
  PublishError,
  type PublishErrorCode,
  type PublishOutcome,
  type PublishProblem,
} from './publish-error.ts';
export {
  type AcceptedEvent,
  type PublishedEvent,
  type Publisher,
  type PublishOptions,
  type PublishResult,
  type RejectedEvent,
  requireAccepted,
} from './publisher.ts';
export type { PublishSurroundings } from './time-limit.ts';
export { PUBLISH_TIMING, type PublishTiming } from './timing.ts';
export type { PublishTokenReason, TokenFunction } from './token-source.ts';
