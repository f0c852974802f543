import type { Arguments, Completion, Options } from './arguments.ts';
import type { Terminal } from './terminal.ts';

/** One of the commands, as its help describes it. */
export interface Command<O extends Options> {
  /** One word, or the group's and its own: `schema list`. */
  readonly name: string;
  readonly summary: string;
  /** What follows the name, such as `[TYPE] [options]`. */
  readonly usage: string;
  /** What is worth knowing besides the options. */
  readonly details: readonly string[];
  /** Lines to paste. */
  readonly examples: readonly string[];
  readonly options: O;
  /** How many arguments may stand beside the options. */
  readonly mostPositionals: number;
  /** What a shell may complete the arguments by. */
  readonly complete?: Completion;
  /** @returns the exit code */
  run(given: Arguments<keyof O & string>, terminal: Terminal): Promise<number>;
}

/** Lets a command's options be inferred from its description. */
export const defineCommand = <const O extends Options>(command: Command<O>): Command<O> => command;
