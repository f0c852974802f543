import { TidingsInbox, TidingsProducer, type TidingsProducerProps } from '@tidings/constructs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import type { ProducerAccess } from '../../lib/operations.ts';
import { BUS, HUB, mayPut, type Put } from './may-put.ts';
import { createApp, resources } from './synthesize.ts';

const POLICY = 'AWS::Events::EventBusPolicy';
const PRODUCER = '111111111111';
const STRANGER = '222222222222';
const hub = { environment: 'dev', account: HUB, region: 'eu-north-1' };

/** What the hub's stack lets others do on its bus of bank. */
function hubPolicy(access: ProducerAccess): readonly unknown[] {
  const { stack } = createApp('dev', undefined, undefined, { producers: { bank: access } });
  return Object.values(resources(Template.fromStack(stack), POLICY)).map(({ Properties }) => Properties.Statement);
}

/** What the role of a function in a producer's stack may do. */
function rolePolicy(props: Omit<TidingsProducerProps, 'hub'>): readonly unknown[] {
  const stack = new Stack(new App(), 'Orders');
  const lambda = new LambdaFunction(stack, 'Function', {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {};'),
  });
  new TidingsProducer(stack, 'Events', { hub, ...props }).connect(lambda);
  const policies = Object.values(resources(Template.fromStack(stack), 'AWS::IAM::Policy'));
  return policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

const good: Put = { account: PRODUCER, source: 'com.tidings.bank', type: 'bank.transaction:created@v1' };
const OTHER_BUS = BUS.replace('-bank', '-community');

describe('what a TidingsProducer and the policy of the bus together let a function put', () => {
  const identity = rolePolicy({ modules: ['bank'] });
  const bus = hubPolicy({ accounts: [PRODUCER] });

  it.each<[string, boolean, Put]>([
    ['an event of its module', true, good],
    ['another event of its module', true, { ...good, type: 'bank.test:created@v1' }],
    ['an event of its module from an account that the hub does not know', false, { ...good, account: STRANGER }],
    ['the source of another module', false, { ...good, source: 'com.tidings.community' }],
    ['a type of another module', false, { ...good, type: 'community.member:joined@v1' }],
    ['a type that the module does not have', false, { ...good, type: 'bank.transaction:created@v9' }],
    ['an event on the bus of another module', false, { ...good, bus: OTHER_BUS }],
  ])('%s: %s', async (_, allowed, put) => {
    expect(await mayPut(put, { identity, bus })).toBe(allowed);
  });

  it('is no more than either alone: neither widens the other', async () => {
    const oneType = rolePolicy({ types: ['bank.test:created@v1'] });
    expect(await mayPut({ ...good, type: 'bank.test:created@v1' }, { identity: oneType, bus })).toBe(true);
    expect(await mayPut(good, { identity: oneType, bus })).toBe(false);
    expect(await mayPut(good, { identity, bus: [] })).toBe(false);
    expect(await mayPut(good, { identity: [], bus })).toBe(false);
  });

  it('holds for every account of an organisation that the hub names', async () => {
    const organisation = hubPolicy({ organization: 'o-a1b2c3d4e5' });
    const member = { ...good, account: STRANGER, organization: 'o-a1b2c3d4e5' };
    expect(await mayPut(member, { identity, bus: organisation })).toBe(true);
    expect(await mayPut({ ...member, organization: 'o-z9y8x7w6v5' }, { identity, bus: organisation })).toBe(false);
    expect(await mayPut({ ...member, source: 'com.tidings.community' }, { identity, bus: organisation })).toBe(false);
  });

  it.each<[string, boolean, Put]>([
    ['an event of its module', true, good],
    ['the source of another module', false, { ...good, source: 'com.tidings.community' }],
    ['a type of another module', false, { ...good, type: 'community.member:joined@v1' }],
    ['an event on the bus of another module', false, { ...good, bus: OTHER_BUS }],
  ])("in the hub's own account needs no policy of the bus, and lets through %s: %s", async (_, allowed, put) => {
    expect(await mayPut({ ...put, account: HUB }, { identity, bus: [] })).toBe(allowed);
  });
});

describe('what may be put on the bus of a TidingsInbox', () => {
  const stack = new Stack(new App(), 'Mailer');
  // The simulator knows one account that has buses: here it is that of the inbox.
  new TidingsInbox(stack, 'Inbox', { hub: { ...hub, account: PRODUCER }, pattern: 'bank.transaction:*' });
  const bus = Object.values(resources(Template.fromStack(stack), POLICY)).map(({ Properties }) => Properties.Statement);

  it.each<[string, boolean, Put]>([
    ["an event of its pattern by the hub's account", true, good],
    ['the same by any other account', false, { ...good, account: STRANGER }],
    ["an event beside its pattern by the hub's account", false, { ...good, type: 'bank.test:created@v1' }],
    ["another source by the hub's account", false, { ...good, source: 'com.tidings.community' }],
  ])('%s: %s', async (_, allowed, put) => {
    expect(await mayPut(put, { bus })).toBe(allowed);
  });
});
