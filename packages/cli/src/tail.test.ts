import { afterEach, beforeEach, expect, test } from 'vitest';
import { testTerminal } from '../test/capture.ts';
import { event, FakeHub } from '../test/fake-hub.ts';
import { run } from './run.ts';

let hub: FakeHub;

beforeEach(async () => {
  hub = await FakeHub.start();
});

afterEach(() => hub.close());

function tail(args: readonly string[] = []) {
  const terminal = testTerminal({ folder: hub.folder });
  return { ...terminal, exitCode: run(['tail', ...args], terminal) };
}

test('shows events as they come, and what happens to the connection beside them', async () => {
  const { output, messages, interrupt, exitCode } = tail(['bank.*', '--organization', '7', '--roles', 'admin']);
  await messages.shows('live at head 41');
  hub.deliver(42, 43);
  await output.shows('\n', 2);
  interrupt();
  expect(await exitCode).toBe(0);
  expect(output.lines).toEqual([
    expect.stringMatching(/^ {3}42 {2}.* bank\.test:created@v1 .* to everyone {2}\{"number":42\}$/),
    expect.stringMatching(/^ {3}43 {2}/),
  ]);
  expect(messages.lines).toEqual([`tidings: connecting to ws://${hub.url}/v1`, 'tidings: live at head 41']);
  expect(hub.frames).toEqual([{ action: 'subscribe', id: '1', filter: { types: ['bank.*'] } }]);
  expect(hub.handshakes).toEqual([['tidings.v1', expect.stringMatching(/^bearer\.h\./)]]);
  expect(Object.fromEntries(hub.tokenRequests[0] ?? [])).toMatchObject({
    scope: 'events:read',
    tenant: 'acme',
    sub: 'alice',
    organization: '7',
    roles: 'admin',
  });
});

test('prints events as JSON, and stops after as many as asked for', async () => {
  const { output, messages, exitCode } = tail(['--json', '--count', '2']);
  await messages.shows('live');
  hub.deliver(42, 43, 44);
  expect(await exitCode).toBe(0);
  expect(output.lines.map((line) => JSON.parse(line))).toEqual([event(42), event(43)]);
  expect(hub.frames).toEqual([{ action: 'subscribe', id: '1', filter: {} }]);
});

test('stops while it is still connecting', async () => {
  hub.onSubscribe = () => undefined;
  const { messages, interrupt, exitCode } = tail();
  await messages.shows('connecting');
  interrupt();
  expect(await exitCode).toBe(0);
});

test.each([401, 403])('explains a handshake that is refused with %i', async (status) => {
  hub.onHandshake = () => status;
  hub.onRead = () => ({ status, body: { code: 'TENANT_CLAIM_MISSING', detail: 'this one has none' } });
  const { messages, exitCode } = tail(['--token', 'a.b.c']);
  expect(await exitCode).toBe(1);
  expect(messages.lines.at(-1)).toBe(
    `tidings: the hub refused the connection (${status}): TENANT_CLAIM_MISSING: this one has none`,
  );
  expect(hub.tokenRequests).toEqual([]);
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
  const { messages, interrupt, exitCode } = tail(['bank.transaction.*']);
  await messages.shows('live');
  interrupt();
  expect(await exitCode).toBe(0);
  expect(messages.lines[0]).toMatch(
    /^tidings: no known type matches "bank\.transaction\.\*"; known: bank\.test:created@v1/,
  );
});

test('refuses a pattern that the hub would refuse', async () => {
  const { messages, exitCode } = tail(['x'.repeat(257)]);
  expect(await exitCode).toBe(2);
  expect(messages.lines).toEqual(['tidings: the patterns cannot be used: expected at most 256 characters, found 257']);
});

test('says in one line that the hub does not answer', async () => {
  const closed = await FakeHub.start();
  await closed.close();
  await hub.writeTarget({ socketUrl: `ws://${closed.url}/v1` });
  const { messages, exitCode } = tail();
  expect(await exitCode).toBe(1);
  expect(messages.lines.slice(1)).toEqual([`tidings: the hub does not answer at ws://${closed.url}/v1 (ECONNREFUSED)`]);
});
