import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LIMITS } from '@tidings/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testTerminal } from '../test/capture.ts';
import { FakeHub } from '../test/fake-hub.ts';
import { run } from './run.ts';

const TYPE = 'bank.transaction:created@v1';

let hub: FakeHub;

beforeEach(async () => {
  hub = await FakeHub.start();
});

afterEach(() => hub.close());

async function publish(args: readonly string[], input = '') {
  const terminal = testTerminal({ folder: hub.folder, input });
  const exitCode = await run(['publish', ...args], terminal);
  return { exitCode, output: terminal.output.lines, messages: terminal.messages.lines };
}

const sent = () => hub.published.flatMap(({ body }) => [JSON.parse(body)].flat());

const event = (id: string, attributes: object = {}) => ({
  specversion: '1.0',
  id,
  source: 'com.tidings.bank',
  type: TYPE,
  tenantid: 'globex',
  data: {},
  ...attributes,
});

test("publishes the example of a type's schema, for the default tenant, with a token of the module's scope", async () => {
  const { exitCode, output, messages } = await publish([TYPE]);
  expect(messages).toEqual([]);
  expect(exitCode).toBe(0);
  const [published] = sent();
  expect(published).toMatchObject({ specversion: '1.0', type: TYPE, source: 'com.tidings.bank', tenantid: 'acme' });
  expect(published.data.transactionId).toBe('123e4567-e89b-12d3-a456-426614174000');
  expect(Math.abs(Date.parse(published.time) - Date.now())).toBeLessThan(60_000);
  expect(output).toEqual([`accepted  ${published.id}  ${TYPE}`]);
  expect(Object.fromEntries(hub.tokenRequests[0] ?? [])).toEqual({
    grant_type: 'client_credentials',
    client_id: 'tidings-cli',
    client_secret: 'sandbox',
    scope: 'bank',
    tenant: 'acme',
  });
  expect(hub.published[0]?.headers['content-type']).toBe('application/cloudevents+json');
  expect(hub.published[0]?.headers.authorization).toMatch(/^Bearer h\./);
});

test('sets what its options say', async () => {
  await publish([
    ...[TYPE, '--tenant', 'a:b', '--subject', 'transaction/1', '--id', 'x', '--data', '{"a":1}'],
    ...['--organizations', '1,2', '--users', 'bob', '--users', 'eve', '--roles', 'admin auditor'],
  ]);
  expect(sent()).toEqual([
    expect.objectContaining({
      tenantid: 'a:b',
      subject: 'transaction/1',
      id: 'x',
      data: { a: 1 },
      organizationids: '1,2',
      userids: 'bob,eve',
      roleids: 'admin,auditor',
    }),
  ]);
});

test('publishes as many as asked for, in batches that the hub takes', async () => {
  const { exitCode, output } = await publish([TYPE, '--count', '150']);
  expect(exitCode).toBe(0);
  expect(output).toHaveLength(150);
  expect(hub.published.map(({ body }) => JSON.parse(body).length)).toEqual([LIMITS.batchEvents, 50]);
  expect(hub.published[0]?.headers['content-type']).toBe('application/cloudevents-batch+json');
  expect(new Set(sent().map(({ id }) => id)).size).toBe(150);
});

test('splits batches by their size too', async () => {
  const large = 'x'.repeat(LIMITS.batchBytes / 3);
  const events = ['1', '2', '3', '4'].map((id) => event(id, { data: large }));
  await publish(['--file', '-'], JSON.stringify(events));
  expect(hub.published.map(({ body }) => JSON.parse(body).length)).toEqual([2, 2]);
});

test.each([
  ['one event', JSON.stringify(event('1'), undefined, 2), ['1']],
  ['an array', JSON.stringify([event('1'), event('2')], undefined, 2), ['1', '2']],
  ['one event to a line', `${JSON.stringify(event('1'))}\r\n\n${JSON.stringify(event('2'))}\n`, ['1', '2']],
  ['a byte order mark before it', `\uFEFF${JSON.stringify(event('1'))}`, ['1']],
])('publishes %s from standard input as it is', async (_, input, ids) => {
  const { exitCode } = await publish([], input);
  expect(exitCode).toBe(0);
  expect(sent()).toEqual(ids.map((id) => event(id)));
  expect(hub.tokenRequests[0]?.get('tenant')).toBe('globex');
});

test('publishes a file, with the scopes of all its modules and no single tenant', async () => {
  const events = [event('1'), event('2', { type: 'community.member:left@v1', tenantid: 'acme' })];
  await writeFile(path.join(hub.folder, 'events.json'), JSON.stringify(events));
  await publish(['--file', 'events.json', '--subject', 's']);
  expect(sent()).toEqual(events.map((one) => ({ ...one, subject: 's' })));
  expect(hub.tokenRequests[0]?.get('scope')).toBe('bank community');
  expect(hub.tokenRequests[0]?.has('tenant')).toBe(false);
});

test('leaves to the hub what is wrong in an event', async () => {
  await publish([], JSON.stringify(event('1', { type: 7, tenantid: 'a b' })));
  expect(sent()).toEqual([event('1', { type: 7, tenantid: 'a b' })]);
  expect(hub.tokenRequests[0]?.has('tenant')).toBe(false);
});

test('uses a token that it is given', async () => {
  await publish([TYPE, '--token', 'a.b.c']);
  expect(hub.tokenRequests).toEqual([]);
  expect(hub.published[0]?.headers.authorization).toBe('Bearer a.b.c');
});

test('shows what was rejected, where and why, and exits with 1', async () => {
  hub.onPublish = () => ({
    status: 202,
    body: {
      accepted: [{ id: '1', type: TYPE }],
      rejected: [
        {
          index: 1,
          id: '2',
          status: 422,
          code: 'EVENT_DATA_INVALID',
          detail: 'The data breaks its schema\u001b[2J',
          errors: [{ path: '/data/status', message: 'expected an object, found 1' }],
        },
      ],
    },
  });
  const { exitCode, output, messages } = await publish([], JSON.stringify([event('1'), event('2')]));
  expect(exitCode).toBe(1);
  expect(output).toEqual([`accepted  1  ${TYPE}`]);
  expect(messages).toEqual([
    `rejected  2  ${TYPE}`,
    '  EVENT_DATA_INVALID: The data breaks its schema\\u001b[2J',
    '    /data/status  expected an object, found 1',
    '    `tidings schema show TYPE` has what its data must be',
    '1 of 2 events rejected',
  ]);
});

test.each([
  ['nothing of an event', { accepted: [{ id: '1', type: TYPE }], rejected: [] }],
  [
    'of a rejection and not of which event',
    { accepted: [{ id: '1', type: TYPE }], rejected: [{ code: 'RATE_LIMITED' }] },
  ],
  ['of an event that was not sent', { accepted: [{ id: '1', type: TYPE }], rejected: [{ index: 2 }] }],
  ['of the same event twice', { accepted: [], rejected: [{ index: 1 }, { index: 1 }] }],
  ['nothing of what was accepted', { rejected: [] }],
])('takes no event for accepted when the hub tells %s', async (_, body) => {
  hub.onPublish = () => ({ status: 202, body });
  const { exitCode, output, messages } = await publish([], JSON.stringify([event('1'), event('2')]));
  expect([exitCode, output]).toEqual([1, []]);
  expect(messages[0]).toBe('tidings: the hub does not say what became of 2 events (HTTP 202)');
});

test('shows the problem of a request that is refused as a whole', async () => {
  hub.onPublish = () => ({ status: 401, body: { status: 401, code: 'TOKEN_EXPIRED', detail: 'exp lies in the past' } });
  const { exitCode, messages } = await publish([TYPE]);
  expect(exitCode).toBe(1);
  expect(messages).toEqual([
    'tidings: the hub takes no event: TOKEN_EXPIRED: exp lies in the past',
    '  Get another token; without --token and TIDINGS_TOKEN one is got for you',
  ]);
});

test('sends again what failed in a way that may pass, as it was', async () => {
  const accept = hub.onPublish;
  hub.onPublish = (request) => (hub.published.length === 1 ? { status: 503, body: '' } : accept(request));
  const { exitCode, output, messages } = await publish([TYPE]);
  expect(exitCode).toBe(0);
  expect(output).toHaveLength(1);
  expect(messages).toEqual([
    expect.stringMatching(/^tidings: the hub refuses: HTTP 503: .*; trying again in 0\.\d s$/),
  ]);
  expect(hub.published[1]?.body).toBe(hub.published[0]?.body);
});

test('makes do with an answer that is no problem document', async () => {
  hub.onPublish = () => ({ status: 404, body: '<html>' });
  const { messages } = await publish([TYPE]);
  expect(messages).toEqual(['tidings: the hub takes no event: HTTP 404: without a reason']);
});

test.each([
  [
    ['bank.transaction:create@v1'],
    '',
    /^tidings: unknown event type "bank.transaction:create@v1"; nearest: bank.transaction:created@v1,/,
  ],
  [['x'], '', /^tidings: unknown event type "x"; known: bank\.account:created@v1, .*bank\.test:created@v1, /],
  [[TYPE, '--file', 'x'], '', /^tidings: give a TYPE or --file, not both$/],
  [[TYPE, '--data', '{'], '', /^tidings: --data expects JSON, found \{$/],
  [[TYPE, '--id', 'x', '--count', '2'], '', /^tidings: --id names one event/],
  [['--data', '1'], '{}', /^tidings: --data goes with a TYPE/],
  [['--id', 'x'], '[{},{}]', /^tidings: --id names one event, found 2$/],
  [[TYPE, '--token', 'two words'], '', /^tidings: the token is no JWT/],
])('refuses the call %j with one line', async (args, input, line) => {
  const { exitCode, messages } = await publish(args, input);
  expect(exitCode).toBe(2);
  expect(messages).toEqual([expect.stringMatching(line)]);
  expect(hub.published).toEqual([]);
});

test.each([
  [[], '', /^tidings: standard input is empty: expected CloudEvents as JSON$/],
  [[], '[]', /^tidings: standard input has an empty array/],
  [[], '{"id":', /^tidings: standard input is no JSON: Unexpected end of JSON input$/],
  [[], '{}\n{"id"}', /^tidings: line 2 of standard input is no JSON: /],
  [[], '[1]', /^tidings: event 1 of standard input is no JSON object: found 1$/],
  [[], `{"data":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, /^tidings: an event cannot be sent: it is nested deeper/],
  [['--file', 'nope.json'], '', /^tidings: cannot read nope\.json \(ENOENT\)$/],
])('refuses the input of %j %# with one line', async (args, input, line) => {
  const { exitCode, messages } = await publish(args, input);
  expect(exitCode).toBe(1);
  expect(messages).toEqual([expect.stringMatching(line)]);
});
