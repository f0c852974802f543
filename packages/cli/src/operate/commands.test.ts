import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { packJson } from '../../../../lambdas/adapters/dynamodb/event-item.ts';
import { testTerminal } from '../../test/capture.ts';
import { run } from '../run.ts';
import { UNREAD } from '../terminal.ts';

let folder = '';
let server: Server;
let answer: { readonly status: number; readonly body: object };
let asked: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tidings-operate-'));
  asked = [];
  answer = { status: 200, body: {} };
  server = createServer((incoming, outgoing) => {
    asked.push(String(incoming.headers['x-amz-target']));
    incoming.resume().on('end', () => {
      outgoing.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
      outgoing.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

const address = (): string => {
  const at = server.address();
  return `http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}`;
};

const target = (rest: object = {}) => ({
  apiUrl: address(),
  socketUrl: `${address().replace('http', 'ws')}/v1`,
  awsEndpointUrl: address(),
  region: 'eu-north-1',
  buses: { bank: 'tidings-dev-bank' },
  tables: { eventLog: 'Log', connections: 'Connections' },
  queues: Object.fromEntries(
    ['intake', 'intakeDeadLetters', 'intakeUndeliverable', 'doorbell', 'doorbellDeadLetters'].map((name) => [
      name,
      `${address()}/0/${name}`,
    ]),
  ),
  ...rest,
});

async function tidings(
  line: string,
  { file = target() as object, isTTY = false, input = '', stop = new AbortController().signal } = {},
) {
  await writeFile(path.join(folder, 'target.json'), JSON.stringify(file));
  const terminal = testTerminal({ folder, isTTY, input, environment: { TIDINGS_TARGET: 'target.json' } });
  const exitCode = await run(line.split(' '), { ...terminal, untilStopped: () => stop });
  return { exitCode, output: terminal.output.text, messages: terminal.messages.text };
}

const DANGEROUS = ['dlq redrive intake', 'dlq purge doorbell', 'erase --tenant acme'];

describe('a command that changes what cannot be changed back', () => {
  it.each(DANGEROUS)('asks nobody, does nothing and says so where nobody is: %s', async (line) => {
    const { exitCode, messages } = await tidings(line);
    expect(exitCode).toBe(2);
    expect(messages).toContain('nobody can be asked here');
    expect(asked).toEqual([]);
  });

  it.each(DANGEROUS)('does nothing unless its word is typed: %s', async (line) => {
    for (const input of ['', '\n', 'y\n', 'yes\n', 'Intake\n', 'acm\n']) {
      asked.length = 0;
      const { exitCode, messages } = await tidings(line, { isTTY: true, input });
      const counted = asked.filter((action) => !/GetQueueAttributes|GetItem|Query|Scan/.test(action));
      expect({ exitCode, counted }, input).toEqual({ exitCode: 1, counted: [] });
      expect(messages).toMatch(/nothing is|knows nothing/);
    }
  });

  it.each([
    ['dlq purge intake', 'All of them are deleted for good.'],
    ['dlq purge intake --code EVENT_DATA_INVALID', 'Those with the reason EVENT_DATA_INVALID are deleted for good.'],
    ['dlq redrive intake --tenant acme', 'Those with the tenant acme go back to the queue intake.'],
  ])('says what is at stake before it asks: %s', async (line, stake) => {
    const { messages } = await tidings(line, { isTTY: true, input: '\n' });
    expect(messages).toMatch(/^About \d+ messages wait in intake\. /);
    expect(messages).toContain(stake);
  });

  it('goes on when its word is typed', async () => {
    const { exitCode, output, messages } = await tidings('dlq redrive intake', { isTTY: true, input: 'intake\n' });
    expect(exitCode, messages).toBe(0);
    expect(output).toContain('sent back 0');
    expect(asked).toContain('AmazonSQS.ReceiveMessage');
  });
});

describe('a command for operators', () => {
  it.each([
    ['dlq show', 2, 'give a QUEUE, one of intake, undeliverable, doorbell'],
    ['dlq show intak', 2, 'did you mean intake?'],
    ['dlq show intake --tenant a\u0000b', 2, 'no tenant can have that id'],
    ['dlq show intake --limit 0', 2, '--limit expects a whole number'],
    ['dlq lst', 2, 'did you mean list?'],
    ['tenant', 2, 'say which tenant'],
    ['tenant acme', 1, 'knows nothing of a tenant "acme"'],
    ['tenant a\u0000b', 2, 'no tenant can have that id'],
    ['connections --tenant a\u0000b', 2, 'no tenant can have that id'],
    ['export', 2, 'say which tenant'],
    ['export --tenant acme', 1, 'knows nothing of a tenant "acme"'],
    ['export --tenant acme --after 5 --until 5', 2, 'nothing is between'],
    ['export --tenant acme --resume', 2, '--resume goes with --output FILE'],
    ['erase', 2, 'say which tenant'],
    ['erase --tenant acme --yes', 1, 'knows nothing of a tenant "acme"'],
    ['erase --tenant acme --dry-run', 1, 'knows nothing of a tenant "acme"'],
  ])('answers %j with %d and what is wrong', async (line, code, message) => {
    const { exitCode, output, messages } = await tidings(line);
    expect(exitCode, messages).toBe(code);
    expect(messages).toContain(message);
    expect(output).toBe('');
  });

  it('names what its target lacks', async () => {
    const { exitCode, messages } = await tidings('dlq list', { file: target({ queues: {} }) });
    expect(exitCode).toBe(1);
    expect(messages).toContain('target.json needs "queues.intake" for this command, found nothing');
    expect(messages).toContain('npm run target');
    expect((await tidings('tenant acme', { file: target({ region: 7 }) })).messages).toContain('needs "region"');
  });

  it('says what it is not permitted', async () => {
    answer = { status: 400, body: { __type: 'AccessDeniedException', message: 'not authorized' } };
    const { exitCode, messages } = await tidings('tenant acme');
    expect(exitCode).toBe(1);
    expect(messages).toContain('AWS does not permit you dynamodb:GetItem on Log');
    expect(messages).toContain('docs/repairing.md has a policy');
  });

  it('says who nobody is', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) vi.stubEnv(name, '');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_CONFIG_FILE', path.join(folder, 'none'));
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', path.join(folder, 'none'));
    const { awsEndpointUrl: _, ...file } = target();
    const { exitCode, messages } = await tidings('tenant acme', { file });
    expect(exitCode).toBe(1);
    expect(messages).toContain('no usable AWS credentials for dynamodb:GetItem on Log');
    expect(messages).toContain('aws sso login');
  });

  it('says that nobody answers', async () => {
    await new Promise((resolve) => server.close(resolve));
    const file = target({ awsEndpointUrl: 'http://127.0.0.1:1' });
    const { exitCode, messages } = await tidings('tenant acme', {
      file: { ...file, socketUrl: 'ws://127.0.0.1:1/v1' },
    });
    server.listen(0, '127.0.0.1');
    expect(exitCode).toBe(1);
    expect(messages).toContain('nobody answers dynamodb:GetItem on Log at http://127.0.0.1:1 (ECONNREFUSED)');
  });

  it('erases a tenant of whom there are dead letters and nothing else', async () => {
    const Body = JSON.stringify({ module: 'bank', event: { detail: { tenantid: 'acme' } } });
    const MD5OfBody = createHash('md5').update(Body).digest('hex');
    const Messages = [{ MessageId: 'm1', ReceiptHandle: 'r1', Body, MD5OfBody }];
    answer = { status: 200, body: { Attributes: { ApproximateNumberOfMessages: '1' }, Messages } };
    const { exitCode, output, messages } = await tidings('erase --tenant acme --yes');
    expect(exitCode, messages).toBe(0);
    expect(asked).toContain('AmazonSQS.DeleteMessageBatch');
    expect(output).toBe('3\tdead letters\n');
    expect((await tidings('erase --tenant acm --yes')).messages).toContain('knows nothing of a tenant "acm"');
  });

  it('is not done with the file of an export because nobody reads what it says beside it', async () => {
    const base64 = (json: string) => Buffer.from(packJson(json)).toString('base64');
    const headers = { B: base64('[{"id":"e1"}]') };
    const entry = { PK: { S: 'L#acme' }, SK: { S: '1'.padStart(20, '0') }, headers, expiresat: { N: '4000000000' } };
    const key = { PK: { S: 'E#acme#e1' }, SK: { S: 'E' } };
    const event = { ...key, sequence: { N: '1' }, recordedat: { N: '0' }, event: { B: base64('{"id":"e1"}') } };
    const Item = { head: { N: '1' }, epoch: { S: 'e' } };
    answer = { status: 200, body: { Item, Items: [entry], Responses: { Log: [event] } } };
    const line = 'export --tenant acme --output acme.ndjson';
    const unread = await tidings(line, { stop: AbortSignal.abort(UNREAD) });
    expect(unread.exitCode).toBe(1);
    expect(unread.messages).toContain('to go on, repeat the command with --resume');
    await expect(readFile(path.join(folder, 'acme.ndjson'))).rejects.toThrow('ENOENT');
    expect((await tidings(`${line} --resume`)).exitCode).toBe(0);
    expect(await readFile(path.join(folder, 'acme.ndjson'), 'utf8')).toBe(
      `{"id":"e1","sequence":"${'1'.padStart(20, '0')}","recordedtime":"1970-01-01T00:00:00.000Z"}\n`,
    );
  });

  it.each(['dlq list', 'connections'])('prints JSON for programs: %s', async (line) => {
    answer = { status: 200, body: { Items: [] } };
    const { exitCode, output, messages } = await tidings(`${line} --json`);
    expect(exitCode, messages).toBe(0);
    expect(Array.isArray(JSON.parse(output))).toBe(true);
  });
});
