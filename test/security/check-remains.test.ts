import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { checkRemains } from '../acceptance/aftermath.ts';

const TOKEN = ['eyJhbGciOiJSUzI1NiJ9', 'eyJzdWIiOiJzb21lYm9keSJ9', 'c2lnbmF0dXJl'.repeat(20)].join('.');
const LINE = '{"level":"INFO","message":"Request refused","code":"TOKEN_EXPIRED"}\n';
/** What the exceptions are for, so that none of them is superfluous. */
const EXCEPTED = [
  ['fan-out', 'logs:PutLogEvents', 'arn:logs'],
  ['fan-out', 'xray:PutTraceSegments', '*'],
  ['fan-out', 'dynamodb:DeleteItem', 'arn:table/tidings-dev-ConnectionsTable'],
  ['fan-out', 'sqs:SendMessage', 'arn:tidings-dev-DoorbellQueue'],
  ['socket', 'execute-api:ManageConnections', 'arn:api/v1/GET/@connections/*'],
] as const;

/** What a run has left, with something planted. */
function remains({ log = LINE, output = 'Tidings is up\n', unused = false, uses = 0, isWhole = true }) {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const folder = mkdtempSync(join(tmpdir(), 'tidings-remains-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const access: Record<string, object[]> = {};
  const idle = unused ? [['query-api', 'dynamodb:DeleteItem', 'arn:table/tidings-dev-EventLogTable'] as const] : [];
  for (const [name, action, resource] of EXCEPTED) {
    access[`tidings-dev-${name}`] = [...(access[`tidings-dev-${name}`] ?? []), { action, resource, uses: 0 }];
  }
  for (const [name, action, resource] of idle) access[`tidings-dev-${name}`] = [{ action, resource, uses }];
  const secretsFile = join(folder, 'secrets.jsonl');
  writeFileSync(secretsFile, `${JSON.stringify({ kind: 'token', text: TOKEN })}\n`);
  writeFileSync(join(folder, 'access.json'), JSON.stringify(access));
  writeFileSync(join(folder, 'tidings-dev-fan-out.log'), log);
  return { left: [{ logFolder: folder, output }], secretsFile, isWhole };
}

it('a run that has left nothing ends well', () => {
  expect(() => checkRemains(remains({}))).not.toThrow();
});

it.each([
  [
    'a token in the log of a function',
    { log: `${LINE}{"authorization":"Bearer ${TOKEN}"}\n` },
    'fan-out.log:2 repeats a token',
  ],
  ['a signature alone', { log: `${TOKEN.split('.')[2]}\n` }, 'fan-out.log:1 repeats a token'],
  ['a token in what the sandbox printed', { output: `started\n${TOKEN}` }, 'printed:2 repeats a token'],
  [
    'an example’s payload',
    { log: '{"data":"acct:x"}\n{"license":"2947b4ae-0d40-447b-886f-dcd3aa11648b;693081080913543;1198"}' },
    'fan-out.log:2 repeats a payload',
  ],
  [
    'a call that nothing allows',
    { log: '{"message":"f is not authorized to perform: sqs:SendMessage on resource: arn:q, because"}' },
    'lacks sqs:SendMessage on arn:q',
  ],
  ['a permission that nothing uses', { unused: true }, 'tidings-dev-query-api may dynamodb:DeleteItem'],
])('a run that has left %s fails', (_, planted, finding) => {
  expect(() => checkRemains(remains(planted))).toThrow(finding);
});

it('a part of the suite is not asked for permissions that it did not use', () => {
  expect(() => checkRemains(remains({ unused: true, isWhole: false }))).not.toThrow();
});

it('a run without logs proves nothing', () => {
  const run = remains({});
  for (const { logFolder } of run.left) rmSync(join(logFolder, 'tidings-dev-fan-out.log'));
  expect(() => checkRemains(run)).toThrow('nothing was searched');
});

it('a run on two hubs fails for what one of them has left', () => {
  const [clean, spoilt] = [remains({}), remains({ log: `${LINE}${TOKEN}\n` })];
  const run = { ...clean, left: [...clean.left, ...spoilt.left] };
  expect(() => checkRemains(run)).toThrow('fan-out.log:2 repeats a token');
});

it('a permission that one of two hubs has used is of use', () => {
  const [idle, busy] = [remains({ unused: true }), remains({ unused: true, uses: 1 })];
  expect(() => checkRemains({ ...idle, left: [...idle.left, ...idle.left] })).toThrow('may dynamodb:DeleteItem');
  expect(() => checkRemains({ ...idle, left: [...idle.left, ...busy.left] })).not.toThrow();
});
