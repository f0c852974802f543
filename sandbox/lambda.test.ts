import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadAssembly } from './assembly.ts';
import { noFaults, seededFaults } from './faults.ts';
import { lambda, temporaryFolder, writeAssembly } from './fixture/assembly.ts';
import { until } from './fixture/until.ts';
import { Lambda, THREADS_AT_ONCE } from './lambda.ts';
import { Template } from './template.ts';

const at = {
  stackName: 'tidings-dev',
  region: 'eu-north-1',
  accountId: '000000000000',
  awsEndpointUrl: 'http://127.0.0.1:4101',
  apiHost: '127.0.0.1:4100',
  consoleHost: '127.0.0.1:4103',
};

function create(source: string, properties: object = {}, { faults = noFaults, concurrency = 2 } = {}) {
  const folder = writeAssembly({ resources: { F: lambda('f', properties) }, handlers: { f: source } });
  const { template, assetFolder } = loadAssembly(folder, 'tidings-dev');
  const logFolder = temporaryFolder();
  const options = { assetFolder, logFolder, verbose: false, concurrency, faults };
  const all = new Lambda(new Template(template, at).resources('AWS::Lambda::Function'), at, options);
  onTestFinished(() => all.end());
  const [found] = all.functions;
  if (found === undefined) throw new Error('The template has no function');
  return { f: found, log: () => readFileSync(path.join(logFolder, 'tidings-dev-f.log'), 'utf8') };
}

describe('a function', () => {
  it('gets its event, its context and the environment of the template, and its result comes back as JSON', async () => {
    const { f } = create(
      `exports.handler = async (event, context) => ({
        event, env: process.env, date: new Date(0), none: undefined, id: context.awsRequestId,
        name: context.functionName, arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis() })`,
      { Environment: { Variables: { HELLO: 'world' } }, MemorySize: 256 },
    );
    const result = await f.invoke({ a: 1 });
    expect(result).toMatchObject({
      event: { a: 1 },
      date: '1970-01-01T00:00:00.000Z',
      name: 'tidings-dev-f',
      arn: 'arn:aws:lambda:eu-north-1:000000000000:function:tidings-dev-f',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      left: expect.any(Number),
      env: {
        HELLO: 'world',
        AWS_REGION: 'eu-north-1',
        AWS_LAMBDA_FUNCTION_NAME: 'tidings-dev-f',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:4101',
      },
    });
    expect(result).not.toHaveProperty('none');
    expect(result).not.toHaveProperty('env.HOME');
  });

  it('logs its own warnings, and none about how it is loaded', async () => {
    const { f, log } = create(`exports.handler = async () => {
      const { sep } = await import('node:path');
      process.emitWarning('mine', 'ExperimentalWarning');
      return sep;
    }`);
    expect(await f.invoke({})).toBe('/');
    await until('the warning', () => (log().includes('mine') ? true : undefined));
    expect(log()).not.toContain('USE_MAIN_CONTEXT_DEFAULT_LOADER');
  });

  it('keeps what it holds in module scope from one invocation to the next', async () => {
    const { f } = create('let count = 0; exports.handler = async () => (count += 1)');
    expect([await f.invoke({}), await f.invoke({})]).toEqual([1, 2]);
  });

  it('fails an invocation with the type and message of what was thrown, and goes on', async () => {
    const { f } = create(
      `exports.handler = async ({ bad }) => { if (bad) throw new TypeError('no good'); return 'fine' }`,
    );
    await expect(f.invoke({ bad: true })).rejects.toMatchObject({ errorType: 'TypeError', message: 'no good' });
    expect(await f.invoke({})).toBe('fine');
  });

  it('fails the invocation that takes too long, and only that one', async () => {
    const { f } = create(
      `exports.handler = async ({ hang }) => { if (hang) for (;;); await new Promise((wake) => setTimeout(wake, 50)); return 'fine' }`,
      { Timeout: 1 },
    );
    const hanging = f.invoke({ hang: true });
    expect(await f.invoke({})).toBe('fine');
    await expect(hanging).rejects.toMatchObject({
      errorType: 'Sandbox.Timedout',
      message: expect.stringContaining('after 1.00 seconds'),
    });
    expect(await f.invoke({})).toBe('fine');
  });

  it.each([
    ['exits', 'process.exit(3)', /exited with code 3/],
    [
      'throws outside of the handler',
      `setTimeout(() => { throw new Error('late') }); await new Promise(() => {})`,
      /late/,
    ],
  ])('fails the invocation that %s, and starts anew', async (_name, crash, message) => {
    const { f } = create(`exports.handler = async ({ bad }) => { if (bad) { ${crash} } return 'fine' }`);
    await expect(f.invoke({ bad: true })).rejects.toThrow(message);
    expect(await f.invoke({})).toBe('fine');
  });

  it('fails when its bundle does not load or exports no such handler', async () => {
    await expect(create(`throw new Error('no configuration')`).f.invoke({})).rejects.toThrow('no configuration');
    await expect(create('exports.other = 1').f.invoke({})).rejects.toThrow(/exports no function handler/);
  });

  it('refuses a request and a response that are larger than Lambda takes', async () => {
    const { f } = create(`exports.handler = async ({ size = 0 }) => '"'.repeat(size)`);
    await expect(f.invoke({ text: 'x'.repeat(6_291_556) })).rejects.toMatchObject({
      errorType: 'Function.RequestSizeTooLarge',
    });
    // Quotes are escaped in JSON: half as many are too many already.
    await expect(f.invoke({ size: 3_145_778 })).rejects.toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
    expect(await f.invoke({ size: 3_000_000 })).toHaveLength(3_000_000);
  });

  it('runs one invocation per thread, and as many threads as it may', async () => {
    const { f } = create(
      `let busy = 0; exports.handler = async () => { busy += 1; const seen = busy;
        await new Promise((wake) => setTimeout(wake, 20)); busy -= 1; return [seen, require('node:worker_threads').threadId] }`,
    );
    const results = (await Promise.all(Array.from({ length: 6 }, () => f.invoke({})))) as [number, number][];
    expect(results.map(([seen]) => seen)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(new Set(results.map(([, thread]) => thread)).size).toBe(2);
  });

  it('starts a thread more for an invocation that would wait for those that there are', async () => {
    const { f } = create(
      `exports.handler = async ({ wait }) => wait ? new Promise(() => {}) : 'fine'`,
      {},
      { concurrency: THREADS_AT_ONCE + 1 },
    );
    const stuck = Array.from({ length: THREADS_AT_ONCE }, () => expect(f.invoke({ wait: true })).rejects.toThrow());
    expect(await f.invoke({})).toBe('fine');
    await f.kill();
    await Promise.all(stuck);
  });

  it('fails what was running when it is killed', async () => {
    const { f } = create(`exports.handler = async ({ wait }) => wait ? new Promise(() => {}) : 'fine'`);
    expect(await f.invoke({})).toBe('fine');
    const running = f.invoke({ wait: true });
    const outcome = expect(running).rejects.toThrow('killed');
    await f.kill();
    await outcome;
    expect(await f.invoke({})).toBe('fine');
  });

  it('fails every invocation that faults kill, whether it has done its work or not', async () => {
    const { f } = create('exports.handler = async () => 1', {}, { faults: seededFaults('x', { 'killed-worker': 1 }) });
    for (let index = 0; index < 3; index += 1) await expect(f.invoke({})).rejects.toThrow('killed');
  });

  it('logs a JSON object per line: what loggers write as it is, everything else wrapped', async () => {
    const { f, log } = create(
      `exports.handler = async () => { console.log('plain', 1); console.error('bad'); process.stdout.write('{"own":1}\\n'); throw new Error('oops') }`,
    );
    await expect(f.invoke({})).rejects.toThrow('oops');
    const lines = await until('four lines of log', () => {
      const found = log().trim().split('\n');
      return found.length === 4 ? found.map((line) => JSON.parse(line)) : undefined;
    });
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ level: 'INFO', message: 'plain 1', requestId: expect.any(String) }),
        expect.objectContaining({ level: 'ERROR', message: 'bad' }),
        { own: 1 },
        expect.objectContaining({ level: 'ERROR', errorType: 'Error', message: 'oops' }),
      ]),
    );
  });

  it('is refused when its asset or its module is not there, by name', () => {
    expect(() => create('', { Code: { S3Bucket: 'b', S3Key: 'other.zip' } })).toThrow(
      /Resource "F" .*S3Key: found other\.zip/,
    );
    expect(() => create('', { Handler: 'main.handler' })).toThrow(/Resource "F" .*Handler: found main\.handler/);
  });
});
