import os from 'node:os';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { testTerminal } from '../../test/capture.ts';
import { KNOWN_TYPES } from '../example-event.ts';
import { run } from '../run.ts';
import { KNOWN_SCHEMAS } from './known-schemas.ts';

async function schema(args: readonly string[], isTTY = false) {
  const terminal = testTerminal({ folder: os.tmpdir(), environment: {}, isTTY });
  const exitCode = await run(['schema', ...args], terminal);
  return { exitCode, output: terminal.output.text, messages: terminal.messages.text };
}

test('has a schema for each type that there is', () => {
  expect(KNOWN_SCHEMAS.map(({ type }) => type)).toEqual(KNOWN_TYPES);
});

test('lists types with owner and title, with tabs between in a pipe', async () => {
  const { exitCode, output } = await schema(['list']);
  expect(exitCode).toBe(0);
  const rows = output.trimEnd().split('\n');
  expect(rows.map((row) => row.split('\t')[0])).toEqual(KNOWN_TYPES);
  expect(rows).toContain('bank.transaction:created@v1\tTeam Payments\tBank transaction created');
});

test('lists what patterns choose, in columns at a terminal', async () => {
  const { output } = await schema(['list', 'bank.test:*', 'community.*'], true);
  const [heading, ...rows] = stripVTControlCharacters(output).trimEnd().split('\n');
  expect(heading).toMatch(/^TYPE +OWNER +TITLE$/);
  expect(rows[0]).toMatch(/^bank\.test:created@v1 {2,}Team Platform {2,}Test record created$/);
  expect(new Set([heading, ...rows].map((row) => row?.search(/OWNER|Team/))).size).toBe(1);
  expect(rows).toHaveLength(5);
});

test('lists entries as JSON', async () => {
  const entries = JSON.parse((await schema(['list', 'bank.test:*', '--json'])).output);
  expect(entries).toEqual([
    expect.objectContaining({ type: 'bank.test:created@v1', scope: 'bank', clientBroadcast: true }),
  ]);
  expect(JSON.parse((await schema(['list', 'nope', '--json'])).output)).toEqual([]);
});

test('shows what an event must look like, to the last nested property', async () => {
  const { exitCode, output } = await schema(['show', 'bank.test:created@v1']);
  expect(exitCode).toBe(0);
  for (const part of [
    /^bank\.test:created@v1 {2}Test record created\n/,
    /\nOwner {6}Team Platform\n/,
    /\nScope {6}bank \(to publish\)\n/,
    /\n {2}firstName \* +string +\S/,
    /\n {2}address +object/,
    /\n {4}street \* +string/,
    /one of Red, Green, Blue/,
    /\nExample 1\n\{\n {2}"firstName": "John"/,
  ]) {
    expect(output).toMatch(part);
  }
});

test.each(KNOWN_TYPES)('fits %s into a terminal', async (type) => {
  const { output } = await schema(['show', type]);
  const [, table = ''] = /\nData\n(.*?)\n\nExample/s.exec(output) ?? [];
  expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
});

test('prints the JSON Schema', async () => {
  const { output } = await schema(['show', 'bank.test:created@v1', '--json']);
  expect(JSON.parse(output)).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    'x-tidings': { type: 'bank.test:created@v1' },
  });
});

test.each([
  [['show'], 2, 'give a TYPE; `tidings schema list` shows those that there are'],
  [
    ['show', 'bank.test:create@v1'],
    2,
    'unknown event type "bank.test:create@v1"; nearest: bank.test:created@v1, bank.account:created@v1, bank.transaction:created@v1',
  ],
  [['list', 'bnk.*'], 1, 'no type matches "bnk.*"; `tidings schema list` shows all'],
])('refuses %j', async (args, exitCode, message) => {
  expect(await schema(args)).toEqual({ exitCode, output: '', messages: `tidings: ${message}\n` });
});
