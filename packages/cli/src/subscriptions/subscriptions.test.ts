import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testTerminal } from '../../test/capture.ts';
import { event, FakeHub } from '../../test/fake-hub.ts';
import { run } from '../run.ts';

let hub: FakeHub;

beforeEach(async () => {
  hub = await FakeHub.start();
});

afterEach(() => hub.close());

function start(args: readonly string[], { isTTY = false, input = '' } = {}) {
  const terminal = testTerminal({ folder: hub.folder, isTTY, input });
  return { ...terminal, exitCode: run(['subscriptions', ...args], terminal) };
}

async function subscriptions(args: readonly string[], around: { isTTY?: boolean; input?: string } = {}) {
  const { exitCode, output, messages } = start(args, around);
  return {
    exitCode: await exitCode,
    output: stripVTControlCharacters(output.text).split('\n').filter(Boolean),
    messages: stripVTControlCharacters(messages.text).split('\n').filter(Boolean),
  };
}

const standing = (name = 'billing') => hub.subscriptions.find(name);

test('creates one that begins where it is told, with what it is to get', async () => {
  const created = await subscriptions(['create', 'billing', '--types', 'bank.*,community.*', '--actions', 'created']);
  expect(created).toEqual({
    exitCode: 0,
    output: ['"billing" is active after 41@e1: types=bank.*,community.* actions=created'],
    messages: [],
  });
  await subscriptions(['create', 'all', '--from', 'oldest']);
  await subscriptions(['create', 'late', '--from', '7']);
  await subscriptions(['create', 'later', '--from', '8@e1']);
  expect(['all', 'late', 'later'].map((name) => standing(name)?.cursor.sequence)).toEqual([0, 7, 8]);
  expect(hub.tokenRequests[0]?.get('scope')).toBe('events:read subscriptions:write');
});

test('lists them, sorted: in columns to read, with tabs in a pipe, as JSON', async () => {
  await subscriptions(['create', 'zeta', '--types', 'bank.*']);
  await subscriptions(['create', 'alpha']);
  const time = '2026-01-31T09:30:00.000Z';
  const { output } = await subscriptions(['list']);
  expect(output).toEqual([`alpha\tactive\t41@e1\t${time}\teverything`, `zeta\tactive\t41@e1\t${time}\ttypes=bank.*`]);
  const shown = await subscriptions(['list'], { isTTY: true });
  expect(shown.output[0]).toBe('NAME   STATUS  CURSOR  UPDATED                   FILTER');
  expect(shown.output[1]).toBe(`alpha  active  41@e1   ${time}  everything`);
  const { output: json } = await subscriptions(['list', '--json']);
  expect(JSON.parse(json.join('')).map(({ name }: { name: string }) => name)).toEqual(['alpha', 'zeta']);
  expect(hub.tokenRequests.at(-1)?.get('scope')).toBe('events:read');
});

test('says how to make the first', async () => {
  expect(await subscriptions(['list'])).toEqual({
    exitCode: 0,
    output: [],
    messages: ['tidings: there are no subscriptions; `tidings subscriptions create NAME` makes one'],
  });
});

test('pauses, shows and resumes one whatever its name', async () => {
  const name = 'a/b:é?#%2F';
  await subscriptions(['create', name]);
  expect((await subscriptions(['pause', name])).output).toEqual([
    `${JSON.stringify(name)} is paused after 41@e1: everything`,
  ]);
  const { exitCode, messages } = await subscriptions(['pull', name]);
  expect(exitCode).toBe(1);
  expect(messages).toEqual([
    'tidings: the hub refuses: SUBSCRIPTION_PAUSED: it is paused',
    '  `tidings subscriptions resume` lets it deliver again; nothing is lost meanwhile',
  ]);
  await subscriptions(['resume', name]);
  const { output } = await subscriptions(['show', name, '--json']);
  expect(JSON.parse(output.join(''))).toMatchObject({ name, status: 'active' });
});

test('prints what it has, again and again until it is acknowledged', async () => {
  await subscriptions(['create', 'billing']);
  hub.log.record(42, 43, 44);
  for (const _ of [1, 2]) {
    const { exitCode, output, messages } = await subscriptions(['pull', 'billing', '--limit', '2']);
    expect(exitCode).toBe(0);
    expect(output.map((line) => JSON.parse(line))).toEqual([event(42), event(43)]);
    expect(messages).toEqual(['tidings: 2 events, not acknowledged: --ack, or ack 43; there may be more up to 44']);
  }
  const acknowledged = await subscriptions(['pull', 'billing', '--limit', '2', '--ack']);
  expect(acknowledged.messages).toEqual(['tidings: 2 events, acknowledged through 43; there may be more up to 44']);
  expect((await subscriptions(['pull', 'billing', '--ack'])).messages).toEqual([
    'tidings: 1 event, acknowledged through 44',
  ]);
  expect((await subscriptions(['pull', 'billing', '--ack'])).messages).toEqual([
    'tidings: 0 events, acknowledged through 44',
  ]);
});

test('pulls page after page while it acknowledges, up to the limit', async () => {
  await subscriptions(['create', 'billing']);
  hub.log.record(42, 43, 44, 45, 46);
  hub.log.pageLimit = 2;
  const { output } = await subscriptions(['pull', 'billing', '--ack', '--limit', '3']);
  expect(output).toHaveLength(3);
  expect(standing()?.cursor.sequence).toBe(44);
});

test('follows one over a socket, and acknowledges what it has printed', async () => {
  await subscriptions(['create', 'billing']);
  hub.log.record(42);
  const { output, messages, interrupt, exitCode } = start(['pull', 'billing', '--follow', '--ack']);
  await output.shows('event-42');
  hub.deliver(43);
  await output.shows('event-43');
  interrupt();
  expect(await exitCode).toBe(0);
  expect(standing()?.cursor.sequence).toBe(43);
  expect(messages.lines.at(-1)).toBe('tidings: acknowledged through 43');
});

test('follows one until as many have come as are wanted, and leaves the rest', async () => {
  await subscriptions(['create', 'billing']);
  hub.log.record(42, 43, 44);
  const { exitCode, output } = await subscriptions(['pull', 'billing', '-f', '--ack', '-n', '2']);
  expect(exitCode).toBe(0);
  expect(output).toHaveLength(2);
  expect(standing()?.cursor.sequence).toBe(43);
});

test('acknowledges by hand, and says where it stands', async () => {
  await subscriptions(['create', 'billing', '--from', 'oldest']);
  expect(await subscriptions(['ack', 'billing', '40'])).toEqual({ exitCode: 0, output: ['40@e1'], messages: [] });
  expect(await subscriptions(['ack', 'billing', '12@e1'])).toMatchObject({ output: ['40@e1'] });
  expect(await subscriptions(['ack', 'billing', '99'])).toMatchObject({
    exitCode: 1,
    messages: ['tidings: the hub refuses: ACK_BEYOND_HEAD: found 99', expect.stringContaining('subscriptions pull')],
  });
});

test('asks before it deletes', async () => {
  await subscriptions(['create', 'billing']);
  const no = await subscriptions(['delete', 'billing'], { isTTY: true, input: '\n' });
  expect(no).toMatchObject({ exitCode: 1, output: [] });
  expect(no.messages).toEqual([
    '"billing" is active after 41@e1: everything',
    'Delete it, with its cursor? [y/N] tidings: nothing is deleted',
  ]);
  expect(await subscriptions(['delete', 'billing'], { isTTY: true, input: '' })).toMatchObject({ exitCode: 1 });
  const piped = await subscriptions(['delete', 'billing'], { input: 'y\n' });
  expect(piped).toMatchObject({
    exitCode: 2,
    messages: ['tidings: nobody can be asked here whether the subscription may go: pass --yes'],
  });
  expect(standing()).toBeDefined();
  expect(await subscriptions(['delete', 'billing'], { isTTY: true, input: 'y\n' })).toMatchObject({
    exitCode: 0,
    output: ['"billing" is deleted'],
  });
  expect(standing()).toBeUndefined();
});

test('deletes without asking where that is said', async () => {
  await subscriptions(['create', 'billing']);
  expect(await subscriptions(['delete', 'billing', '--yes'])).toMatchObject({ exitCode: 0 });
  expect(await subscriptions(['delete', 'billing', '-y'])).toMatchObject({
    exitCode: 1,
    messages: [expect.stringContaining('SUBSCRIPTION_NOT_FOUND'), expect.stringContaining('subscriptions list')],
  });
});

test('does not make anew what may have been made', async () => {
  hub.onRequest = () => ({ status: 500, body: { code: 'INTERNAL_ERROR', detail: 'broken' } });
  expect(await subscriptions(['create', 'billing'])).toMatchObject({ exitCode: 1 });
  expect(hub.requests).toHaveLength(1);
});

test.each([
  [['show'], 'give the NAME of a subscription; see `tidings subscriptions show --help`'],
  [['create', 'a,b'], /^no subscription can have that name: /],
  [['create', 'x', '--from', 'then'], /^--from expects oldest, now, a sequence such as 41, .*; found "then"$/],
  [['create', 'x', '--type', 'bank.*'], 'unknown option --type; did you mean --types?'],
  [['ack', 'x'], 'give a CURSOR: a sequence such as 41, or a cursor such as 41@EPOCH'],
  [['ack', 'x', 'all'], /^the CURSOR expects a sequence .*; found "all"$/],
  [['pull', 'x', '--limit', '1001'], '--limit expects at most 1000, found 1001; --follow takes more'],
])('refuses %j', async (args, message) => {
  const { exitCode, messages } = await subscriptions(args);
  expect(exitCode).toBe(2);
  expect(messages).toHaveLength(1);
  expect(messages[0]?.replace(/^tidings: /, '')).toMatch(
    typeof message === 'string' ? new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`) : message,
  );
  expect(hub.requests).toEqual([]);
});

test('makes control characters of others harmless', async () => {
  hub.onRequest = () => ({
    status: 200,
    body: {
      subscriptions: [
        { name: 'x\u001b[2J\ty', filter: {}, status: 'active', cursor: { epoch: 'e', sequence: 1 }, updated: 'now' },
      ],
    },
  });
  expect((await subscriptions(['list'])).output).toEqual(['x\\u001b[2J\\u0009y\tactive\t1@e\tnow\teverything']);
});
