/** What a person asked for and cannot have. The message is for them: it says what to do. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code = 'REFUSED';
  /** 1 where the state of the folder is in the way, 2 where the arguments are. */
  readonly exitCode: 1 | 2;

  constructor(message: string, { exitCode = 1, cause }: { readonly exitCode?: 1 | 2; readonly cause?: unknown } = {}) {
    super(message, { cause });
    this.exitCode = exitCode;
  }
}
