import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { SOURCE_BY_TYPE } from '@tidings/contracts/gen/constants.ts';
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { BusProducers } from '../../lib/constructs/bus-producers.ts';
import type { ProducerAccess } from '../../lib/operations.ts';
import { BUS, mayPut, type Put } from './may-put.ts';
import { createApp, resources, schemasOf } from './synthesize.ts';

const POLICY = 'AWS::Events::EventBusPolicy';
const account = (id: string): object => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${id}:root`]],
});

function synthesize(producers: Readonly<Record<string, ProducerAccess>>, schemasFolder?: string): Template {
  return Template.fromStack(createApp('dev', schemasFolder, undefined, { producers }).stack);
}

describe('the policy of a bus', () => {
  const template = synthesize({ bank: { accounts: ['111111111111', '222222222222'], organization: 'o-a1b2c3d4e5' } });
  const BANK_ONLY = {
    'ForAllValues:StringEquals': {
      'events:source': ['com.tidings.bank'],
      'events:detail-type': Object.keys(SOURCE_BY_TYPE).filter((type) => type.startsWith('bank.')),
    },
    Null: { 'events:source': 'false', 'events:detail-type': 'false' },
  };

  it('is not there where nobody else produces', () => {
    synthesize({}).resourceCountIs(POLICY, 0);
  });

  it('is there for the module that has producers, and no other', () => {
    const buses = Object.values(resources(template, POLICY)).map(({ Properties }) => Properties.EventBusName.Ref);
    expect(buses).toEqual([expect.stringMatching(/^ModulesbankBus/), expect.stringMatching(/^ModulesbankBus/)]);
  });

  it('lets accounts put events of the module, and nothing else', () => {
    template.hasResourceProperties(POLICY, {
      StatementId: 'ProducerAccounts',
      Statement: {
        Sid: 'ProducerAccounts',
        Effect: 'Allow',
        Principal: { AWS: [account('111111111111'), account('222222222222')] },
        Action: 'events:PutEvents',
        Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ModulesbankBus'), 'Arn'] },
        Condition: BANK_ONLY,
      },
    });
  });

  it('lets all accounts of an organisation do so, and nobody outside of it', () => {
    template.hasResourceProperties(POLICY, {
      StatementId: 'ProducerOrganization',
      Statement: {
        Principal: '*',
        Action: 'events:PutEvents',
        Condition: { ...BANK_ONLY, StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      },
    });
  });

  it('has a statement for what is named only', () => {
    const statements = (access: ProducerAccess) =>
      Object.values(resources(synthesize({ community: access }), POLICY)).map(
        ({ Properties }) => Properties.StatementId,
      );
    expect(statements({ accounts: ['111111111111'] })).toEqual(['ProducerAccounts']);
    expect(statements({ organization: 'o-a1b2c3d4e5' })).toEqual(['ProducerOrganization']);
  });
});

describe('who may put on the bus of bank', () => {
  const statements = (access: ProducerAccess) =>
    Object.values(resources(synthesize({ bank: access }), POLICY)).map(({ Properties }) => Properties.Statement);
  const bus = statements({ accounts: ['111111111111'], organization: 'o-a1b2c3d4e5' });
  const good: Put = { account: '111111111111', source: 'com.tidings.bank', type: 'bank.test:created@v1' };
  const { source: _, ...withoutSource } = good;
  const { type: __, ...withoutType } = good;

  it.each<[string, boolean, Put]>([
    ['an account that is named', true, good],
    ['an account of the organisation', true, { ...good, account: '222222222222', organization: 'o-a1b2c3d4e5' }],
    ['an account that is not', false, { ...good, account: '222222222222' }],
    ['an account of another organisation', false, { ...good, account: '222222222222', organization: 'o-z9y8x7w6v5' }],
    ['the source of another module', false, { ...good, source: 'com.tidings.community' }],
    ['the type of another module', false, { ...good, type: 'community.member:joined@v1' }],
    ['a type that the module does not have', false, { ...good, type: 'bank.test:created@v2' }],
    ['another bus', false, { ...good, bus: 'arn:aws:events:eu-north-1:999999999999:event-bus/tidings-dev-community' }],
    ['no source', false, withoutSource],
    ['no type', false, withoutType],
    ['a look at the bus', false, { ...good, action: 'events:DescribeEventBus' }],
    ['an end to the bus', false, { ...good, action: 'events:DeleteEventBus' }],
    [
      'a rule on the bus',
      false,
      { ...good, action: 'events:PutRule', bus: BUS.replace('event-bus/', 'rule/').concat('/mine') },
    ],
  ])('%s: %s', async (_, allowed, put) => {
    expect(await mayPut(put, { bus })).toBe(allowed);
  });

  it('nobody of an organisation where only accounts are named', async () => {
    const accounts = statements({ accounts: ['111111111111'] });
    const member = { ...good, account: '222222222222', organization: 'o-a1b2c3d4e5' };
    expect(await mayPut(member, { bus: accounts })).toBe(false);
    expect(await mayPut(good, { bus: accounts })).toBe(true);
  });
});

describe('a policy that would be too long', () => {
  const manyTypes = Object.fromEntries(
    Array.from({ length: 300 }, (_, i) => [`bank.some-entity-${i}:created@v1`, 'com.tidings.bank']),
  );

  function policiesOf(access: ProducerAccess, sourceByType: Readonly<Record<string, string>>): Template {
    const stack = new Stack();
    const bus = new EventBus(stack, 'Bus');
    new BusProducers(stack, 'Producers', { module: 'bank', bus, access, path: 'prod.producers.bank', sourceByType });
    return Template.fromStack(stack);
  }

  it('limits producers to types that begin with the name of the module', () => {
    policiesOf({ accounts: ['111111111111'] }, { ...manyTypes, 'community.a:b@v1': 'other' }).hasResourceProperties(
      POLICY,
      {
        Statement: {
          Condition: {
            'ForAllValues:StringEquals': {
              'events:source': ['com.tidings.bank'],
              'events:detail-type': Match.absent(),
            },
            'ForAllValues:StringLike': { 'events:detail-type': ['bank.*'] },
            Null: { 'events:source': 'false', 'events:detail-type': 'false' },
          },
        },
      },
    );
  });

  it('is refused where accounts make it long, because an organisation takes one line', () => {
    const accounts = Array.from({ length: 300 }, (_, i) => String(111_111_111_111 + i));
    expect(() => policiesOf({ accounts }, manyTypes)).toThrow(
      /^prod\.producers\.bank\.accounts: found 300 accounts, which make a policy of \d+ bytes, expected at most 10240\. Name their organization instead$/,
    );
  });
});

describe('producers', () => {
  it('of a module that does not exist are refused, and the likely one is named', () => {
    const producers = { bnak: { organization: 'o-a1b2c3d4e5' }, xxxxxxxxxxxx: { organization: 'o-a1b2c3d4e5' } };
    expect(() => synthesize(producers)).toThrow(
      'dev.producers.bnak: found no such module, expected one of bank, community. Did you mean bank?\n' +
        'dev.producers.xxxxxxxxxxxx: found no such module, expected one of bank, community',
    );
  });

  it('of a module that has no event type are refused: nothing could limit them', () => {
    expect(() => synthesize({ crm: { accounts: ['111111111111'] } }, schemasOf('bank', 'crm'))).toThrow(
      'dev.producers.crm: found a module without an event type, expected one at least',
    );
  });
});

describe('a template with producers', () => {
  const producers = { bank: { accounts: ['111111111111'], organization: 'o-a1b2c3d4e5' } };

  it('leaves cdk-nag no finding that is not acknowledged', () => {
    const { app } = createApp('dev', undefined, undefined, { producers });
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });

  const hasCfnLint = spawnSync('cfn-lint', ['--version']).status === 0;
  it.skipIf(!hasCfnLint)('passes cfn-lint (skipped where cfn-lint is not installed)', { timeout: 120_000 }, () => {
    const { app, stack } = createApp('dev', undefined, undefined, { producers });
    const file = path.join(app.synth().directory, stack.templateFile);
    const { stdout, status } = spawnSync('cfn-lint', ['-i', 'W3005', '--', file], { encoding: 'utf8' });
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  });
});
