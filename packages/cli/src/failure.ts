/** How a failure came about, and what else its user should know. */
export interface FailureOptions extends ErrorOptions {
  /** Lines below the message: single mistakes, and what to do. */
  readonly notes?: readonly string[];
}

/** Ends the command with a line for its user, and notes below it. Its message names what was found and what was expected. */
export class Failure extends Error {
  override readonly name: string = 'Failure';
  /** 1: it did not work; 2: it was called wrongly. */
  readonly exitCode: 1 | 2 = 1;
  readonly notes: readonly string[];

  constructor(message: string, { notes = [], ...options }: FailureOptions = {}) {
    super(message, options);
    this.notes = notes;
  }
}

/** The command was called wrongly. */
export class UsageError extends Failure {
  override readonly name = 'UsageError';
  override readonly exitCode = 2;
}

/** Nobody answers at an address, or not in time. Trying again may help. */
export class Unreachable extends Failure {
  override readonly name = 'Unreachable';
}

/** The user has ended the command before it was done, by Ctrl-C or by closing what it writes to. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}
