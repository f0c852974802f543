import { describe, expect, it } from 'vitest';
import type { Surroundings } from '../resource-type.ts';
import { Template } from '../template.ts';
import { Access } from './access.ts';

const at: Surroundings = {
  stackName: 'tidings-dev',
  region: 'eu-north-1',
  accountId: '000000000000',
  awsEndpointUrl: 'http://127.0.0.1:4101',
  apiHost: '127.0.0.1:4100',
  consoleHost: '127.0.0.1:4103',
};
const TABLE = 'arn:aws:dynamodb:eu-north-1:000000000000:table/Log';
const BUS = 'arn:aws:events:eu-north-1:000000000000:event-bus/bank';
const QUEUE = 'arn:aws:sqs:eu-north-1:000000000000:intake';

const allow = (Action: string | string[], Resource: string | string[], Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition !== undefined && { Condition }),
});

/** The access of one function, `Store`, whose role has these statements. */
function accessOf(...statements: readonly object[]) {
  const template = new Template(
    {
      Resources: {
        Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } },
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyName: 'p', PolicyDocument: { Statement: statements }, Roles: [{ Ref: 'Role' }] },
        },
        Store: {
          Type: 'AWS::Lambda::Function',
          Properties: { Handler: 'index.handler', Runtime: 'nodejs24.x', Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
        },
      },
    },
    at,
  );
  const [functions, policies, roles] = ['AWS::Lambda::Function', 'AWS::IAM::Policy', 'AWS::IAM::Role'].map((type) =>
    template.resources(type),
  );
  return new Access(functions ?? [], policies ?? [], roles ?? [], at);
}

const as = (key: string) => ({ headers: { authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/eu/x/aws4` } });
const STORE = as('tidings-dev-Store');
const ask = (access: Access, target: string, action: string, input: object, who = STORE) =>
  access.check(who, target, action, Buffer.from(JSON.stringify(input)));

const put = (tenant: string) => ({ Put: { TableName: 'Log', Item: { PK: { S: tenant }, SK: { S: '1' } } } });
const entry = (Source: string) => ({ EventBusName: BUS, Source, DetailType: 'bank.test:created@v1' });
const SOURCE_BANK = { 'ForAllValues:StringEquals': { 'events:source': 'tidings.bank' } };

describe('a function in the sandbox', () => {
  it.each([
    [
      'reads an item',
      [allow('dynamodb:GetItem', TABLE)],
      'DynamoDB_20120810',
      'GetItem',
      { TableName: 'Log', Key: {} },
    ],
    [
      'writes items of a transaction with the permissions of its writes',
      [allow(['dynamodb:PutItem'], TABLE)],
      'DynamoDB_20120810',
      'TransactWriteItems',
      { TransactItems: [put('T#a')] },
    ],
    [
      'queries the partitions that its policy names',
      [allow('dynamodb:Query', TABLE, { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'T#*' } })],
      'DynamoDB_20120810',
      'Query',
      { TableName: 'Log', KeyConditionExpression: 'PK = :p', ExpressionAttributeValues: { ':p': { S: 'T#a' } } },
    ],
    [
      'sends a batch with the permission for one message',
      [allow('sqs:SendMessage', QUEUE)],
      'AmazonSQS',
      'SendMessageBatch',
      { QueueUrl: 'http://127.0.0.1/0/intake' },
    ],
    [
      'puts events of its source on a bus',
      [allow('events:PutEvents', BUS, SOURCE_BANK)],
      'AWSEvents',
      'PutEvents',
      { Entries: [entry('tidings.bank')] },
    ],
  ])('%s', async (_name, statements, target, action, input) => {
    const access = accessOf(...statements);
    await ask(access, target, action, input);
    expect(Object.values(access.report()).flat()).toMatchObject([{ uses: 1 }]);
  });

  it.each([
    [
      'another action',
      allow('dynamodb:GetItem', TABLE),
      'DynamoDB_20120810',
      'PutItem',
      { TableName: 'Log', Item: {} },
    ],
    [
      'another table',
      allow('dynamodb:GetItem', TABLE),
      'DynamoDB_20120810',
      'GetItem',
      { TableName: 'Log2', Key: { PK: { S: 'x' } } },
    ],
    [
      'one write of a transaction that it may not do',
      allow('dynamodb:PutItem', TABLE),
      'DynamoDB_20120810',
      'TransactWriteItems',
      { TransactItems: [put('T#a'), { Delete: { TableName: 'Log', Key: { PK: { S: 'T#a' } } } }] },
    ],
    [
      "another partition than its policy's condition says",
      allow('dynamodb:Query', TABLE, { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'T#*' } }),
      'DynamoDB_20120810',
      'Query',
      { TableName: 'Log', KeyConditionExpression: 'PK = :p', ExpressionAttributeValues: { ':p': { S: 'S#a' } } },
    ],
    [
      "one event of another source than its policy's condition says",
      allow('events:PutEvents', BUS, SOURCE_BANK),
      'AWSEvents',
      'PutEvents',
      { Entries: [entry('tidings.bank'), entry('tidings.sales')] },
    ],
  ])('is refused %s', async (_name, statement, target, action, input) => {
    const access = accessOf(statement);
    await expect(ask(access, target, action, input)).rejects.toMatchObject({
      code: 'AccessDeniedException',
      message: expect.stringMatching(/^tidings-dev-Store is not authorized to perform: \w+:\w+ on resource: arn:/),
    });
  });

  it('is refused what another statement denies', async () => {
    const access = accessOf(allow('dynamodb:*', TABLE), { ...allow('dynamodb:GetItem', TABLE), Effect: 'Deny' });
    await expect(ask(access, 'DynamoDB_20120810', 'GetItem', { TableName: 'Log', Key: {} })).rejects.toThrow(
      'dynamodb:GetItem',
    );
    await ask(access, 'DynamoDB_20120810', 'PutItem', { TableName: 'Log', Item: {} });
  });

  it('is judged for every partition anew', async () => {
    const condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'T#*' } };
    const access = accessOf(allow('dynamodb:PutItem', TABLE, condition));
    const write = (key: string) =>
      ask(access, 'DynamoDB_20120810', 'PutItem', { TableName: 'Log', Item: { PK: { S: key } } });
    await write('T#a');
    await expect(write('S#a')).rejects.toThrow('dynamodb:PutItem');
    await write('T#b');
    await expect(write('S#b')).rejects.toThrow('dynamodb:PutItem');
  });

  it('shows what it may do and never did', async () => {
    const access = accessOf(allow(['dynamodb:GetItem', 'dynamodb:PutItem'], TABLE));
    await ask(access, 'DynamoDB_20120810', 'GetItem', { TableName: 'Log', Key: {} });
    expect(access.report()).toEqual({
      'tidings-dev-Store': [
        { action: 'dynamodb:GetItem', resource: TABLE, uses: 1 },
        { action: 'dynamodb:PutItem', resource: TABLE, uses: 0 },
      ],
    });
  });

  it('is fed from a queue only if its role may read it', async () => {
    const name = 'tidings-dev-Store';
    const needed = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
    await accessOf(allow(needed, QUEUE)).checkSource(name, QUEUE);
    for (const missing of needed) {
      const others = needed.filter((action) => action !== missing);
      await expect(accessOf(allow(others, QUEUE)).checkSource(name, QUEUE)).rejects.toThrow(missing);
    }
  });
});

it('lets a function read metrics, which are no resources, if its role says so for everything', async () => {
  const read = (access: Access) => ask(access, 'GraniteServiceVersion20100801', 'GetMetricData', {});
  await expect(read(accessOf(allow('cloudwatch:GetMetricData', '*')))).resolves.toBeUndefined();
  await expect(read(accessOf(allow('cloudwatch:ListMetrics', '*')))).rejects.toThrow('cloudwatch:GetMetricData');
});

it('lets an operator, who is no function, do everything', async () => {
  await ask(accessOf(), 'DynamoDB_20120810', 'GetItem', { TableName: 'Log', Key: {} }, as('operator'));
});
