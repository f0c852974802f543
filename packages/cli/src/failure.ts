/** Ends the command with one line for its user. Its message names what was found and what was expected. */
export class Failure extends Error {
  override readonly name: string = 'Failure';
  /** 1: it did not work; 2: it was called wrongly. */
  readonly exitCode: 1 | 2 = 1;
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
