import os from 'node:os';
import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { testTerminal } from '../test/capture.ts';
import { COMMANDS } from './commands.ts';
import { run } from './run.ts';

async function tidings(...args: readonly string[]) {
  const terminal = testTerminal({ folder: os.tmpdir() });
  const exitCode = await run(args, terminal);
  return { exitCode, output: terminal.output.text, messages: terminal.messages.text };
}

test.each([['--help'], ['-h'], ['help']])('shows its commands for %s', async (option) => {
  const { exitCode, output } = await tidings(option);
  expect(exitCode).toBe(0);
  expect(output).toMatch(/token .*\n {2}publish .*\n {2}tail /);
});

const names = COMMANDS.map(({ name }) => name);

test.each(names)('shows what %s takes, with lines to paste and exit codes', async (command) => {
  const words = command.split(' ');
  const { exitCode, output } = await tidings(...words, '--help');
  expect(exitCode).toBe(0);
  expect(output).toMatch(new RegExp(`^Usage: tidings ${command} `));
  expect(output).toMatch(/\n {6}--|\n {2}-\w, --/);
  expect(output).toMatch(/Examples:\n {2}\S/);
  expect(output).toContain('Exits with 0');
  expect(await tidings('help', ...words)).toMatchObject({ output });
});

test.each(names)('refuses an option of %s that it does not have, and names the nearest', async (command) => {
  const { exitCode, messages } = await tidings(...command.split(' '), '--hepl');
  expect(exitCode).toBe(2);
  expect(messages).toBe('tidings: unknown option --hepl; did you mean --help?\n');
});

test.each(['schema', 'subscriptions'])('shows the commands of %s', async (group) => {
  const { exitCode, output } = await tidings(group, '--help');
  expect(exitCode).toBe(0);
  expect(output).toContain(`  ${group} list `);
  expect(await tidings('help', group)).toMatchObject({ output });
  expect(await tidings(group)).toMatchObject({ exitCode: 2, output: '', messages: `${output}\n` });
});

test('says how to be called when it is called with nothing', async () => {
  const { exitCode, output, messages } = await tidings();
  expect({ exitCode, output }).toEqual({ exitCode: 2, output: '' });
  expect(messages).toMatch(/^Usage: tidings <command>/);
});

test('prints its version', async () => {
  expect(await tidings('--version')).toEqual({ exitCode: 0, output: `${manifest.version}\n`, messages: '' });
});

test.each([
  [['tial'], 'tidings: unknown command "tial"; did you mean tail?\n'],
  [['subscriptions', 'lst'], 'tidings: unknown subscriptions command "lst"; did you mean list?\n'],
  [['schema', 'x'], 'tidings: unknown schema command "x"; commands: list, show\n'],
  [['schema', '--josn'], 'tidings: unknown schema option "--josn"; see `tidings --help`\n'],
  [['help', 'tale'], 'tidings: unknown command "tale"; did you mean tail?\n'],
  [['--verison'], 'tidings: unknown option "--verison"; did you mean --version?\n'],
  [
    ['toString'],
    'tidings: unknown command "toString"; commands: token, publish, tail, replay, schema, subscriptions, dlq, connections, tenant, export, erase, completion\n',
  ],
])('refuses %j with one line', async (args, messages) => {
  expect(await tidings(...args)).toEqual({ exitCode: 2, output: '', messages });
});
