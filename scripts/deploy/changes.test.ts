import type { Stack } from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import type { SynthesizedStack } from './assembly.ts';
import { compare, type Template } from './changes.ts';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

const RETAINED = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' } as const;

const table = (properties: Readonly<Record<string, unknown>> = {}, policies: object = RETAINED): Resource => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: { KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], DeletionProtectionEnabled: true, ...properties },
  ...policies,
});

const queue = (properties: Readonly<Record<string, unknown>>): Resource => ({
  Type: 'AWS::SQS::Queue',
  Properties: properties,
  ...RETAINED,
});

const templateOf = (Resources: Readonly<Record<string, Resource>>): Template => ({ Resources });

const synthesized = (template: Template, terminationProtection = true): SynthesizedStack => ({
  name: 'tidings-prod',
  template,
  account: '123456789012',
  region: 'eu-north-1',
  terminationProtection,
  tags: { application: 'tidings' },
  lookupRole: undefined,
});

const stack: Stack = {
  StackName: 'tidings-prod',
  StackStatus: 'UPDATE_COMPLETE',
  CreationTime: new Date('2026-01-31T09:30:00Z'),
  EnableTerminationProtection: true,
  Tags: [{ Key: 'application', Value: 'tidings' }],
};

function destructive(before: Readonly<Record<string, Resource>>, after: Readonly<Record<string, Resource>>) {
  return compare(synthesized(templateOf(after)), { stack, template: templateOf(before) }).destructive;
}

describe('a deployment', () => {
  it('of what is deployed already changes nothing', () => {
    const template = templateOf({ Log: table() });
    const changes = compare(synthesized(template), { stack, template: structuredClone(template) });
    expect(changes).toMatchObject({ none: true, ofStack: [], destructive: [] });
  });

  it('of a new stack destroys nothing, and is a change even if the template is empty', () => {
    expect(compare(synthesized(templateOf({ Log: table() })))).toMatchObject({ none: false, destructive: [] });
    expect(compare(synthesized({})).none).toBe(false);
  });

  it.each([
    ['a tag', { ...stack, Tags: [] }, 'tags: {} become {"application":"tidings"}'],
    ['protection', { ...stack, EnableTerminationProtection: false }, 'termination protection: false becomes true'],
  ])('changes something if only %s is other', (_, found, line) => {
    const template = templateOf({ Log: table() });
    expect(compare(synthesized(template), { stack: found, template })).toMatchObject({
      none: false,
      ofStack: [line],
      destructive: [],
    });
  });

  it('knows from the deployed stack whether it was to keep what it has', () => {
    const template = templateOf({ Log: table() });
    expect(compare(synthesized(template, false), { stack, template }).wasKept).toBe(true);
    const unprotected = { ...stack, EnableTerminationProtection: false };
    expect(compare(synthesized(template, false), { stack: unprotected, template }).wasKept).toBe(false);
    expect(compare(synthesized(template)).wasKept).toBe(false);
  });

  it('says that the stack loses its protection', () => {
    const template = templateOf({ Log: table() });
    expect(compare(synthesized(template, false), { stack, template }).destructive).toEqual([
      'The stack loses its protection against deletion.',
    ]);
  });
});

describe('what holds data', () => {
  it.each([
    ['goes with the stack', table({}, {}), 'Log (AWS::DynamoDB::Table) is deleted.'],
    ['is left behind', table(), 'Log (AWS::DynamoDB::Table) leaves the stack, and stays in the account without it.'],
  ])('is missed when it %s', (_, before, line) => {
    expect(destructive({ Log: before }, {})).toEqual([line]);
  });

  it('is missed when its logical id is another', () => {
    expect(destructive({ Log: table() }, { EventLog: table() })).toHaveLength(1);
  });

  it('is missed when it is replaced, with the property that does it', () => {
    const other = table({ KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] });
    expect(destructive({ Log: table() }, { Log: other })).toEqual([
      'Log (AWS::DynamoDB::Table) is replaced by a new, empty one, because of KeySchema.',
    ]);
  });

  it('is missed when it is of a type that nobody has thought of', () => {
    const strange = { Type: 'AWS::Strange::Thing', Properties: {} };
    expect(destructive({ It: strange }, {})).toEqual(['It (AWS::Strange::Thing) is deleted.']);
  });

  it.each<readonly [what: string, before: Resource, after: Resource, rule: string]>([
    [
      'deletion protection',
      table(),
      table({ DeletionProtectionEnabled: false }),
      'DeletionProtectionEnabled is switched',
    ],
    [
      'point-in-time recovery',
      table({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }),
      table(),
      'PointInTimeRecoveryEnabled is switched off.',
    ],
    [
      'the dead letters of a queue',
      queue({ RedrivePolicy: { maxReceiveCount: 5 } }),
      queue({}),
      'RedrivePolicy is switched off.',
    ],
    [
      'the policy of deletion',
      table(),
      table({}, { UpdateReplacePolicy: 'Retain' }),
      'DeletionPolicy Retain becomes Delete.',
    ],
    [
      'the attribute of expiry',
      table({ TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true } }),
      table({ TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true } }),
      'items expire by another attribute.',
    ],
    [
      'how long a queue keeps',
      queue({ MessageRetentionPeriod: 1_209_600 }),
      queue({ MessageRetentionPeriod: 60 }),
      'MessageRetentionPeriod of 1209600 seconds becomes 60 seconds: what is older goes.',
    ],
    [
      'how long a queue keeps, by leaving it to SQS',
      queue({ MessageRetentionPeriod: 1_209_600 }),
      queue({}),
      'MessageRetentionPeriod of 1209600 seconds becomes 345600 seconds: what is older goes.',
    ],
    [
      'an archive that was for ever',
      { Type: 'AWS::Events::Archive', Properties: { RetentionDays: 0 } },
      { Type: 'AWS::Events::Archive', Properties: { RetentionDays: 14 } },
      'RetentionDays of for ever becomes 14 days: what is older goes.',
    ],
    [
      'how far back it can be recovered',
      table({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }),
      table({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 1 } }),
      'RecoveryPeriodInDays of 35 days becomes 1 days: what is older goes.',
    ],
    [
      'logs that were for ever',
      { Type: 'AWS::Logs::LogGroup', Properties: {} },
      { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 90 } },
      'RetentionInDays of for ever becomes 90 days: what is older goes.',
    ],
  ])('is looser kept with another rule: %s', (_, before, after, rule) => {
    expect(destructive({ It: before }, { It: after })).toEqual([expect.stringContaining(rule)]);
    expect(destructive({ It: after }, { It: before }).filter((line) => line.includes('becomes'))).toEqual([]);
  });
});

describe('what holds nothing', () => {
  it.each(['AWS::Lambda::Function', 'AWS::IAM::Role', 'AWS::CloudWatch::Alarm', 'AWS::Events::Rule'])(
    'may go: %s',
    (Type) => {
      expect(destructive({ It: { Type } }, {})).toEqual([]);
    },
  );

  it('may be changed in place', () => {
    const before = { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Key: 'a' }, MemorySize: 512 } };
    const after = { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Key: 'b' }, MemorySize: 1024 } };
    expect(destructive({ It: before }, { It: after })).toEqual([]);
  });
});
