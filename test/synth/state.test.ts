import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { KEY_ATTRIBUTES, TTL_ATTRIBUTE } from '../../lambdas/adapters/dynamodb/keys.ts';
import { resources, synthesize } from './synthesize.ts';

const dev = synthesize('dev');
const prod = synthesize('prod');

const STATEFUL = ['AWS::DynamoDB::Table', 'AWS::SQS::Queue', 'AWS::Events::EventBus'];

const statefulIds = (template: Template): readonly string[] => Object.keys(resources(template, ...STATEFUL)).sort();

describe('what holds state', () => {
  // A changed logical id replaces the resource: a new empty table, and the old one left behind or deleted.
  it('keeps its logical ids', () => {
    expect(statefulIds(dev)).toEqual([
      'ConnectionsTable93C55591',
      'DoorbellDeadLettersQueueB1381749',
      'DoorbellQueue23EF27C0',
      'EventLogTable2439D8B1',
      'IntakeDeadLettersQueue8B4050DD',
      'IntakeQueue6FB53B87',
      'IntakeUndeliverableQueue5940A8BE',
      'ModulesbankBus8C98B5F4',
      'ModulescommunityBus660734F4',
    ]);
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
    dev.resourceCountIs('AWS::Logs::LogGroup', 10);
  });
});
