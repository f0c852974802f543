import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestTerminal, testTerminal } from '../test/capture.ts';
import { FakeHub } from '../test/fake-hub.ts';
import { run } from './run.ts';
import { UNREAD } from './terminal.ts';

let hub: FakeHub;

beforeEach(async () => {
  hub = await FakeHub.start();
});

afterEach(() => hub.close());

const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

function start(args: readonly string[] = [], isTTY = false) {
  const terminal = testTerminal({ folder: hub.folder, isTTY });
  return { ...terminal, exitCode: run(['replay', ...args], terminal) };
}

async function replay(...args: readonly string[]) {
  const { exitCode, output, messages } = start(args);
  return { exitCode: await exitCode, sequences: sequencesIn(output.text), messages: messages.lines };
}

const sequencesIn = (text: string): readonly number[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => Number(JSON.parse(line).sequence));

test('prints all that is retained, page by page, and how far it has come', async () => {
  hub.log.record(...from(42, 25));
  hub.log.pageLimit = 10;
  const { exitCode, sequences, messages } = await replay();
  expect(exitCode).toBe(0);
  expect(sequences).toEqual(from(42, 25));
  expect(messages).toEqual([expect.stringMatching(/^tidings: 25 events in \d+\.\d s, through 66@e1$/)]);
  expect(hub.requests).toEqual([
    'GET /events?after=0&limit=1000',
    'GET /events?after=51&epoch=e1&limit=1000',
    'GET /events?after=61&epoch=e1&limit=1000',
  ]);
});

test('prints a part, filtered', async () => {
  hub.log.record(...from(42, 25));
  const { sequences } = await replay('--after', '45@e1', '--until', '47', 'bank.*', '--subjects', 'a,b');
  expect(sequences).toEqual([46, 47]);
  expect(hub.requests).toEqual(['GET /events?types=bank.*&subjects=a%2Cb&after=45&epoch=e1&limit=2']);
});

test('stops after as many as asked for, and says where', async () => {
  hub.log.record(...from(42, 25));
  const { exitCode, sequences, messages } = await replay('--count', '3');
  expect(exitCode).toBe(0);
  expect(sequences).toEqual([42, 43, 44]);
  expect(messages).toEqual([expect.stringMatching(/through 44@e1$/)]);
});

test('ends where the log ended when it began', async () => {
  hub.log.record(42);
  hub.log.pageLimit = 1;
  hub.onRequest = () => {
    hub.log.record(hub.log.head + 1);
    return undefined;
  };
  const { sequences } = await replay();
  expect(sequences).toEqual([42, 43]);
});

test('goes on after an interruption: each event comes once', async () => {
  hub.log.record(...from(42, 25));
  hub.log.pageLimit = 10;
  const first: TestTerminal & { readonly exitCode: Promise<number> } = start();
  hub.onRequest = (_, url) => {
    if (url.searchParams.get('after') === '51') first.interrupt();
    return undefined;
  };
  expect(await first.exitCode).toBe(1);
  const said = /to go on, repeat the command with --after (\S+)/.exec(first.messages.text)?.[1] ?? '';
  expect(said).toBe('51@e1');
  const second = await replay('--after', said);
  expect([...sequencesIn(first.output.text), ...second.sequences]).toEqual(from(42, 25));
});

test('writes to a new file, and goes on with it', async () => {
  hub.log.record(...from(42, 5));
  const file = path.join(hub.folder, 'events.ndjson');
  const first = await replay('--output', 'events.ndjson', '--until', '43');
  expect(first).toMatchObject({ exitCode: 0, sequences: [] });
  const again = await replay('-o', 'events.ndjson');
  expect(again.exitCode).toBe(2);
  expect(again.messages).toEqual([
    'tidings: events.ndjson is there already: pass --append to go on with it, or remove it',
  ]);
  expect(await replay('-o', 'events.ndjson', '--append', '--after', '43@e1')).toMatchObject({ exitCode: 0 });
  expect(sequencesIn(await readFile(file, 'utf8'))).toEqual(from(42, 5));
});

test('leaves no empty file behind that would be in the way', async () => {
  expect(await replay('-o', 'events.ndjson', '--after', '99')).toMatchObject({ exitCode: 2 });
  expect(await replay('-o', 'events.ndjson')).toMatchObject({ exitCode: 0 });
});

test('is not done with a file because nobody reads what it says beside it', async () => {
  hub.log.record(...from(42, 3));
  hub.log.pageLimit = 1;
  const stop = new AbortController();
  const terminal = { ...testTerminal({ folder: hub.folder }), untilStopped: () => stop.signal };
  hub.onRequest = (_, url) => {
    if (url.searchParams.get('after') === '42') stop.abort(UNREAD);
    return undefined;
  };
  expect(await run(['replay', '--output', 'events.ndjson'], terminal)).toBe(1);
  expect(sequencesIn(await readFile(path.join(hub.folder, 'events.ndjson'), 'utf8'))).toEqual([42]);
  expect(terminal.messages.text).toContain('to go on, repeat the command with --after 42@e1 --append');
});

test('goes on with no file that ends in the middle of a line', async () => {
  await writeFile(path.join(hub.folder, 'events.ndjson'), '{"id":"1"}\n{"id"');
  const { exitCode, messages } = await replay('-o', 'events.ndjson', '--append');
  expect(exitCode).toBe(1);
  expect(messages).toEqual([
    'tidings: events.ndjson ends in the middle of a line',
    '  Take the last line off, and go on after the sequence of the line before',
  ]);
});

test('says up to where the file is whole when it cannot be written', async () => {
  hub.log.record(42);
  const { exitCode, messages } = await replay('-o', '/dev/full', '--append');
  expect(exitCode).toBe(1);
  expect(messages).toEqual([
    'tidings: stopped after 1 event; there is nothing to go on from: repeat the command as it was',
    'tidings: cannot write /dev/full (ENOSPC)',
  ]);
});

test('tries a page again that failed, with a new token if the old one has ended', async () => {
  hub.log.record(...from(42, 3));
  hub.log.pageLimit = 1;
  const failures = [{ status: 503 }, { status: 401, body: { code: 'TOKEN_EXPIRED', detail: '' } }];
  hub.onRequest = (_, url) => {
    if (url.searchParams.get('after') !== '42') return undefined;
    const failure = failures.shift();
    return failure && { body: {}, ...failure };
  };
  const { exitCode, sequences, messages } = await replay();
  expect(exitCode).toBe(0);
  expect(sequences).toEqual([42, 43, 44]);
  expect(messages[0]).toMatch(/^tidings: the hub refuses: HTTP 503: without a reason; trying again in /);
  expect(hub.tokenRequests).toHaveLength(2);
});

test('says where to go on when history is cut while it reads', async () => {
  hub.log.record(...from(42, 3));
  hub.log.pageLimit = 1;
  const cut = { code: 'HISTORY_CUT', detail: 'gone', reason: 'retention', epoch: 'e1', oldest: 60, head: 70 };
  hub.onRequest = (_, url) => (url.searchParams.get('after') === '43' ? { status: 410, body: cut } : undefined);
  const { exitCode, messages } = await replay();
  expect(exitCode).toBe(1);
  expect(messages).toEqual([
    'tidings: stopped after 2 events; to go on, repeat the command with --after 43@e1',
    'tidings: the hub refuses: HISTORY_CUT: gone',
    '  What is left begins after the cursor 59@e1',
  ]);
});

test('shows a line to read at a terminal, and no bar that would run into it', async () => {
  hub.log.record(42);
  const { exitCode, output, messages } = start([], true);
  expect(await exitCode).toBe(0);
  expect(output.text).toContain('bank.test:created@v1');
  expect(output.text).not.toContain('"specversion"');
  expect(messages.lines).toHaveLength(1);
});

test.each([
  [['--until', '5', '--after', '5'], '--until 5 comes before what --after 5 begins with: nothing is between'],
  [['--until', 'now'], '--until expects a whole number of at least 1, found "now"'],
  [['--append'], '--append goes with --output FILE'],
  [['--after', '-1'], '--after expects a value: CURSOR; found "-1"'],
  [['--after', '99'], 'there is no sequence 99 yet: the log ends with 41'],
  [['--coutn', '5'], 'unknown option --coutn; did you mean --count?'],
])('refuses %j', async (args, message) => {
  const { exitCode, messages } = await replay(...args);
  expect(exitCode).toBe(2);
  expect(messages).toEqual([`tidings: ${message}`]);
});

test('gives up at once on a hub that is not there', async () => {
  const closed = await FakeHub.start();
  await closed.close();
  await hub.writeTarget({ apiUrl: `http://${closed.url}` });
  const { exitCode, messages } = await replay();
  expect(exitCode).toBe(1);
  expect(messages).toEqual([
    'tidings: stopped after 0 events; there is nothing to go on from: repeat the command as it was',
    `tidings: the hub does not answer at http://${closed.url}/events (ECONNREFUSED)`,
    '  Check that it runs, and that the target names its address',
  ]);
});
