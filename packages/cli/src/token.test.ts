import { afterEach, beforeEach, expect, test } from 'vitest';
import { testTerminal } from '../test/capture.ts';
import { FakeHub } from '../test/fake-hub.ts';
import { run } from './run.ts';

let hub: FakeHub;

beforeEach(async () => {
  hub = await FakeHub.start();
});

afterEach(() => hub.close());

async function token(args: readonly string[] = [], environment: Readonly<Record<string, string>> = {}) {
  const terminal = testTerminal({ folder: hub.folder, environment });
  const exitCode = await run(['token', ...args], terminal);
  return { exitCode, output: terminal.output.text, messages: terminal.messages.text };
}

test('prints the token and nothing else', async () => {
  hub.onToken = () => ({ status: 200, body: { access_token: 'a.b.c', expires_in: 60 } });
  expect(await token()).toEqual({ exitCode: 0, output: 'a.b.c\n', messages: '' });
});

test('asks for nothing but all scopes, unless it is told', async () => {
  await token();
  expect(Object.fromEntries(hub.tokenRequests[0] ?? [])).toEqual({
    grant_type: 'client_credentials',
    client_id: 'tidings-cli',
    client_secret: 'sandbox',
    scope: 'bank community events:read subscriptions:write',
  });
});

test('asks for the claims that its options name', async () => {
  await token([
    ...['--scope', 'bank', '--tenant', 'acme', '--organization', '1', '--organization', '2', '--sub', 'bob'],
    ...['--roles', 'admin auditor', '--expires-in', '60'],
  ]);
  expect(Object.fromEntries(hub.tokenRequests[0] ?? [])).toMatchObject({
    scope: 'bank',
    tenant: 'acme',
    organization: '1 2',
    sub: 'bob',
    roles: 'admin auditor',
    expires_in: '60',
  });
});

test('is the client that options and environment name, options first', async () => {
  await token(['--client-id', 'mine'], { TIDINGS_CLIENT_ID: 'other', TIDINGS_CLIENT_SECRET: 'secret' });
  expect(hub.tokenRequests[0]?.get('client_id')).toBe('mine');
  expect(hub.tokenRequests[0]?.get('client_secret')).toBe('secret');
});

test('asks for a client where the issuer is not on this machine', async () => {
  await hub.writeTarget({ tokenUrl: 'https://login.example/token' });
  expect(await token()).toMatchObject({
    exitCode: 2,
    messages: 'tidings: tokens of this hub take a client: set TIDINGS_CLIENT_ID or pass --client-id, or pass --token\n',
  });
});

test('says so where tokens come from elsewhere', async () => {
  await hub.writeTarget({ tokenUrl: undefined });
  const { exitCode, messages } = await token(['--client-id', 'a', '--client-secret', 'b']);
  expect(exitCode).toBe(1);
  expect(messages).toMatch(/has no "tokenUrl" to get a token from: pass --token, or set TIDINGS_TOKEN\n$/);
});

test('says why the issuer refuses', async () => {
  hub.onToken = () => ({ status: 400, body: { error: 'invalid_scope', error_description: 'no such scope' } });
  const { exitCode, messages } = await token();
  expect(exitCode).toBe(1);
  expect(messages).toBe(
    `tidings: the issuer at http://${hub.url}/token gives no token (400): invalid_scope: no such scope\n`,
  );
});

test('says that nobody answers, and what to check', async () => {
  const closed = await FakeHub.start();
  await closed.close();
  await hub.writeTarget({ tokenUrl: `http://${closed.url}/token` });
  const { exitCode, messages } = await token();
  expect(exitCode).toBe(1);
  expect(messages).toBe(
    `tidings: the issuer does not answer at http://${closed.url}/token (ECONNREFUSED)\n  Check that it runs, and that the target names its address\n`,
  );
});
