import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { event, FakeHub } from '../test/fake-hub.ts';

const TSX = import.meta.resolve('tsx');
const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

let hub: FakeHub;
const processes: ChildProcess[] = [];

beforeEach(async () => {
  hub = await FakeHub.start();
});

afterEach(async () => {
  for (const child of processes.splice(0)) child.kill('SIGKILL');
  await hub.close();
});

const command = (args: readonly string[]): readonly string[] => ['--import', TSX, MAIN, ...args];

function tidings(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, command(args), {
    cwd: hub.folder,
    env: { PATH: process.env['PATH'], ...environment },
  });
  processes.push(child);
  return { child, exited: once(child, 'exit'), messages: text(child.stderr) };
}

/** Resolves once a subscription has been answered. */
const subscribed = (): Promise<void> =>
  new Promise((resolve) => {
    hub.onFrame = () => {
      setImmediate(resolve);
      return undefined;
    };
  });

test('ends with 0 when nobody reads what tail prints any more', async () => {
  const ready = subscribed();
  const { child, exited, messages } = tidings(['tail', '--json']);
  await ready;
  hub.deliver(42);
  const [line] = await once(child.stdout, 'data');
  expect(JSON.parse(line)).toEqual(event(42));
  child.stdout.destroy();
  await once(child.stdout, 'close');
  hub.deliver(43);
  expect(await exited).toEqual([0, null]);
  expect((await messages).split('\n')).toEqual([expect.any(String), 'tidings: live after 41', '']);
});

test.runIf(existsSync('/dev/full')).each([[['schema', 'list']], [['replay', '--quiet']]])(
  'ends with 1 and says why where the output cannot be written: %j',
  async (args) => {
    hub.log.record(42, 43);
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, command(args), { cwd: hub.folder, stdio: ['ignore', full, 'pipe'] });
    processes.push(child);
    closeSync(full);
    const [messages, exited] = await Promise.all([text(child.stderr as Readable), once(child, 'exit')]);
    expect(messages).toBe('tidings: cannot write the output (ENOSPC): what is there is not whole\n');
    expect(exited).toEqual([1, null]);
  },
);

test.each(['SIGINT', 'SIGTERM'] as const)('ends with 0 and says good-bye to the hub on %s', async (signal) => {
  const ready = subscribed();
  const { child, exited } = tidings(['tail']);
  await ready;
  const [socket] = hub.sockets;
  const goodBye = socket === undefined ? Promise.reject(new Error('No socket')) : once(socket, 'close');
  child.kill(signal);
  expect(await exited).toEqual([0, null]);
  expect((await goodBye)[0]).toBe(1000);
});

test('colours a pipe only when it is asked to', async () => {
  const plain = tidings(['publish', 'bank.test:created@v1']);
  const coloured = tidings(['publish', 'bank.test:created@v1'], { FORCE_COLOR: '1' });
  // Together: what a process has written and nobody was reading is dropped when it ends.
  const outputs = await Promise.all([text(plain.child.stdout), text(coloured.child.stdout)]);
  expect(outputs).toEqual([
    expect.stringContaining('accepted  '),
    expect.stringContaining('\u001b[32maccepted\u001b[39m  '),
  ]);
});

test('reads events from a pipe', async () => {
  const { child, exited } = tidings(['publish']);
  child.stdin.end(`${JSON.stringify({ id: '1', type: 'bank.test:created@v1' })}\n`);
  expect(await text(child.stdout)).toBe('accepted  1  bank.test:created@v1\n');
  expect(await exited).toEqual([0, null]);
});
