import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testTerminal } from '../../test/capture.ts';
import { KNOWN_TYPES } from '../example-event.ts';
import { run } from '../run.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tidings-completion-'));
  await mkdir(path.join(folder, '.tidings', 'targets'), { recursive: true });
  for (const name of ['dev', 'pre-prod'])
    await writeFile(path.join(folder, '.tidings', 'targets', `${name}.json`), '{}');
});

afterAll(() => rm(folder, { recursive: true }));

async function completion(...args: readonly string[]) {
  const terminal = testTerminal({ folder });
  const exitCode = await run(['completion', ...args], terminal);
  return { exitCode, lines: terminal.output.lines, messages: terminal.messages.text };
}

const after = async (line: string) => (await completion('--line', line)).lines;

const bankTypes = KNOWN_TYPES.filter((type) => type.startsWith('bank.'));

test.each([
  ['tidings s', ['schema', 'subscriptions']],
  ['  ./node_modules/.bin/tidings   s', ['schema', 'subscriptions']],
  ['tidings subscriptions p', ['pause', 'pull']],
  ['tidings help subscriptions p', ['pause', 'pull']],
  ['tidings help re', ['replay']],
  ['tidings completion ', ['bash', 'zsh', 'fish']],
  ['tidings publish bank.', bankTypes],
  ["tidings publish 'bank.", bankTypes],
  ['tidings schema show bank.transaction:c', ['bank.transaction:created@v1']],
  ['tidings tail bank.test', ['bank.test:*', 'bank.test:created@v1']],
  ['tidings replay --json bank.test', ['bank.test:*', 'bank.test:created@v1']],
  ['tidings replay --types community.*,bank.test:', ['community.*,bank.test:*', 'community.*,bank.test:created@v1']],
  ['tidings replay --types=bank.test:c', ['--types=bank.test:created@v1']],
  ['tidings subscriptions create x --from ', ['oldest', 'now']],
  ['tidings tail --ten', ['--tenant']],
  ['tidings tail --tenant acme --ten', []],
  ['tidings tail --roles admin --rol', ['--roles']],
  ['tidings tail --tenant ', []],
  ['tidings tail --target p', ['pre-prod', ':files']],
  ['tidings publish --file ', [':files']],
  ['tidings publish -f ', [':files']],
  ['tidings dlq re', ['redrive']],
  ['tidings dlq purge d', ['doorbell']],
  ['tidings dlq redrive intake --code EVENT_D', ['EVENT_DATA_INVALID']],
  ['tidings erase --dry', ['--dry-run']],
  ['tidings nope ', []],
])('goes on after %j with %j', async (line, expected) => {
  expect(await after(line)).toEqual(expected);
});

test('offers every command, and every option that may still follow', async () => {
  expect(await after('tidings ')).toEqual(
    expect.arrayContaining(['token', 'publish', 'tail', 'replay', 'schema', 'subscriptions', 'help', '--version']),
  );
  expect(await after('tidings replay --json -')).toEqual(expect.arrayContaining(['--after', '--until', '--types']));
  expect(await after('tidings replay --json -')).not.toContain('--json');
});

test.each(['bash', 'zsh', 'fish'])('prints a script for %s that names the command', async (shell) => {
  const { exitCode, lines } = await completion(shell);
  expect(exitCode).toBe(0);
  expect(lines.join('\n')).toContain('completion --line');
});

test.each([
  [[], 'found nothing'],
  [['zhs'], 'found "zhs"; did you mean zsh?'],
])('refuses %j', async (args, message) => {
  expect(await completion(...args)).toEqual({
    exitCode: 2,
    lines: [],
    messages: `tidings: completion expects one of bash, zsh, fish; ${message}\n`,
  });
});
