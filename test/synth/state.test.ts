import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { KEY_ATTRIBUTES, TTL_ATTRIBUTE } from '../../lambdas/adapters/dynamodb/keys.ts';
import { HOLDS_NOTHING } from '../../scripts/deploy/changes.ts';
import { resources, synthesize } from './synthesize.ts';

const dev = synthesize('dev');
const prod = synthesize('prod');

/** What holds data, or has an address that others know. */
const STATEFUL = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Stage',
  'AWS::DynamoDB::Table',
  'AWS::Events::Archive',
  'AWS::Events::EventBus',
  'AWS::EventSchemas::Registry',
  'AWS::Logs::LogGroup',
  'AWS::SQS::Queue',
];

const statefulIds = (template: Template): readonly string[] => Object.keys(resources(template, ...STATEFUL)).sort();

describe('what holds state', () => {
  // A changed logical id replaces the resource: a new empty table, and the old one left behind or deleted.
  it('keeps its logical ids', () => {
    expect(statefulIds(dev)).toEqual([
      'AuthorizeSocketLogsE522FB83',
      'ConnectionsTable93C55591',
      'DescribeApiLogsF3788FF6',
      'DoorbellDeadLettersQueueB1381749',
      'DoorbellQueue23EF27C0',
      'EventLogTable2439D8B1',
      'FanOutLogsE78F3434',
      'HttpApi9292168F',
      'HttpApiAccessLogLogsC0FE4D47',
      'HttpApiStageCEBE8DDB',
      'IngestEventsLogsEA57E02C',
      'IntakeDeadLettersQueue8B4050DD',
      'IntakeQueue6FB53B87',
      'IntakeUndeliverableQueue5940A8BE',
      'ManageSubscriptionsLogsB5B04463',
      'ModulesbankBus8C98B5F4',
      'ModulesbankBusArchiveB6BBEDD1',
      'ModulescommunityBus660734F4',
      'ModulescommunityBusArchiveCE38B786',
      'OperateHubLogsBFED2BEE',
      'QueryApiLogsF7AA63A5',
      'SchemaRegistry51BA8F02',
      'SocketApi9DED0CBC',
      'SocketApiAccessLogLogs2460EDC4',
      'SocketApiStage5E71A516',
      'SocketLogsA5803119',
      'StoreEventsLogsEA5292A3',
    ]);
  });

  // So that whoever adds a type decides whether a deployment may take one away without being asked.
  it('is every type that is not known to hold nothing', () => {
    const types = new Set(Object.values(resources(dev)).map(({ Type }) => Type));
    expect([...types].filter((type) => !HOLDS_NOTHING.includes(type)).sort()).toEqual([...STATEFUL].sort());
  });

  it('has the same logical ids in every environment', () => {
    expect(statefulIds(prod)).toEqual(statefulIds(dev));
    expect(statefulIds(synthesize('pre-prod'))).toEqual(statefulIds(dev));
  });

  it.each(['AWS::DynamoDB::Table', 'AWS::SQS::Queue', 'AWS::Logs::LogGroup'])(
    'stays in prod when the stack goes: %s',
    (type) => {
      prod.allResources(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    },
  );

  it.each(['AWS::DynamoDB::Table', 'AWS::SQS::Queue', 'AWS::Logs::LogGroup'])(
    'goes with the stack in dev: %s',
    (type) => {
      dev.allResources(type, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
    },
  );

  it('cannot be deleted by mistake in prod', () => {
    prod.allResourcesProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
    dev.allResourcesProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
  });
});

describe('tables', () => {
  it('are two', () => {
    dev.resourceCountIs('AWS::DynamoDB::Table', 2);
  });

  it('have the keys that the adapters write', () => {
    dev.allResourcesProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: KEY_ATTRIBUTES.partition, KeyType: 'HASH' },
        { AttributeName: KEY_ATTRIBUTES.sort, KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: Match.absent(),
    });
  });

  it('forget what has expired', () => {
    dev.allResourcesProperties('AWS::DynamoDB::Table', {
      TimeToLiveSpecification: { AttributeName: TTL_ATTRIBUTE, Enabled: true },
    });
  });

  it('can be restored to any second', () => {
    dev.allResourcesProperties('AWS::DynamoDB::Table', {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('are encrypted with a key whose use is logged', () => {
    dev.allResourcesProperties('AWS::DynamoDB::Table', { SSESpecification: { SSEEnabled: true } });
  });

  it('are paid for by request', () => {
    dev.allResourcesProperties('AWS::DynamoDB::Table', { BillingMode: 'PAY_PER_REQUEST' });
  });
});

describe('logs', () => {
  it.each([
    [dev, 7],
    [synthesize('pre-prod'), 30],
    [prod, 90],
  ])('are kept as long as the environment says', (template, days) => {
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: days });
  });

  it('are one for each function and each API', () => {
    dev.resourceCountIs('AWS::Logs::LogGroup', 11);
  });
});
