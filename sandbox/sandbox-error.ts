/**
 * Something that the person at the terminal can put right: a taken port, a resource that the sandbox does not know.
 * Its message is all that they are shown.
 */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
}

/** A wrong argument. */
export class UsageError extends SandboxError {}

/** The message of whatever was thrown, on one line. */
export const messageOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).replaceAll(/\s*\n\s*/g, ' ');

/** A fault in the template, named by where it is. */
export class TemplateError extends SandboxError {
  constructor(resource: { readonly id: string; readonly type: string }, property: string, message: string) {
    super(`Resource "${resource.id}" (${resource.type}), ${property}: ${message}`);
  }
}

/** An answer that an AWS service gives to a request that it refuses. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  readonly queryCode: string | undefined;

  /**
   * @param code the error's shape name, such as `QueueDoesNotExist`: an SDK makes it the `name` of what it throws
   * @param status HTTP status
   * @param queryCode the code of the service's older query protocol, where its SDK still speaks of that one
   */
  constructor(code: string, message: string, status = 400, queryCode?: string) {
    super(message);
    this.code = code;
    this.status = status;
    this.queryCode = queryCode;
  }
}
