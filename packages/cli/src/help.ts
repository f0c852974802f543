import type { Option, Options } from './arguments.ts';
import type { Command } from './command.ts';

type Described = Pick<Command<Options>, 'name' | 'summary' | 'usage' | 'details' | 'examples' | 'options'>;

/** What `tidings --help` prints. */
export function renderHelp(commands: readonly Described[]): string {
  return [
    'Usage: tidings <command> [options]',
    '',
    'Talks to a Tidings hub: gets tokens, publishes events, and shows them as they happen.',
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
  ].join('\n');
}

const synopsis = (name: string, { short, value }: Option): string =>
  `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
