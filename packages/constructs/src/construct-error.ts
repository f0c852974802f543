export type ConstructErrorCode =
  /** What names the hub or a bus is none: no environment, or something that is no account, region or name. */
  | 'HUB_INVALID'
  /** No event type, or one that this package does not know. */
  | 'EVENTS_INVALID'
  /** A function that already publishes through another producer. */
  | 'ALREADY_CONNECTED'
  /** A rule without a target, or without a bus. */
  | 'RULE_INVALID'
  /** A table without the stream that it takes, or a mapping of its items that does not make the entity's events. */
  | 'TABLE_EVENTS_INVALID';

/** A construct was given something that it cannot use. It shows when the app is synthesized, before anything is deployed. */
export class ConstructError extends Error {
  override readonly name = 'ConstructError';
  readonly code: ConstructErrorCode;

  constructor(code: ConstructErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
