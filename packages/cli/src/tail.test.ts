import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testTerminal } from '../test/capture.ts';
import { event, FakeHub } from '../test/fake-hub.ts';
import { run } from './run.ts';

let hub: FakeHub;

beforeEach(async () => {
  hub = await FakeHub.start();
});

afterEach(() => hub.close());

function tail(args: readonly string[] = [], isTTY = false) {
  const terminal = testTerminal({ folder: hub.folder, isTTY });
  return { ...terminal, exitCode: run(['tail', ...args], terminal) };
}

test('shows events as they come, and what happens to the connection beside them', async () => {
  const { output, messages, interrupt, exitCode } = tail(
    ['bank.*', '--types', 'community.*', '--organization', '7', '--roles', 'admin'],
    true,
  );
  await messages.shows('live after 41');
  hub.deliver(42, 43);
  await output.shows('\n', 2);
  interrupt();
  expect(await exitCode).toBe(0);
  expect(output.lines.map(stripVTControlCharacters)).toEqual([
    expect.stringMatching(/^ {3}42 {2}.* bank\.test:created@v1 .* to everyone {2}\{"number":42\}$/),
    expect.stringMatching(/^ {3}43 {2}/),
  ]);
  expect(messages.lines.map(stripVTControlCharacters)).toEqual([
    `tidings: connecting to ws://${hub.url}/v1`,
    'tidings: live after 41',
    'tidings: stopped; to go on, pass --after 43@e1',
  ]);
  expect(hub.frames[0]).toEqual({ action: 'subscribe', id: '1', filter: { types: ['bank.*', 'community.*'] } });
  expect(hub.handshakes).toEqual([['tidings.v1', expect.stringMatching(/^bearer\.h\./)]]);
  expect(Object.fromEntries(hub.tokenRequests[0] ?? [])).toMatchObject({
    scope: 'events:read',
    tenant: 'acme',
    sub: 'alice',
    organization: '7',
    roles: 'admin',
  });
});

test('prints events as JSON into a pipe, and stops after as many as asked for', async () => {
  const { output, messages, exitCode } = tail(['--count', '2']);
  await messages.shows('live');
  hub.deliver(42, 43, 44);
  expect(await exitCode).toBe(0);
  expect(output.lines.map((line) => JSON.parse(line))).toEqual([event(42), event(43)]);
  expect(messages.lines.at(-1)).toBe('tidings: stopped; to go on, pass --after 43@e1');
});

test.each([
  ['42@e1', { epoch: 'e1', sequence: 42 }],
  ['{"epoch":"e1","sequence":42}', { epoch: 'e1', sequence: 42 }],
  ['42', { epoch: 'e1', sequence: 42 }],
  ['oldest', { sequence: 0 }],
])('begins after %s', async (after, cursor) => {
  hub.log.record(42, 43);
  const { output, interrupt, exitCode } = tail(['--after', after]);
  await output.shows('event-43');
  interrupt();
  expect(await exitCode).toBe(0);
  expect(hub.frames[0]).toEqual({ action: 'subscribe', id: '1', filter: {}, cursor });
});

test('stops while it is still connecting', async () => {
  hub.onFrame = () => [];
  const { messages, interrupt, exitCode } = tail();
  await messages.shows('connecting');
  interrupt();
  expect(await exitCode).toBe(0);
});

test.each([401, 403])('explains a handshake that is refused with %i', async (status) => {
  hub.onHandshake = () => status;
  hub.onRequest = () => ({ status, body: { code: 'TENANT_CLAIM_MISSING', detail: 'this one has none' } });
  const { messages, exitCode } = tail(['--token', 'a.b.c']);
  expect(await exitCode).toBe(1);
  expect(messages.lines.slice(-2)).toEqual([
    `tidings: the hub refused the connection (${status}): TENANT_CLAIM_MISSING: this one has none`,
    '  Use a token that names a tenant; the sandbox gives one with --tenant',
  ]);
  expect(hub.tokenRequests).toEqual([]);
  expect(messages.text).not.toContain('a.b.c');
});

test('says when the reason of a refusal lies in the socket', async () => {
  hub.onHandshake = () => 403;
  const { messages, exitCode } = tail();
  expect(await exitCode).toBe(1);
  expect(messages.lines.at(-1)).toMatch(/refused the connection \(403\), though the same token may read http/);
});

test('ends when the token of its user ends', async () => {
  const exp = Math.floor(Date.now() / 1000) + 1;
  const token = `h.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.s`;
  const { messages, exitCode } = tail(['--token', token]);
  expect(await exitCode).toBe(1);
  expect(messages.lines.at(-1)).toMatch(/^tidings: the token has ended \(.*Z\): pass a new one$/);
});

test('says of a pattern that it matches no known type, and goes on', async () => {
  const { messages, interrupt, exitCode } = tail(['bank.transaction.*', 'bank.transaction:create@v1']);
  await messages.shows('live');
  interrupt();
  expect(await exitCode).toBe(0);
  expect(messages.lines.slice(0, 2)).toEqual([
    expect.stringMatching(/^tidings: no known type matches "bank\.transaction\.\*"; did you mean bank\./),
    'tidings: no known type matches "bank.transaction:create@v1"; did you mean bank.transaction:created@v1?',
  ]);
});

test.each([
  [['x'.repeat(257)], 'the filter by types cannot be used: expected at most 256 characters, found 257'],
  [['--json', '--pretty'], 'give --json or --pretty, not both'],
  [
    ['--after', 'yesterday'],
    '--after expects oldest, now, a sequence such as 41, or a cursor such as 41@EPOCH; found "yesterday"',
  ],
  [['--after', '99'], 'there is no sequence 99 yet: the log ends with 41'],
])('refuses %j', async (args, message) => {
  const { messages, exitCode } = tail(args);
  expect(await exitCode).toBe(2);
  expect(messages.lines).toEqual([`tidings: ${message}`]);
});

test('says that the hub does not answer, and what to check', async () => {
  const closed = await FakeHub.start();
  await closed.close();
  await hub.writeTarget({ socketUrl: `ws://${closed.url}/v1` });
  const { messages, exitCode } = tail();
  expect(await exitCode).toBe(1);
  expect(messages.lines.slice(-2)).toEqual([
    `tidings: the hub does not answer at ws://${closed.url}/v1 (ECONNREFUSED)`,
    '  Check that the hub runs, and that "socketUrl" of the target is its address',
  ]);
});
