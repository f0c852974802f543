import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { getAtt, lambda, ref, temporaryFolder, writeAssembly } from './fixture/assembly.ts';
import { clientsOf } from './fixture/clients.ts';
import { allEnded, descendants, isRunning, programOf, run, runIn, started } from './fixture/process.ts';
import { until } from './fixture/until.ts';
import type { Target } from './target.ts';

const assembly = () =>
  writeAssembly({
    resources: {
      Queue: { Type: 'AWS::SQS::Queue' },
      F: lambda('f'),
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: getAtt('Queue', 'Arn'), FunctionName: ref('F'), BatchSize: 1 },
      },
    },
    handlers: { f: 'exports.handler = async (event) => console.error(event.Records[0].body)' },
  });

async function start(...args: readonly string[]) {
  const folder = temporaryFolder();
  const file = path.join(folder, 'target.json');
  // What has been compiled is kept there: nothing has.
  const variables = { TMPDIR: folder };
  const sandbox = runIn(variables, '--port', '0', '--assembly', assembly(), '--target', file, ...args);
  const target = await started(file);
  await until('the banner', () => (sandbox.output().includes('Ctrl-C stops everything') ? true : undefined));
  return { ...sandbox, file, target };
}

/** Gives the function something to print, and waits until it has. */
async function invoke(target: Target, MessageBody: string): Promise<void> {
  const { sqs } = clientsOf(target);
  const { intake: QueueUrl } = target.queues;
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  const query = new GetQueueAttributesCommand({
    QueueUrl,
    AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
  });
  await until('the function', async () => {
    const { Attributes = {} } = await sqs.send(query);
    return Object.values(Attributes).every((count) => count === '0') ? true : undefined;
  });
}

describe('npm start', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'says where everything is, writes it to a file, and stops everything at %s',
    async (signal) => {
      const data = path.join(temporaryFolder(), 'data');
      const { child, output, ended, file, target } = await start('--data', data);
      expect(output()).toMatch(/Tidings is up in \d+\.\d s/);
      expect(output()).toContain('npx tidings publish bank.transaction:created@v1');
      expect(output()).toContain(target.awsEndpointUrl);
      const processes = descendants(child);
      expect(processes.length).toBeGreaterThan(0);
      child.kill(signal);
      expect(await ended).toEqual([0, null]);
      expect(existsSync(file)).toBe(false);
      expect(existsSync(path.join(data, 'running'))).toBe(false);
      await allEnded(processes);
    },
  );

  it('keeps no compiler running', async () => {
    const { child, target } = await start();
    await invoke(target, 'any');
    const compilers = () => descendants(child).filter((pid) => isRunning(pid) && programOf(pid) === 'esbuild');
    await until('the compilers to end', () => (compilers().length === 0 ? true : undefined));
  });

  it('leaves no engine behind when it is killed', async () => {
    const { child } = await start();
    const processes = descendants(child);
    expect(processes.length).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await allEnded(processes);
  });

  it('goes on when nobody reads any longer what it prints', async () => {
    const { child, target, ended } = await start();
    child.stdout.destroy();
    child.stderr.destroy();
    // Each of them makes the function print an error, which goes to standard error as well.
    for (const text of ['one', 'two', 'three']) await invoke(target, text);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('ends with one line when the DynamoDB engine has ended', async () => {
    const { child, output, ended, file } = await start('--data', temporaryFolder());
    const before = output();
    const engine = descendants(child).find((pid) => /^dynoxide|^java/.test(programOf(pid)));
    expect(engine).toBeDefined();
    process.kill(Number(engine), 'SIGKILL');
    expect(await ended).toEqual([1, null]);
    expect(output().slice(before.length).trim()).toMatch(
      /^The DynamoDB engine (dynoxide|dynamodb-local) has ended by itself with SIGKILL\. The sandbox ends$/,
    );
    expect(existsSync(file)).toBe(false);
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
