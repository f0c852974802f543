import type { Option, Options } from './arguments.ts';
import type { Command } from './command.ts';

type Described = Pick<Command<Options>, 'name' | 'summary' | 'usage' | 'details' | 'examples' | 'options'>;
type Named = Pick<Described, 'name' | 'summary'>;

const EXIT_CODES = 'Exits with 0 if it worked, 1 if it did not, 2 if it was called wrongly.';

/** What `tidings --help` prints. */
export function renderHelp(commands: readonly Named[]): string {
  return [
    'Usage: tidings <command> [options]',
    '',
    'Talks to a Tidings hub: publishes events, shows them as they happen and as they happened, manages what services',
    'consume, and lets operators repair it.',
    '',
    ...table(commands.map(({ name, summary }) => [name, summary])),
    '',
    ...table([
      ['<command> --help', 'everything about a command'],
      ['--version', 'print the version'],
    ]),
    '',
    'Start a hub on this machine with `npm start`. Then, in two terminals:',
    '  tidings tail',
    '  tidings publish bank.transaction:created@v1',
    '',
    'Another hub is named by --target or TIDINGS_TARGET. What was asked for goes to standard output, everything else to',
    `standard error. ${EXIT_CODES}`,
    '',
  ].join('\n');
}

/** What `tidings <group> --help` prints. */
export function renderGroupHelp(group: string, commands: readonly Named[]): string {
  return [
    `Usage: tidings ${group} <command> [options]`,
    '',
    ...table(commands.map(({ name, summary }) => [name, summary])),
    '',
    ...table([[`${group} <command> --help`, 'everything about a command']]),
    '',
  ].join('\n');
}

/** What `tidings <command> --help` prints. */
export function renderCommandHelp({ name, summary, usage, details, examples, options }: Described): string {
  return [
    `Usage: tidings ${name} ${usage}`,
    '',
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    ...details,
    '',
    ...table(
      Object.entries(options).map(([option, description]) => [synopsis(option, description), description.summary]),
    ),
    '',
    'Examples:',
    ...examples.map((example) => `  ${example}`),
    '',
    EXIT_CODES,
    '',
  ].join('\n');
}

const synopsis = (name: string, { short, value }: Option): string =>
  `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
