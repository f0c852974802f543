import { App, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { TidingsProducer, type TidingsProducerProps } from './tidings-producer.ts';

const OWN = '111111111111';
const HUB = '999999999999';
const TYPE = 'bank.transaction:created@v1';

function createStack(env: { readonly account?: string; readonly region?: string } = {}): Stack {
  return new Stack(new App(), 'Orders', { env });
}

const createFunction = (stack: Stack, id = 'Function'): LambdaFunction =>
  new LambdaFunction(stack, id, {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {};'),
  });

/** A stack with a function that publishes. */
function publishing(props: TidingsProducerProps, env?: { readonly account?: string; readonly region?: string }) {
  const stack = createStack(env);
  const producer = new TidingsProducer(stack, 'Events', props);
  producer.connect(createFunction(stack));
  return { producer, template: Template.fromStack(stack) };
}

/** For what gets past the compiler. */
const made = (props: object) => () => new TidingsProducer(createStack(), 'Events', props as TidingsProducerProps);

describe('a function that publishes on a hub in another account', () => {
  const { template } = publishing(
    { hub: { environment: 'prod', account: HUB, region: 'eu-west-1' }, types: [TYPE] },
    { account: OWN, region: 'eu-north-1' },
  );

  it('may put the types that were named on the bus of their module, and nothing else', () => {
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'events:PutEvents',
            Resource: {
              'Fn::Join': [
                '',
                ['arn:', { Ref: 'AWS::Partition' }, `:events:eu-west-1:${HUB}:event-bus/tidings-prod-bank`],
              ],
            },
            Condition: {
              'ForAllValues:StringEquals': { 'events:source': ['com.tidings.bank'], 'events:detail-type': [TYPE] },
              Null: { 'events:source': 'false', 'events:detail-type': 'false' },
            },
          },
        ],
      },
    });
  });

  it('finds in its environment the ARN of the bus, as TidingsBusClient reads it', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          TIDINGS_BUSES: {
            'Fn::Join': [
              '',
              ['{"bank":"arn:', { Ref: 'AWS::Partition' }, `:events:eu-west-1:${HUB}:event-bus/tidings-prod-bank"}`],
            ],
          },
        },
      },
    });
  });
});

describe('a producer', () => {
  it('looks for the hub in the account and region of its own stack if none is named', () => {
    const { template } = publishing({ hub: { environment: 'dev' }, modules: ['bank'] });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Resource: {
              'Fn::Join': [
                '',
                [
                  'arn:',
                  { Ref: 'AWS::Partition' },
                  ':events:',
                  { Ref: 'AWS::Region' },
                  ':',
                  { Ref: 'AWS::AccountId' },
                  ':event-bus/tidings-dev-bank',
                ],
              ],
            },
          },
        ],
      },
    });
  });

  it('of several modules gets a statement and a bus for each, with the types of that module', () => {
    const { template, producer } = publishing({
      hub: { environment: 'dev' },
      modules: ['community'],
      types: [TYPE],
    });
    expect(Object.keys(producer.busArns)).toEqual(['bank', 'community']);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          { Condition: { 'ForAllValues:StringEquals': { 'events:detail-type': [TYPE] } } },
          {
            Condition: {
              'ForAllValues:StringEquals': {
                'events:source': ['com.tidings.community'],
                'events:detail-type': Match.arrayWith(['community.member:joined@v1', 'community.member:left@v1']),
              },
            },
          },
        ],
      },
    });
  });

  it('connects several functions, each once however often it is asked', () => {
    const stack = createStack();
    const producer = new TidingsProducer(stack, 'Events', { hub: { environment: 'dev' }, modules: ['bank'] });
    const first = createFunction(stack, 'First');
    for (const lambda of [first, first, createFunction(stack, 'Second')]) {
      expect(producer.connect(lambda).success).toBe(true);
    }
    const statements = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).map(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    expect(statements).toEqual([[expect.anything()], [expect.anything()]]);
  });

  it('refuses a function that another producer has connected: one of them would lose its buses', () => {
    const stack = createStack();
    const lambda = createFunction(stack);
    const hub = { environment: 'dev' };
    new TidingsProducer(stack, 'Bank', { hub, modules: ['bank'] }).connect(lambda);
    const second = new TidingsProducer(stack, 'Community', { hub, modules: ['community'] });
    expect(() => second.connect(lambda)).toThrow(
      expect.objectContaining({
        code: 'ALREADY_CONNECTED',
        message:
          'Orders/Community: expected a function that no other producer is connected to, found Orders/Function, which ' +
          'Orders/Bank is. Name all its modules and types in one TidingsProducer',
      }),
    );
  });

  it('takes a hub that is known at deployment only', () => {
    const account = Token.asString({ Ref: 'HubAccount' });
    const hub = { environment: 'dev', account, region: 'eu-north-1' };
    expect(made({ hub, modules: ['bank'] })).not.toThrow();
  });

  it('takes buses with names of their own', () => {
    const { producer } = publishing({
      hub: { environment: 'dev', account: HUB, region: 'eu-north-1', busPrefix: 'acme.events' },
      modules: ['bank'],
    });
    expect(producer.busArns.bank).toMatch(/:event-bus\/acme\.events-bank$/);
  });
});

describe('a wrong producer is refused at synth, with the construct, what was found and what was expected:', () => {
  const hub = { environment: 'dev' };

  it.each([
    [{ hub }, 'Orders/Events: expected a module or an event type at least, found none'],
    [
      { hub, types: ['bank.transaction:craeted@v1'] },
      'Orders/Events: expected types that this version of @tidings/client knows, found "bank.transaction:craeted@v1". ' +
        'Did you mean bank.transaction:created@v1?',
    ],
    [
      { hub, modules: ['bnak'] },
      'Orders/Events: expected modules that this version of @tidings/client knows, found "bnak". Did you mean bank?',
    ],
    [{ hub, modules: [7] }, 'Orders/Events: expected modules that this version of @tidings/client knows, found 7.'],
  ])('%j', (props, message) => {
    expect(made(props)).toThrow(expect.objectContaining({ code: 'EVENTS_INVALID', message }));
  });

  it.each([
    [undefined, 'hub.environment to be the name of an environment, such as "prod", found undefined'],
    [{}, 'hub.environment to be the name of an environment, such as "prod", found undefined'],
    [{ environment: 'a b' }, 'hub.environment to be the name of an environment, such as "prod", found "a b"'],
    [{ environment: 'dev', account: '12' }, 'hub.account to be an AWS account: a string of 12 digits, found "12"'],
    [{ environment: 'dev', account: 999999999999 }, 'a string of 12 digits, found 999999999999'],
    [
      { environment: 'dev', region: 'Stockholm' },
      'hub.region to be an AWS region such as "eu-north-1", found "Stockholm"',
    ],
    [{ environment: 'dev', busPrefix: 'a/b' }, 'hub.busPrefix to be the beginning of names of buses, such as'],
  ])('hub %j', (wrong, message) => {
    expect(made({ hub: wrong, modules: ['bank'] })).toThrow(
      expect.objectContaining({ code: 'HUB_INVALID', message: expect.stringContaining(message) }),
    );
  });
});
