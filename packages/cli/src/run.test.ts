import os from 'node:os';
import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { testTerminal } from '../test/capture.ts';
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

test.each(['token', 'publish', 'tail'])('shows what %s takes, with lines to paste', async (command) => {
  const { exitCode, output } = await tidings(command, '--help');
  expect(exitCode).toBe(0);
  expect(output).toMatch(new RegExp(`^Usage: tidings ${command} `));
  expect(output).toContain('--target FILE');
  expect(output).toContain('Examples:\n');
  expect(await tidings('help', command)).toMatchObject({ output });
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
  [['subscriptions'], 'tidings: unknown command "subscriptions"; commands: token, publish, tail\n'],
  [['--verison'], 'tidings: unknown option "--verison"; did you mean --version?\n'],
  [['toString'], 'tidings: unknown command "toString"; commands: token, publish, tail\n'],
])('refuses %j with one line', async (args, messages) => {
  expect(await tidings(...args)).toEqual({ exitCode: 2, output: '', messages });
});
