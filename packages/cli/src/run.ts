import manifest from '../package.json' with { type: 'json' };
import { type Options, parseArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { Failure, UsageError } from './failure.ts';
import { renderCommandHelp, renderHelp } from './help.ts';
import { didYouMean } from './nearest.ts';
import { publish } from './publish.ts';
import { tail } from './tail.ts';
import { harmless, say, type Terminal } from './terminal.ts';
import { token } from './token.ts';

const HELP = { help: { type: 'boolean', short: 'h', summary: 'print this' } } as const satisfies Options;

const COMMANDS = { token: prepare(token), publish: prepare(publish), tail: prepare(tail) };

const NAMES = Object.keys(COMMANDS);

/**
 * Runs the command line. Everything that goes wrong becomes one line for the user: never a stack trace.
 * @param args without node and script
 * @returns the exit code: 0 it worked, 1 it did not, 2 it was called wrongly
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    say(terminal, `tidings: ${harmless(error instanceof Error ? error.message : String(error))}`);
    return error instanceof Failure ? error.exitCode : 1;
  }
}

async function dispatch([name, ...rest]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined) {
    say(terminal, renderHelp(Object.values(COMMANDS)));
    return 2;
  }
  if (['--help', '-h', 'help'].includes(name)) {
    const [topic] = rest;
    terminal.output.write(
      topic !== undefined && isCommand(topic) ? COMMANDS[topic].help : renderHelp(Object.values(COMMANDS)),
    );
    return 0;
  }
  if (['--version', '-v'].includes(name)) {
    terminal.output.write(`${manifest.version}\n`);
    return 0;
  }
  if (isCommand(name)) return COMMANDS[name].run(rest, terminal);
  const meant = didYouMean(name, name.startsWith('-') ? ['--help', '--version'] : NAMES);
  const kind = name.startsWith('-') ? 'option' : 'command';
  throw new UsageError(`unknown ${kind} ${JSON.stringify(name)}${meant || `; commands: ${NAMES.join(', ')}`}`);
}

const isCommand = (name: string): name is keyof typeof COMMANDS => Object.hasOwn(COMMANDS, name);

/** A command with its options behind it, so that commands with different options can stand in one list. */
function prepare<O extends Options>(command: Command<O>) {
  const options = { ...command.options, ...HELP };
  const help = renderCommandHelp({ ...command, options });
  return {
    ...command,
    options,
    help,
    run: async (args: readonly string[], terminal: Terminal): Promise<number> => {
      const given = parseArguments(args, options, {
        command: `tidings ${command.name}`,
        most: command.mostPositionals,
      });
      if (!given.flag('help')) return command.run(given, terminal);
      terminal.output.write(help);
      return 0;
    },
  };
}
