import { type Completion, type Options, parseArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { renderCommandHelp } from './help.ts';
import type { Terminal } from './terminal.ts';

const HELP = { help: { type: 'boolean', short: 'h', summary: 'print this' } } as const satisfies Options;

/** A command with its options behind it, so that commands with different options can stand in one list. */
export interface PreparedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: Options;
  readonly complete: Completion | undefined;
  readonly help: string;
  /** @param args what follows the name */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

export function prepare<O extends Options>(command: Command<O>): PreparedCommand {
  const { name, summary, complete, mostPositionals } = command;
  const options = { ...command.options, ...HELP };
  const help = renderCommandHelp({ ...command, options });
  return {
    name,
    summary,
    options,
    complete,
    help,
    async run(args, terminal) {
      const given = parseArguments(args, options, { command: `tidings ${name}`, most: mostPositionals });
      if (!given.flag('help')) return command.run(given, terminal);
      terminal.output.write(help);
      return 0;
    },
  };
}
