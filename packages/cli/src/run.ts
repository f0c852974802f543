import { describe } from '@tidings/contracts';
import manifest from '../package.json' with { type: 'json' };
import { COMMANDS, FIRST_WORDS, findCommand, groupOf, secondWordOf } from './commands.ts';
import { Failure, Stopped, UsageError } from './failure.ts';
import { renderGroupHelp, renderHelp } from './help.ts';
import { didYouMean } from './nearest.ts';
import { harmless, say, type Terminal } from './terminal.ts';

const HELP_WORDS = ['--help', '-h', 'help'];

/**
 * Runs the command line. Everything that goes wrong becomes a line for the user, and notes on what to do: never a stack
 * trace.
 * @param args without node and script
 * @returns the exit code: 0 it worked, 1 it did not, 2 it was called wrongly
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    if (error instanceof Stopped) return 1;
    say(terminal, `tidings: ${harmless(error instanceof Error ? error.message : String(error))}`);
    for (const note of error instanceof Failure ? error.notes : []) say(terminal, `  ${harmless(note)}`);
    return error instanceof Failure ? error.exitCode : 1;
  }
}

async function dispatch([word, ...rest]: readonly string[], terminal: Terminal): Promise<number> {
  if (word === undefined) {
    say(terminal, renderHelp(COMMANDS));
    return 2;
  }
  if (HELP_WORDS.includes(word)) {
    terminal.output.write(helpOn(rest));
    return 0;
  }
  if (['--version', '-v'].includes(word)) {
    terminal.output.write(`${manifest.version}\n`);
    return 0;
  }
  const command = findCommand(word);
  if (command !== undefined) return command.run(rest, terminal);
  const group = groupOf(word);
  if (group.length > 0) return dispatchGroup(word, rest, terminal);
  throw unknown(word, word.startsWith('-') ? ['--help', '--version'] : FIRST_WORDS);
}

async function dispatchGroup(group: string, [word, ...rest]: readonly string[], terminal: Terminal): Promise<number> {
  const commands = groupOf(group);
  if (word === undefined) {
    say(terminal, renderGroupHelp(group, commands));
    return 2;
  }
  if (HELP_WORDS.includes(word)) {
    terminal.output.write(helpOn([group, ...rest]));
    return 0;
  }
  const command = findCommand(`${group} ${word}`);
  if (command !== undefined) return command.run(rest, terminal);
  const names = commands.map(({ name }) => secondWordOf(name));
  throw unknown(word, word.startsWith('-') ? ['--help'] : names, `${group} `);
}

function helpOn([first, second]: readonly string[]): string {
  if (first === undefined) return renderHelp(COMMANDS);
  const command = findCommand(first) ?? findCommand(`${first} ${second}`);
  if (command !== undefined) return command.help;
  const group = groupOf(first);
  if (group.length > 0) return renderGroupHelp(first, group);
  throw unknown(first, FIRST_WORDS);
}

function unknown(word: string, names: readonly string[], before = ''): UsageError {
  const kind = word.startsWith('-') ? 'option' : 'command';
  const known = word.startsWith('-') ? '; see `tidings --help`' : `; commands: ${names.join(', ')}`;
  return new UsageError(`unknown ${before}${kind} ${describe(word)}${didYouMean(word, names) || known}`);
}
