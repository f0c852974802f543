import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readArguments } from './arguments.ts';
import { ROOT } from './assembly.ts';
import { lambda, temporaryFolder, writeAssembly } from './fixture/assembly.ts';
import { until } from './fixture/until.ts';
import type { Target } from './target.ts';

const assembly = () =>
  writeAssembly({
    resources: { Queue: { Type: 'AWS::SQS::Queue' }, F: lambda('f') },
    handlers: { f: 'exports.handler = async () => 1' },
  });

function run(...args: readonly string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'sandbox/main.ts', ...args], { cwd: ROOT });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => output.push(text));
  return { child, output: () => output.join(''), ended: once(child, 'exit') as Promise<[number | null]> };
}

const started = (file: string) => until('the target file', () => (existsSync(file) ? readTarget(file) : undefined));
const readTarget = (file: string): Target => JSON.parse(readFileSync(file, 'utf8'));

/** Processes whose parent is this one, and theirs. */
function descendants({ pid }: ChildProcess): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants({ pid: child } as ChildProcess)]);
}

const isRunning = (pid: number): boolean => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

describe('npm start', () => {
  it.each([
    [['--prot', '1'], /Unknown option '--prot'/],
    [['--port', 'x'], /--port: found "x", expected a whole number/],
    [['--port', '70000'], /--port: found "70000"/],
    [['--data'], /'--data <value>' argument missing/],
    [['extra'], /Unexpected argument 'extra'/],
  ])('refuses %j', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });

  it('says where everything is, writes it to a file, and stops everything at SIGINT', async () => {
    const file = path.join(temporaryFolder(), 'target.json');
    const { child, output, ended } = run('--port', '0', '--assembly', assembly(), '--target', file);
    const target = await started(file);
    await until('the banner', () => (output().includes('npx tidings tail') ? true : undefined));
    expect(output()).toMatch(/Tidings is up in \d\.\d s/);
    expect(output()).toContain('npx tidings publish bank.transaction:created@v1');
    expect(output()).toContain(target.awsEndpointUrl);
    const processes = descendants(child);
    expect(processes.length).toBeGreaterThan(0);
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(existsSync(file)).toBe(false);
    await until('every process to end', () => (processes.some(isRunning) ? undefined : true));
  });

  it('leaves no engine behind when it is killed', async () => {
    const file = path.join(temporaryFolder(), 'target.json');
    const { child } = run('--port', '0', '--assembly', assembly(), '--target', file);
    await started(file);
    const processes = descendants(child);
    expect(processes.length).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await until('every process to end', () => (processes.some(isRunning) ? undefined : true));
  });

  it('names a port that is taken, and the way out', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const port = (server.address() as { readonly port: number }).port;
    const { output, ended } = run('--port', String(port), '--assembly', assembly());
    expect(await ended).toEqual([1, null]);
    expect(output().trim()).toBe(
      `Port ${port} (HTTP and WebSocket APIs) is taken. Free it, choose another with --port, or any with --port 0`,
    );
  });

  it('stops for a resource that it does not know, with nothing but its name', async () => {
    const folder = writeAssembly({ resources: { Foo: { Type: 'AWS::Kinesis::Stream' } } });
    const { output, ended } = run('--port', '0', '--assembly', folder);
    expect(await ended).toEqual([1, null]);
    expect(output()).toMatch(
      /^Resource "Foo" has type AWS::Kinesis::Stream, which the sandbox does not know\. It knows: [^\n]*\n$/,
    );
  });
});
