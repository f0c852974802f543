import { readFileSync } from 'node:fs';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { createApp, resources, synthesize } from './synthesize.ts';

const ACCOUNT = '111111111111';
const REGION = 'eu-north-1';
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const BUS = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/tidings-prod-bank`;

const { stack } = createApp('dev', undefined, undefined, { encryptionKey: KEY });
const template = Template.fromStack(stack);

type Json = Readonly<Record<string, unknown>>;

/** The policy of a key as the guide shows it. */
const guide = readFileSync(new URL('../../docs/protecting.md', import.meta.url), 'utf8');
const shown = /```json\n(\{\s*"Version"[\s\S]*?)```/.exec(guide)?.[1] ?? '';
/** The simulator knows no condition key whose last part has colons, so both sides here get other names for these. */
const BUS_CONTEXT = 'aws:UserAgent';
const keyPolicy: Json = JSON.parse(
  shown
    .replaceAll('kms:EncryptionContext:aws:logs:arn', 'aws:SourceArn')
    .replaceAll('kms:EncryptionContext:aws:events:event-bus:arn', BUS_CONTEXT),
);

/** What CloudFormation fills in, as it would be in the guide's region. */
function text(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(text);
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::Join': join } = value as Json;
  if (Ref === 'AWS::Region') return REGION;
  if (Array.isArray(join)) return (join[1] as readonly unknown[]).map(text).join(String(join[0]));
  if (Ref !== undefined || 'Fn::GetAtt' in value) return 'arn:aws:any:::thing';
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, text(inner)]));
}

/** Policies of a function, by the beginning of their logical ids. */
const policiesOf = (prefix: string) =>
  Object.entries(resources(template, 'AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith(`${prefix}Role`))
    .map(([name, { Properties }]) => ({ name, policy: text(Properties.PolicyDocument) }));

interface Use {
  readonly principal: string;
  readonly action: string;
  readonly context: Readonly<Record<string, string>>;
  readonly identity?: readonly { readonly name: string; readonly policy: unknown }[];
}

/** Whether IAM and the policy of the guide let somebody use the key. */
async function mayUse({ principal, action, context, identity = [] }: Use): Promise<boolean> {
  const answer = await runSimulation(
    {
      request: { principal, action, resource: { resource: KEY, accountId: ACCOUNT }, contextVariables: context },
      identityPolicies: [...identity],
      resourcePolicy: keyPolicy,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (answer.resultType !== 'single') throw new Error(`Expected one answer, found ${JSON.stringify(answer)}`);
  return answer.overallResult === 'Allowed';
}

const asFunction = (prefix: string, action: string, service: string): Promise<boolean> =>
  mayUse({
    principal: `arn:aws:iam::${ACCOUNT}:role/${prefix}`,
    action,
    context: { 'kms:ViaService': `${service}.${REGION}.amazonaws.com` },
    identity: policiesOf(prefix),
  });

describe('a key of one’s own', () => {
  it('encrypts tables, queues, buses, archives and logs, each of them', () => {
    template.allResourcesProperties('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY },
    });
    template.allResourcesProperties('AWS::SQS::Queue', {
      KmsMasterKeyId: KEY,
      SqsManagedSseEnabled: Match.absent(),
    });
    template.allResourcesProperties('AWS::Events::EventBus', { KmsKeyIdentifier: KEY });
    template.allResourcesProperties('AWS::Events::Archive', { KmsKeyIdentifier: KEY });
    template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: KEY });
  });

  it('is nowhere in a template whose environment names none', () => {
    const text = JSON.stringify(synthesize('prod').toJSON());
    // The CDK writes "" where an archive has no key.
    expect(text.match(/"kms:|KmsKeyId"|KmsKeyIdentifier":(?!"")|KmsMaster|KMSMaster/g)).toBeNull();
  });

  it('lets no event vanish that a bus cannot encrypt: it goes to the undeliverable, which let the bus in', () => {
    template.allResourcesProperties('AWS::Events::EventBus', {
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^IntakeUndeliverable'), 'Arn'] } },
    });
    for (const bus of Object.keys(resources(template, 'AWS::Events::EventBus'))) {
      template.hasResourceProperties('AWS::SQS::QueuePolicy', {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Action: Match.arrayWith(['sqs:SendMessage']),
              Principal: { Service: 'events.amazonaws.com' },
              Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [bus, 'Arn'] } } },
            }),
          ]),
        },
      });
    }
  });

  it('keeps the logical ids of what holds state', () => {
    const ids = (of: Template) => Object.keys(resources(of, 'AWS::DynamoDB::Table', 'AWS::SQS::Queue'));
    expect(ids(template)).toEqual(ids(synthesize()));
  });
});

describe('with the key policy of docs/protecting.md', () => {
  it.each([
    ['StoreEvents', 'kms:GenerateDataKey', 'sqs', true],
    ['StoreEvents', 'kms:Decrypt', 'sqs', true],
    ['StoreEvents', 'kms:Encrypt', 'dynamodb', true],
    ['FanOut', 'kms:GenerateDataKey', 'sqs', true],
    ['FanOut', 'kms:Decrypt', 'dynamodb', true],
    ['Socket', 'kms:GenerateDataKey', 'dynamodb', true],
    ['Socket', 'kms:GenerateDataKey', 'sqs', false],
    ['QueryApi', 'kms:Decrypt', 'dynamodb', true],
    ['QueryApi', 'kms:Encrypt', 'dynamodb', false],
    ['ManageSubscriptions', 'kms:Encrypt', 'dynamodb', true],
    ['IngestEvents', 'kms:Decrypt', 'dynamodb', false],
    ['AuthorizeSocket', 'kms:Decrypt', 'dynamodb', false],
    ['DescribeApi', 'kms:Decrypt', 'sqs', false],
    ['StoreEvents', 'kms:ScheduleKeyDeletion', 'dynamodb', false],
  ])('%s may %s by %s: %s', async (prefix, action, service, expected) => {
    expect(await asFunction(prefix, action, service)).toBe(expected);
  });

  const events = (action: string, context: Use['context']) =>
    mayUse({ principal: 'events.amazonaws.com', action, context });

  it('EventBridge may encrypt for the buses of this account, and for no others', async () => {
    const onBus = (account: string): Use['context'] => {
      const bus = BUS.replaceAll(ACCOUNT, account);
      return { 'aws:SourceAccount': account, 'aws:SourceArn': bus, [BUS_CONTEXT]: bus };
    };
    expect(await events('kms:GenerateDataKey', onBus(ACCOUNT))).toBe(true);
    expect(await events('kms:Decrypt', onBus(ACCOUNT))).toBe(true);
    expect(await events('kms:GenerateDataKey', onBus('222222222222'))).toBe(false);
    expect(await events('kms:ScheduleKeyDeletion', onBus(ACCOUNT))).toBe(false);
  });

  it('EventBridge may put into encrypted queues, for which KMS is not told for whom it is', async () => {
    expect(await events('kms:GenerateDataKey', {})).toBe(true);
    expect(await events('kms:Decrypt', {})).toBe(true);
    expect(await events('kms:ReEncryptFrom', {})).toBe(false);
  });

  const logs = (account: string) =>
    mayUse({
      principal: `logs.${REGION}.amazonaws.com`,
      action: 'kms:GenerateDataKey',
      context: { 'aws:SourceArn': `arn:aws:logs:${REGION}:${account}:log-group:any` },
    });

  it('CloudWatch Logs may encrypt the log groups of this account, and no others', async () => {
    expect([await logs(ACCOUNT), await logs('222222222222')]).toEqual([true, false]);
  });

  it('another account may not use the key, whatever its own policies say', async () => {
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    const principal = 'arn:aws:iam::222222222222:role/admin';
    const identity = [{ name: 'everything', policy }];
    expect(await mayUse({ principal, action: 'kms:Decrypt', context: {}, identity })).toBe(false);
  });
});
