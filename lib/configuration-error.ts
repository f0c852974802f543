/** What is wrong with the configuration. */
export type ConfigurationErrorCode =
  | 'ENVIRONMENT_UNKNOWN'
  | 'ENVIRONMENT_INVALID'
  | 'OVERRIDE_REFUSED'
  | 'MODULE_INVALID'
  | 'SCHEMA_REGISTRY_INVALID'
  | 'BUNDLE_MISSING';

/** A mistake of whoever configures a deployment. The app prints its message alone, for a stack trace would not help. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code: ConfigurationErrorCode;

  constructor(code: ConfigurationErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
