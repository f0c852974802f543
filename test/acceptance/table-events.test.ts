import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { seededFaults } from '../../sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { waitFor } from './wait.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/table-events', import.meta.url));
const STACK = 'accounts';

interface Logged {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly tenantid: string;
  readonly changenumber: string;
  readonly data: { readonly accountId: string; readonly status: string };
}

describe('a table whose changes become events', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidings-table-events-'));
  // Every batch is handed out a second time, and some messages on the way to the log as well.
  const faults = seededFaults(`table-events-${inject('seed')}`, {
    'repeated-batch': 1,
    'duplicate-message': 0.2,
    'killed-worker': 0.05,
  });
  let sandbox: Sandbox;
  let sqs: SQSClient;
  let dynamoDb: DynamoDBClient;

  beforeAll(async () => {
    const CDK_OUTDIR = path.join(folder, 'example');
    const env = { ...process.env, CDK_OUTDIR };
    await promisify(execFile)(process.execPath, ['--import', 'tsx', 'app.ts'], { cwd: EXAMPLE, env });
    const stateFolder = path.join(folder, 'state');
    sandbox = await startSandbox({ port: 0, with: [CDK_OUTDIR], stateFolder, faults, visibilityTimeout: 2 });
    const { region, awsEndpointUrl: endpoint } = sandbox.target;
    const credentials = { accessKeyId: 'operator', secretAccessKey: 'operator' };
    sqs = new SQSClient({ region, endpoint, credentials });
    dynamoDb = new DynamoDBClient({ region, endpoint, credentials });
  });
  afterAll(async () => {
    sqs?.destroy();
    dynamoDb?.destroy();
    await sandbox?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const output = (name: string): string => sandbox.outputs[STACK]?.[name] ?? `no output ${name}`;

  async function readLog(tenant: string): Promise<readonly Logged[]> {
    const { target } = sandbox;
    const form = { grant_type: 'client_credentials', client_id: 'example', client_secret: 'example', tenant };
    const body = new URLSearchParams({ ...form, audience: target.audience, scope: 'events:read' });
    const token = (await (await fetch(target.tokenUrl, { method: 'POST', body })).json()) as { access_token: string };
    const headers = { authorization: `Bearer ${token.access_token}` };
    const response = await fetch(`${target.apiUrl}/events?limit=1000`, { headers });
    // The function that reads the log is killed now and then as well.
    if (!response.ok) return [];
    return ((await response.json()) as { events: readonly Logged[] }).events;
  }

  const logOf = (tenant: string, count: number) =>
    waitFor(
      `${count} events of ${tenant}`,
      async () => {
        const events = await readLog(tenant);
        return events.length >= count ? events : undefined;
      },
      { deadline: 60_000 },
    );

  const account = (name: string) => ({
    accountNumber: 'NO9386011117947',
    name,
    kind: 'current',
    currency: 'NOK',
    holderIds: ['customer:1'],
    openedOn: '2024-02-29',
  });

  const put = (tenant: string, accountId: string, attributes: object) =>
    dynamoDb.send(
      new PutItemCommand({
        TableName: output('TableName'),
        Item: marshall({ PK: `TENANT#${tenant}`, SK: `ACCOUNT#${accountId}`, ...attributes }),
      }),
    );
  const remove = (tenant: string, accountId: string) =>
    dynamoDb.send(
      new DeleteItemCommand({
        TableName: output('TableName'),
        Key: marshall({ PK: `TENANT#${tenant}`, SK: `ACCOUNT#${accountId}` }),
      }),
    );
  const killFunction = () => {
    const name = output('FunctionName');
    return sandbox.killFunction(name.slice(name.indexOf('-') + 1));
  };

  it('tells of what its own team writes, with who and in which trace, in the order of an item', async () => {
    const [tenant, accountId] = [`table-${randomUUID()}`, randomUUID()];
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const command = (message: object) =>
      sqs.send(
        new SendMessageCommand({
          QueueUrl: output('CommandsUrl'),
          MessageGroupId: accountId,
          MessageBody: JSON.stringify({ tenant, accountId, ...message }),
        }),
      );
    await command({ user: 'kari', traceparent, open: account('Daily expenses') });
    await logOf(tenant, 1);
    await command({ user: 'ola', status: 'blocked' });
    await logOf(tenant, 2);
    await command({ user: 'per', remove: true });
    const events = await logOf(tenant, 3);
    const common = { tenantid: tenant, subject: `account/${accountId}`, source: 'com.tidings.bank' };
    expect(events).toMatchObject([
      { ...common, type: 'bank.account:created@v1', actorid: 'kari', traceparent, data: { accountId, status: 'open' } },
      { ...common, type: 'bank.account:updated@v1', actorid: 'ola', data: { accountId, status: 'blocked' } },
      { ...common, type: 'bank.account:deleted@v1', actorid: 'per', data: { accountId, status: 'blocked' } },
    ]);
    expect(events).toHaveLength(3);
  });

  it('has each change in the log once, in the end in the order of its item, whatever is repeated or killed; what is unfit holds nothing up', async () => {
    const tenants = [`table-${randomUUID()}`, `table-${randomUUID()}`];
    const ids = Array.from({ length: 8 }, () => randomUUID());
    // The same accounts in both: what keeps them apart is the tenant alone.
    const write = (attributes: object) =>
      Promise.all(tenants.flatMap((tenant) => ids.map((id) => put(tenant, id, attributes))));
    await write({ ...account('a'), status: 'open' });
    const [tenant = ''] = tenants;
    await put(tenant, randomUUID(), { ...account('unfit'), kind: 'no such kind', status: 'open' });
    await killFunction();
    await write({ ...account('b'), status: 'open' });
    await killFunction();
    await write({ ...account('b'), status: 'blocked' });
    await Promise.all(tenants.flatMap((each) => ids.map((id) => remove(each, id))));
    await killFunction();

    for (const each of tenants) {
      const events = await logOf(each, ids.length * 4);
      expect(events).toHaveLength(ids.length * 4);
      expect(new Set(events.map(({ tenantid }) => tenantid))).toEqual(new Set([each]));
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      for (const id of ids) {
        const own = events.filter(({ subject }) => subject === `account/${id}`);
        const inOrder = own.toSorted((a, b) => (a.changenumber < b.changenumber ? -1 : 1));
        expect(inOrder.map(({ type, data }) => [type, data.status])).toEqual([
          ['bank.account:created@v1', 'open'],
          ['bank.account:updated@v1', 'open'],
          ['bank.account:updated@v1', 'blocked'],
          ['bank.account:deleted@v1', 'blocked'],
        ]);
      }
    }
    expect(faults.struck['repeated-batch']).toBeGreaterThan(0);

    const QueueUrl = output('ParkedUrl');
    const [parked] = await waitFor('the change that was put aside', async () => {
      const received = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, MessageAttributeNames: ['All'] }),
      );
      return received.Messages;
    });
    expect(parked?.MessageAttributes).toMatchObject({
      code: { StringValue: 'EVENT_DATA_INVALID' },
      reason: { StringValue: expect.stringContaining('/data/kind') },
    });
    expect(JSON.parse(parked?.Body ?? '{}')).toMatchObject({
      Records: [{ eventName: 'INSERT', dynamodb: { NewImage: { name: { S: 'unfit' } } } }],
    });
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: parked?.ReceiptHandle }));
  });

  it('tells of nothing that is no account', async () => {
    const tenant = `table-${randomUUID()}`;
    const item = { PK: `TENANT#${tenant}`, SK: 'CARD#1', name: 'no account' };
    await dynamoDb.send(new PutItemCommand({ TableName: output('TableName'), Item: marshall(item) }));
    await put(tenant, randomUUID(), { ...account('a'), status: 'open' });
    expect(await logOf(tenant, 1)).toMatchObject([{ type: 'bank.account:created@v1' }]);
  });
});
