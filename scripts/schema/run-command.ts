import path from 'node:path';
import { LockRefused } from './lock/lock-text.ts';
import { Refused } from './refused.ts';
import type { Surroundings } from './surroundings.ts';

type Command = (args: readonly string[], around: Surroundings) => Promise<number>;

/** What a shell expects of a command that Ctrl-C ended: 128 + SIGINT. */
const INTERRUPTED = 130;

/** Runs a command of this folder as a process. */
export async function runAsProcess(command: Command): Promise<void> {
  process.exitCode = await command(process.argv.slice(2), {
    schemas: path.join(import.meta.dirname, '../../schemas'),
    print: (line) => console.log(line),
    complain: (line) => console.error(line),
  });
}

/**
 * Runs a command and says in words why it could not do what it was asked.
 *
 * @returns the exit code: that of the command, 1 or 2 for what was refused, 130 after Ctrl-C
 */
export async function explained(around: Surroundings, usage: string, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof LockRefused) {
      around.complain(cause.message);
      return 1;
    }
    if (cause instanceof Refused) {
      around.complain(cause.message);
      if (cause.exitCode === 2) around.complain(usage);
      return cause.exitCode;
    }
    // How @inquirer/prompts says that Ctrl-C, or the end of the input, ended the questions.
    if (cause instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(cause.name)) {
      around.complain('Stopped. Nothing was written.');
      return INTERRUPTED;
    }
    throw cause;
  }
}
