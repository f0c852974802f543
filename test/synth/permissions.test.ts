import { asEventId, asTenantId } from '@tidings/contracts';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import {
  connectionPartition,
  counterKey,
  eventKey,
  fanOutKey,
  ledgerPartition,
  subscriptionPartition,
  tenantSlotsKey,
} from '../../lambdas/adapters/dynamodb/keys.ts';
import { type Resource, resources, synthesize } from './synthesize.ts';

interface Statement {
  /** Logical id of the policy and, for a function's, the start of the function's ids. */
  readonly policy: string;
  readonly effect: string;
  readonly actions: readonly string[];
  /** As text: what CloudFormation fills in stands between angle brackets. */
  readonly resources: readonly string[];
  /** Partitions of the table that it is limited to, as patterns; none where it is not. */
  readonly partitions: readonly string[];
}

const template = synthesize();

const listOf = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value].flat());

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, argument] = ['', '']] = Object.entries(value as object);
  if (name === 'Fn::Join') return argument[1].map(text).join(argument[0]);
  return `<${[argument].flat().join('.')}>`;
}

function documents({ Properties }: Resource): readonly Resource['Properties'][] {
  return [
    Properties.PolicyDocument,
    Properties.AssumeRolePolicyDocument,
    Properties.ResourcePolicy?.PolicyDocument,
    ...listOf(Properties.Policies).map((policy) => (policy as Resource['Properties']).PolicyDocument),
  ].filter(Boolean);
}

/** Every statement of every policy in the template. */
const statements: readonly Statement[] = Object.entries(resources(template)).flatMap(([policy, resource]) =>
  documents(resource).flatMap(({ Statement }) =>
    Statement.map((statement: Resource['Properties']) => ({
      policy,
      effect: statement.Effect,
      actions: listOf(statement.Action).map(text),
      resources: listOf(statement.Resource).map(text),
      partitions: statement.Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? [],
    })),
  ),
);

const allowed = statements.filter(({ effect }) => effect === 'Allow');

/** Actions of a function, each with the resource it is for, and with what part of it if that is all. */
const permissionsOf = (prefix: string): readonly string[] =>
  allowed
    .filter(({ policy }) => policy.startsWith(prefix))
    .flatMap(({ actions, resources: targets, partitions }) =>
      targets.flatMap((target) => actions.map((action) => [action, target, ...partitions].join(' '))),
    )
    .filter((permission) => !/^(logs|xray):/.test(permission))
    .map((permission) => permission.replaceAll(/<(\w+?)[0-9A-F]{8}(\.Arn)?>/g, '$1'))
    .sort();

describe('policies', () => {
  it('are there to be looked at', () => {
    expect(allowed.length).toBeGreaterThan(20);
  });

  it('allow no action by wildcard', () => {
    expect(allowed.filter(({ actions }) => actions.some((action) => action.includes('*')))).toEqual([]);
  });

  it('let every function be traced', () => {
    const traced = allowed.filter(({ actions }) => actions.join() === 'xray:PutTelemetryRecords,xray:PutTraceSegments');
    expect(traced.map(({ resources: targets }) => targets)).toEqual(
      Object.keys(resources(template, 'AWS::Lambda::Function')).map(() => ['*']),
    );
  });

  it('let one function read metrics, which are no resources', () => {
    const metrics = allowed.filter(({ actions }) => actions.some((action) => action.startsWith('cloudwatch:')));
    expect(metrics.map(({ policy, actions }) => [policy.slice(0, 10), actions])).toEqual([
      ['OperateHub', ['cloudwatch:GetMetricData']],
    ]);
  });

  it('allow nothing else on a wildcard, except on the connections of this API, whose ids nobody can know', () => {
    const wild = allowed
      .filter(({ actions }) => !actions.every((action) => /^(?:xray|cloudwatch):/.test(action)))
      .flatMap(({ resources: targets }) => targets)
      .filter((target) => target.includes('*'));
    expect(wild.length).toBeGreaterThan(0);
    expect(
      wild.filter((target) => !/:<SocketApi[^>]+>\/v1\/(POST|GET|DELETE)\/@connections\/\*$/.test(target)),
    ).toEqual([]);
  });

  it('attach no managed policy, except the one that API Gateway demands for its logs', () => {
    const managed = Object.values(resources(template, 'AWS::IAM::Role')).flatMap(({ Properties }) =>
      listOf(Properties.ManagedPolicyArns).map(text),
    );
    expect(managed).toEqual(['arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs']);
  });
});

describe('functions may', () => {
  it('ingest-events: put events', () => {
    expect(permissionsOf('IngestEvents')).toEqual([
      'events:PutEvents ModulesbankBus',
      'events:PutEvents ModulescommunityBus',
    ]);
  });

  it('store-events: append to the log, ring, refuse, take from the intake', () => {
    expect(permissionsOf('StoreEvents')).toEqual([
      'dynamodb:GetItem EventLogTable',
      'dynamodb:PutItem EventLogTable',
      'dynamodb:UpdateItem EventLogTable',
      'sqs:DeleteMessage IntakeQueue',
      'sqs:GetQueueAttributes IntakeQueue',
      'sqs:ReceiveMessage IntakeQueue',
      'sqs:SendMessage DoorbellQueue',
      'sqs:SendMessage IntakeDeadLettersQueue',
    ]);
  });

  it('fan-out: read the log, serve connections, post, ring again', () => {
    expect(permissionsOf('FanOut')).toEqual([
      'dynamodb:BatchGetItem EventLogTable',
      'dynamodb:DeleteItem ConnectionsTable',
      'dynamodb:GetItem EventLogTable',
      'dynamodb:Query ConnectionsTable',
      'dynamodb:Query EventLogTable',
      'dynamodb:UpdateItem ConnectionsTable',
      'dynamodb:UpdateItem EventLogTable F#*',
      'execute-api:ManageConnections arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:SocketApi/v1/POST/@connections/*',
      'sqs:DeleteMessage DoorbellQueue',
      'sqs:GetQueueAttributes DoorbellQueue',
      'sqs:ReceiveMessage DoorbellQueue',
      'sqs:SendMessage DoorbellQueue',
    ]);
  });

  it('fan-out: change the log where its positions are, and nowhere else', () => {
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'dynamodb:UpdateItem',
            Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['F#*'] } },
          }),
        ]),
      },
    });
  });

  it.each(['AuthorizeSocket', 'DescribeApi'])('%s: nothing', (id) => {
    expect(permissionsOf(id)).toEqual([]);
  });

  it('socket: register, read the log, acknowledge, post, look and close', () => {
    expect(permissionsOf('Socket').filter((permission) => !permission.startsWith('execute-api:'))).toEqual([
      'dynamodb:BatchGetItem EventLogTable',
      'dynamodb:DeleteItem ConnectionsTable',
      'dynamodb:GetItem ConnectionsTable',
      'dynamodb:GetItem EventLogTable',
      'dynamodb:Query EventLogTable',
      'dynamodb:UpdateItem ConnectionsTable',
      'dynamodb:UpdateItem EventLogTable S#*',
    ]);
    expect(permissionsOf('SocketConnections').map((permission) => permission.split('/').at(-3))).toEqual([
      'DELETE',
      'GET',
      'POST',
    ]);
  });

  it('query-api: read the log', () => {
    expect(permissionsOf('QueryApi')).toEqual([
      'dynamodb:BatchGetItem EventLogTable',
      'dynamodb:GetItem EventLogTable',
      'dynamodb:Query EventLogTable',
    ]);
  });

  it('manage-subscriptions: read the log, and write where subscriptions are, and nowhere else', () => {
    expect(permissionsOf('ManageSubscriptions')).toEqual([
      'dynamodb:BatchGetItem EventLogTable',
      'dynamodb:DeleteItem EventLogTable S#*',
      'dynamodb:GetItem EventLogTable',
      'dynamodb:PutItem EventLogTable S#*',
      'dynamodb:Query EventLogTable',
      'dynamodb:UpdateItem EventLogTable S#*',
    ]);
  });

  it('operate-hub: read places of the log and counts of sockets, look at queues, and send dead letters back', () => {
    const letters = ['IntakeDeadLettersQueue', 'IntakeUndeliverableQueue', 'DoorbellDeadLettersQueue'];
    const actions = ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'];
    const expected = [
      'cloudwatch:GetMetricData *',
      'dynamodb:GetItem ConnectionsTable N#*',
      'dynamodb:GetItem EventLogTable C#*',
      'dynamodb:GetItem EventLogTable F#*',
      'dynamodb:Query ConnectionsTable T#*',
      ...letters.flatMap((queue) => actions.map((action) => `sqs:${action} ${queue}`)),
      ...['IntakeQueue', 'DoorbellQueue'].flatMap((queue) => [
        `sqs:GetQueueAttributes ${queue}`,
        `sqs:SendMessage ${queue}`,
      ]),
    ];
    expect([...new Set(permissionsOf('OperateHub'))]).toEqual(expected.toSorted());
  });
});

describe('partitions that a policy names', () => {
  const tenant = asTenantId('a#b');

  it('are those that the adapters write, and no others', () => {
    const named = new Set(statements.flatMap(({ partitions }) => partitions));
    expect([...named].toSorted()).toEqual(['C#*', 'F#*', 'N#*', 'S#*', 'T#*']);
    const covers = (pattern: string, key: string): boolean => key.startsWith(pattern.slice(0, -1));
    const keys = [
      fanOutKey(tenant).PK,
      subscriptionPartition(tenant),
      ledgerPartition(tenant),
      counterKey(tenant).PK,
      eventKey(tenant, asEventId('S#F#')).PK,
    ];
    expect(keys.map((key) => covers('C#*', key))).toEqual([false, false, false, true, false]);
    const sockets = [connectionPartition(tenant), tenantSlotsKey(tenant).PK];
    expect(sockets.map((key) => covers('T#*', key))).toEqual([true, false]);
    expect(sockets.map((key) => covers('N#*', key))).toEqual([false, true]);
    expect(keys.map((key) => covers('F#*', key))).toEqual([true, false, false, false, false]);
    expect(keys.map((key) => covers('S#*', key))).toEqual([false, true, false, false, false]);
  });
});
