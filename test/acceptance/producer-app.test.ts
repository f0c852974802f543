import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { waitFor } from './wait.ts';

const APP = fileURLToPath(new URL('../../examples/producer-app', import.meta.url));
/** The account and region that a sandbox is. */
const SANDBOX = { account: '000000000000', region: 'eu-north-1' };

/** The example's stacks, by the context that its users would give with `-c`. */
async function synthesize(folder: string, context: object): Promise<string> {
  const CDK_OUTDIR = path.join(folder, 'example');
  const env = { ...process.env, CDK_OUTDIR, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_VALIDATION: 'false' };
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'app.ts'], { cwd: APP, env });
  return CDK_OUTDIR;
}

async function tokenFor({ target }: Sandbox, tenant: string): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'example',
    client_secret: 'example',
    audience: target.audience,
    scope: 'bank events:read',
    tenant,
  });
  const response = await fetch(target.tokenUrl, { method: 'POST', body: form });
  return ((await response.json()) as { access_token: string }).access_token;
}

interface Logged {
  readonly id: string;
  readonly type: string;
  readonly sequence: string;
}

async function readLog(sandbox: Sandbox, tenant: string): Promise<readonly Logged[]> {
  const headers = { authorization: `Bearer ${await tokenFor(sandbox, tenant)}` };
  const response = await fetch(`${sandbox.target.apiUrl}/events`, { headers });
  return ((await response.json()) as { events: readonly Logged[] }).events;
}

/** Stacks of others can be added to a sandbox only. */
const isDeployed = process.env['TIDINGS_TARGET'] !== undefined;

describe.skipIf(isDeployed).each([
  ['in the account of the hub', {}, ['letters', 'payments']],
  [
    'that know the hub by account and region only, and get its events by an inbox',
    {
      hubAccount: SANDBOX.account,
      hubRegion: SANDBOX.region,
      inboxArn: `arn:aws:events:${SANDBOX.region}:${SANDBOX.account}:event-bus/tidings-dev-inbox`,
    },
    ['forwarding', 'letters', 'payments'],
  ],
])("two teams' stacks %s", (_, context, stacks) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidings-producer-app-'));
  let sandbox: Sandbox;
  let sqs: SQSClient;

  beforeAll(async () => {
    const example = await synthesize(folder, context);
    sandbox = await startSandbox({ port: 0, with: [example], stateFolder: path.join(folder, 'state') });
    sqs = new SQSClient({
      region: sandbox.target.region,
      endpoint: sandbox.target.awsEndpointUrl,
      credentials: { accessKeyId: 'operator', secretAccessKey: 'operator' },
    });
  });
  afterAll(async () => {
    sqs?.destroy();
    await sandbox?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const queue = (stack: string, output: string): string => sandbox.outputs[stack]?.[output] ?? 'no such output';
  const pay = (payment: object) =>
    sqs.send(
      new SendMessageCommand({ QueueUrl: queue('payments', 'PaymentsUrl'), MessageBody: JSON.stringify(payment) }),
    );

  /** Takes what is in a queue, and goes on until `count` different ids have been seen. */
  async function take(QueueUrl: string, idOf: (body: string) => string, count: number): Promise<ReadonlySet<string>> {
    const seen = new Set<string>();
    await waitFor(`${count} messages in ${QueueUrl}`, async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      for (const { Body = '', ReceiptHandle } of Messages) {
        seen.add(idOf(Body));
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      return seen.size >= count || undefined;
    });
    return seen;
  }

  it('are served beside the hub', () => {
    expect(Object.keys(sandbox.outputs).sort()).toEqual(stacks);
  });

  it('publish by a Lambda on the bus of the hub, which logs each event once, and get the events that they ask for', async () => {
    const tenant = `example-${randomUUID()}`;
    const payment = (code: number) => ({ id: randomUUID(), tenant, license: 'a;b;c', code, entries: ['urn:entry:1'] });
    const [small, large] = [payment(100), payment(250)];
    for (const each of [small, large, large]) await pay(each);

    const logged = await waitFor('both events in the log', async () => {
      const events = await readLog(sandbox, tenant);
      return events.length >= 2 ? events : undefined;
    });
    expect(new Set(logged.map(({ id }) => id))).toEqual(new Set([small.id, large.id]));
    expect(logged.map(({ sequence }) => Number(sequence))).toEqual([1, 2]);
    expect(new Set(logged.map(({ type }) => type))).toEqual(new Set(['bank.transaction:created@v1']));

    const audited = await take(queue('letters', 'AuditUrl'), (body) => JSON.parse(body).detail.id, 2);
    expect(audited).toEqual(new Set([small.id, large.id]));
    const letters = await take(queue('letters', 'LettersUrl'), (body) => JSON.parse(body).id, 1);
    expect(letters).toEqual(new Set([large.id]));
  });
});
