export { HubError, type HubErrorCode, isHubError } from './hub-error.ts';
export type { CallOptions, HubClientOptions } from './options.ts';
