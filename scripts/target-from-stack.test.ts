import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readTarget } from '../test/acceptance/target.ts';
import { STACK_OUTPUTS } from './fixture/stack-outputs.ts';
import { runTargetFromStack } from './target-from-stack.ts';
import { readOptions } from './target-from-stack-options.ts';

const cleanUp: (() => Promise<void>)[] = [];
let folder: string;
let out: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'target-'));
  out = path.join(folder, 'new', 'target.json');
  cleanUp.push(() => rm(folder, { recursive: true }));
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const step of cleanUp.splice(0)) await step();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const inXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

/** A CloudFormation that knows one stack, `tidings-dev`. Source of the shape: CloudFormation API, DescribeStacks. */
function serveStack(outputs: Readonly<Record<string, string>>, status = 'CREATE_COMPLETE'): Promise<string> {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${inXml(value)}</OutputValue></member>`,
  );
  const stack =
    `<member><StackName>tidings-dev</StackName><CreationTime>2026-01-31T09:30:00Z</CreationTime>` +
    `<StackStatus>${status}</StackStatus><Outputs>${members.join('')}</Outputs></member>`;
  return serve(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.setHeader('content-type', 'text/xml');
    if (new URLSearchParams(body).get('StackName') !== 'tidings-dev') {
      response.statusCode = 400;
      response.end(
        '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code>' +
          '<Message>Stack with id other does not exist</Message></Error></ErrorResponse>',
      );
      return;
    }
    response.end(
      `<DescribeStacksResponse><DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    );
  });
}

const serveIssuer = (description: unknown, status = 200): Promise<string> =>
  serve((request, response) => {
    response.statusCode = request.url === '/.well-known/openid-configuration' ? status : 404;
    response.end(JSON.stringify(description));
  });

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const printed: string[] = [];
  const exitCode = await runTargetFromStack(args, {
    environment,
    print: (line) => printed.push(line),
    complain: (line) => printed.push(line),
  });
  return { exitCode, text: printed.join('\n') };
}

const argumentsFor = (endpoint: string, ...others: readonly string[]): readonly string[] => [
  ...['--stack', 'tidings-dev', '--out', out, '--region', 'eu-north-1', '--endpoint', endpoint],
  ...others,
];

describe('npm run target', () => {
  it('writes where sockets are looked after, if that is elsewhere than where they come in', async () => {
    const issuer = await serveIssuer({ token_endpoint: 'https://login.example/token' });
    const connectionsUrl = 'https://ws.execute-api.eu-north-1.amazonaws.com/v1';
    const endpoint = await serveStack({ ...STACK_OUTPUTS, Issuer: issuer, ConnectionsUrl: `${connectionsUrl}/` });
    const { exitCode, text } = await run(argumentsFor(endpoint));
    expect(exitCode, text).toBe(0);
    expect(JSON.parse(await readFile(out, 'utf8'))).toMatchObject({
      socketUrl: STACK_OUTPUTS.SocketUrl,
      connectionsUrl,
    });
  });

  it('writes where the console is, if there is one', async () => {
    const issuer = await serveIssuer({ token_endpoint: 'https://login.example/token' });
    const ConsoleUrl = 'https://d111111abcdef8.cloudfront.net/';
    const endpoint = await serveStack({ ...STACK_OUTPUTS, Issuer: issuer, ConsoleUrl });
    const { exitCode, text } = await run(argumentsFor(endpoint));
    expect(exitCode, text).toBe(0);
    expect(JSON.parse(await readFile(out, 'utf8'))).toMatchObject({
      consoleUrl: 'https://d111111abcdef8.cloudfront.net',
    });
  });

  it('writes what the acceptance suite reads, with the token endpoint that the issuer names', async () => {
    const issuer = await serveIssuer({ token_endpoint: 'https://login.example/token' });
    const endpoint = await serveStack({ ...STACK_OUTPUTS, Issuer: issuer });
    const { exitCode, text } = await run(argumentsFor(endpoint, '--lacks', 'subprotocol-echo, cors-preflight'));
    expect(exitCode, text).toBe(0);
    expect(text).toContain(out);
    expect(readTarget(out)).toEqual({
      apiUrl: STACK_OUTPUTS.ApiUrl,
      socketUrl: STACK_OUTPUTS.SocketUrl,
      tokenUrl: 'https://login.example/token',
      issuer,
      audience: 'tidings',
      region: 'eu-north-1',
      awsEndpointUrl: endpoint,
      buses: { bank: 'tidings-dev-bank' },
      tables: { eventLog: 'log', connections: 'connections' },
      queues: {
        intake: 'https://sqs/intake',
        intakeDeadLetters: 'https://sqs/dead',
        intakeUndeliverable: 'https://sqs/undeliverable',
        doorbell: 'https://sqs/doorbell.fifo',
        doorbellDeadLetters: 'https://sqs/doorbell-dead.fifo',
      },
      lacks: ['subprotocol-echo', 'cors-preflight', 'console'],
    });
  });

  it('takes the endpoint from AWS_ENDPOINT_URL, and every URL from the command line instead of the stack', async () => {
    const endpoint = await serveStack({ ...STACK_OUTPUTS, Issuer: 'https://login.example' });
    const { exitCode, text } = await run(
      [
        ...['--stack', 'tidings-dev', '--out', out, '--issuer', 'https://other.example', '--audience', 'api'],
        ...['--token-url', 'https://other.example/token', '--client-id', 'suite'],
        ...['--api-url', 'http://localhost:4566/api/', '--socket-url', 'ws://localhost:4566/sockets/v1'],
      ],
      { AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'eu-north-1', TIDINGS_CLIENT_SECRET: 'a secret' },
    );
    expect(exitCode, text).toBe(0);
    expect(JSON.parse(await readFile(out, 'utf8'))).toMatchObject({
      awsEndpointUrl: endpoint,
      issuer: 'https://other.example',
      audience: 'api',
      tokenUrl: 'https://other.example/token',
      apiUrl: 'http://localhost:4566/api',
      socketUrl: 'ws://localhost:4566/sockets/v1',
      clientId: 'suite',
      clientSecret: 'a secret',
    });
    expect((await stat(out)).mode & 0o077, 'nobody else may read a secret').toBe(0);
    expect(text).not.toContain('a secret');
  });

  it('makes a socket URL of an http URL', async () => {
    const endpoint = await serveStack({
      ...STACK_OUTPUTS,
      Issuer: 'https://i.example',
      SocketUrl: 'http://def.local:4566/v1',
    });
    const { exitCode, text } = await run(argumentsFor(endpoint, '--token-url', 'https://i.example/token'));
    expect(exitCode, text).toBe(0);
    expect(readTarget(out).socketUrl).toBe('ws://def.local:4566/v1');
  });

  it('names a stack that does not exist, and where it was looked for', async () => {
    const endpoint = await serveStack(STACK_OUTPUTS);
    const { exitCode, text } = await run(['--stack', 'other', '--out', out, '--region', 'r', '--endpoint', endpoint]);
    expect(exitCode).toBe(1);
    expect(text).toContain(`cannot describe "other" at ${endpoint}: Stack with id other does not exist`);
  });

  it('names an endpoint that does not answer', async () => {
    const { exitCode, text } = await run(argumentsFor('http://127.0.0.1:1'));
    expect(exitCode).toBe(1);
    expect(text).toMatch(/at http:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/);
  });

  it('refuses a stack that is on its way, by its state', async () => {
    const { exitCode, text } = await run(argumentsFor(await serveStack(STACK_OUTPUTS, 'UPDATE_IN_PROGRESS')));
    expect(exitCode).toBe(1);
    expect(text).toContain('found UPDATE_IN_PROGRESS');
  });

  it('refuses another stack, by the outputs that it lacks', async () => {
    const { exitCode, text } = await run(argumentsFor(await serveStack({ BucketName: 'assets', ApiUrl: '' })));
    expect(exitCode).toBe(1);
    expect(text).toMatch(/found BucketName, ApiUrl; missing: ApiUrl, SocketUrl, .*DoorbellQueueUrl/);
  });

  it('refuses bus names that are none', async () => {
    const endpoint = await serveStack({ ...STACK_OUTPUTS, Issuer: 'https://i.example', BusNames: 'bank' });
    const { exitCode, text } = await run(argumentsFor(endpoint, '--token-url', 'https://i.example/token'));
    expect(exitCode).toBe(1);
    expect(text).toContain('BusNames to be JSON such as {"bank":"…"}, found bank');
  });

  it.each([
    ['that answers 500', {}, 500, 'expected 200, found 500'],
    ['that names no token endpoint', {}, 200, 'expected a "token_endpoint", found none'],
  ])('asks for --token-url with an issuer %s', async (_name, description, status, says) => {
    const issuer = await serveIssuer(description, status);
    const { exitCode, text } = await run(argumentsFor(await serveStack({ ...STACK_OUTPUTS, Issuer: issuer })));
    expect(exitCode).toBe(1);
    expect(text).toContain(says);
    expect(text).toContain('--token-url');
  });

  it.each([
    [['--out', 'x'], '--stack: expected a value, found nothing'],
    [['--stack', 'x'], '--out: expected a value, found nothing'],
    [['--stack', 'x', '--out', 'y', '--endpoint', 'localhost:4566'], '--endpoint: expected a URL'],
    [['--stack', 'x', '--out', 'y', '--socket-url', 'http://x/v1'], 'begins with ws(s)://, found "http://x/v1"'],
    [['--stack', 'x', '--out', 'y', '--lacks', 'cors'], 'found "cors"'],
    [['--stacks', 'x'], "Unknown option '--stacks'"],
  ])('refuses the command line %j', async (args, says) => {
    const { exitCode, text } = await run(args);
    expect(exitCode).toBe(2);
    expect(text).toContain(says);
    expect(text).toContain('Usage: npm run target');
  });
});

describe('the run-books', () => {
  it.each(['deploy-to-an-emulator.md', 'deploy-to-aws.md'])('%s calls it as it wants to be called', async (name) => {
    const page = await readFile(new URL(`../docs/${name}`, import.meta.url), 'utf8');
    const calls = [...page.replaceAll('\\\n', ' ').matchAll(/npm run target -- (--stack.*)/g)];
    expect(calls.length).toBeGreaterThan(0);
    for (const [, line = ''] of calls) expect(readOptions(line.trim().split(/\s+/), {}).out).toMatch(/^\.sandbox\//);
  });

  it('explain every gap that the command line declares', async () => {
    const page = await readFile(new URL('../docs/deploy-to-an-emulator.md', import.meta.url), 'utf8');
    const named = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name = '']) => name);
    const [, lacking = ''] = /--lacks (\S+)/.exec(page) ?? [];
    expect(named).toEqual(lacking.split(','));
  });
});
