import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { EventBus, type IRuleTarget } from 'aws-cdk-lib/aws-events';
import { EventBus as BusTarget, LambdaFunction as LambdaTarget, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { TidingsRule, type TidingsRuleProps } from './tidings-rule.ts';

const RULE = 'AWS::Events::Rule';
const hub = { environment: 'dev' };
const env = { account: '111111111111', region: 'eu-north-1' };
const createStack = (own?: typeof env): Stack => new Stack(new App(), 'Mailer', own && { env: own });
const toQueue = (stack: Stack): IRuleTarget => new SqsQueue(new Queue(stack, 'Queue'));
const createFunction = (stack: Stack): LambdaFunction =>
  new LambdaFunction(stack, 'Function', {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {};'),
  });

/** For what gets past the compiler. */
function made(props: object, stack = createStack(env)) {
  const given = { hub, pattern: 'bank.*', targets: [toQueue(stack)], ...props };
  return () => new TidingsRule(stack, 'Rule', given as unknown as TidingsRuleProps<'bank.*'>);
}

const logicalId = (template: Template, type: string, start: string): string =>
  Object.keys(template.findResources(type)).find((id) => id.startsWith(start)) ?? 'none';

describe('a rule', () => {
  it('matches the types of its pattern by name, and what else must hold, on the bus of their module', () => {
    const stack = createStack();
    new TidingsRule(stack, 'Rule', {
      hub,
      pattern: 'bank.transaction:*',
      conditions: { tenantid: 'acme', data: { status: { code: [{ numeric: ['>=', 200] }] } } },
      targets: [toQueue(stack)],
      description: 'Large transfers',
      enabled: false,
    });
    Template.fromStack(stack).hasResourceProperties(RULE, {
      EventBusName: 'tidings-dev-bank',
      State: 'DISABLED',
      Description: 'Large transfers',
      EventPattern: {
        source: ['com.tidings.bank'],
        'detail-type': Match.arrayWith(['bank.transaction:created@v1', 'bank.transaction:deleted@v1']),
        detail: { tenantid: ['acme'], data: { status: { code: [{ numeric: ['>=', 200] }] } } },
      },
    });
  });

  it('is one for each module whose types its pattern matches: each has a bus of its own', () => {
    const stack = createStack();
    const { rules } = new TidingsRule(stack, 'Rule', { hub, pattern: '*', targets: [toQueue(stack)] });
    expect(rules).toHaveLength(2);
    const template = Template.fromStack(stack);
    for (const module of ['bank', 'community']) {
      template.hasResourceProperties(RULE, {
        EventBusName: `tidings-dev-${module}`,
        EventPattern: { source: [`com.tidings.${module}`] },
      });
    }
    const types = Object.values(template.findResources(RULE)).map(
      ({ Properties }) => new Set(Properties.EventPattern['detail-type'].map((type: string) => type.split('.')[0])),
    );
    expect(types).toEqual([new Set(['bank']), new Set(['community'])]);
  });

  it('tries a function as long as EventBridge does, then keeps the event, and only this rule may put it there', () => {
    const stack = createStack();
    new TidingsRule(stack, 'Rule', {
      hub,
      pattern: 'bank.test:created@v1',
      targets: [new LambdaTarget(createFunction(stack))],
    });
    const template = Template.fromStack(stack);
    const deadLetters = { 'Fn::GetAtt': [logicalId(template, 'AWS::SQS::Queue', 'RuleDeadLetters'), 'Arn'] };
    const rule = { 'Fn::GetAtt': [logicalId(template, RULE, 'Rule'), 'Arn'] };
    template.hasResourceProperties(RULE, {
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Function'), 'Arn'] },
          DeadLetterConfig: { Arn: deadLetters },
          RetryPolicy: Match.absent(),
        },
      ],
    });
    template.hasResourceProperties('AWS::SQS::Queue', {
      MessageRetentionPeriod: 1_209_600,
      SqsManagedSseEnabled: true,
    });
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: deadLetters,
            Condition: { ArnEquals: { 'aws:SourceArn': rule } },
          }),
        ]),
      },
    });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'events.amazonaws.com',
      SourceArn: rule,
    });
  });

  it('takes a queue for the dead letters, and retries as told', () => {
    const stack = createStack();
    const deadLetterQueue = new Queue(stack, 'Mine');
    const rule = new TidingsRule(stack, 'Rule', {
      hub,
      pattern: 'bank.test:created@v1',
      targets: [toQueue(stack)],
      deadLetterQueue,
      retry: { attempts: 0, maxAge: Duration.minutes(1) },
    });
    expect(rule.deadLetterQueue).toBe(deadLetterQueue);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::SQS::Queue', 2);
    template.hasResourceProperties(RULE, {
      Targets: [
        {
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Mine'), 'Arn'] } },
          RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
        },
      ],
    });
  });

  it("leaves a target's own dead letters and retries alone", () => {
    const stack = createStack();
    const own = new Queue(stack, 'Own');
    new TidingsRule(stack, 'Rule', {
      hub,
      pattern: 'bank.test:created@v1',
      targets: [new LambdaTarget(createFunction(stack), { deadLetterQueue: own, retryAttempts: 3 })],
    });
    Template.fromStack(stack).hasResourceProperties(RULE, {
      Targets: [
        {
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Own'), 'Arn'] } },
          RetryPolicy: { MaximumRetryAttempts: 3 },
        },
      ],
    });
  });

  it('warns of a queue for the dead letters whose policy it cannot change', () => {
    const stack = createStack(env);
    const deadLetterQueue = Queue.fromQueueArn(stack, 'Theirs', 'arn:aws:sqs:eu-north-1:222222222222:theirs');
    made({ deadLetterQueue, targets: [new LambdaTarget(createFunction(stack))] }, stack)();
    Annotations.fromStack(stack).hasWarning(
      '/Mailer/Rule/bank',
      Match.stringLikeRegexp('has to let events\\.amazonaws\\.com send messages for this rule'),
    );
  });

  it('sends on to a bus of another account, with a role that may put events there and nowhere else', () => {
    const stack = createStack(env);
    const theirs = 'arn:aws:events:eu-north-1:222222222222:event-bus/tidings-dev-inbox';
    new TidingsRule(stack, 'Rule', {
      hub,
      pattern: 'bank.test:created@v1',
      targets: [new BusTarget(EventBus.fromEventBusArn(stack, 'Theirs', theirs))],
    });
    const template = Template.fromStack(stack);
    template.hasResourceProperties(RULE, {
      Targets: [
        { Arn: theirs, RoleArn: Match.anyValue(), DeadLetterConfig: Match.anyValue(), RetryPolicy: Match.absent() },
      ],
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: theirs }] },
    });
  });

  it('on a bus of its own account takes whatever its pattern matches, of all modules', () => {
    const stack = createStack();
    const bus = new EventBus(stack, 'Inbox');
    const { rules } = new TidingsRule(stack, 'Rule', { bus, pattern: '*', targets: [toQueue(stack)] });
    expect(rules).toHaveLength(1);
    Template.fromStack(stack).hasResourceProperties(RULE, {
      EventBusName: { Ref: Match.stringLikeRegexp('^Inbox') },
      EventPattern: { source: ['com.tidings.bank', 'com.tidings.community'] },
    });
  });

  it('says how many events could not be delivered', () => {
    const stack = createStack();
    const metric = made({}, stack)().metricUndelivered();
    expect(metric).toMatchObject({ metricName: 'ApproximateNumberOfMessagesVisible', statistic: 'Maximum' });
  });
});

describe('a wrong rule is refused at synth, with the construct, what was found and what was expected:', () => {
  it.each([
    [{ targets: [] }, 'Mailer/Rule: expected 1 to 5 targets, found 0'],
    [{ retry: { attempts: 186 } }, 'Mailer/Rule: expected retry.attempts to be a whole number, 0 to 185, found 186'],
    [{ retry: { attempts: 0.5 } }, 'Mailer/Rule: expected retry.attempts to be a whole number, 0 to 185, found 0.5'],
    [
      { retry: { maxAge: Duration.seconds(59) } },
      'Mailer/Rule: expected retry.maxAge to be 1 minute to 1 day, found 59 seconds',
    ],
    [
      { hub: { ...hub, account: '999999999999' } },
      'Mailer/Rule: expected a hub in the account of the stack, 111111111111, found one in 999999999999: a rule has to be ' +
        'where its bus is. Receive its events by a TidingsInbox, and pass its bus',
    ],
    [
      { hub: { ...hub, region: 'eu-west-1' } },
      'Mailer/Rule: expected a hub in the region of the stack, eu-north-1, found one in eu-west-1',
    ],
    [{ hub: undefined }, 'Mailer/Rule: expected a hub or a bus, found neither'],
    [{ bus: {} }, 'Mailer/Rule: expected a hub or a bus, found both'],
  ])('%j', (props: object, message) => {
    expect(made(props)).toThrow(
      expect.objectContaining({ code: 'RULE_INVALID', message: expect.stringContaining(message) }),
    );
  });

  it('a FIFO queue for the dead letters, to which EventBridge sends nothing', () => {
    const stack = createStack(env);
    const deadLetterQueue = new Queue(stack, 'Mine', { fifo: true });
    expect(made({ deadLetterQueue }, stack)).toThrow(
      'Mailer/Rule: expected deadLetterQueue to be a standard queue, found a FIFO queue',
    );
  });

  it('a bus of another account', () => {
    const stack = createStack(env);
    const bus = EventBus.fromEventBusArn(stack, 'Bus', 'arn:aws:events:eu-north-1:999999999999:event-bus/x');
    expect(made({ bus, hub: undefined }, stack)).toThrow(
      'Mailer/Rule: expected a bus in the account of the stack, 111111111111, found one in 999999999999',
    );
  });

  it('a pattern that matches no event', () => {
    const pattern = 'bnak.*';
    expect(made({ pattern })).toThrow(expect.objectContaining({ code: 'PATTERN_MATCHES_NOTHING' }));
    expect(made({ pattern })).toThrow(
      'Mailer/Rule: Expected a pattern that matches a known event type, found "bnak.*"',
    );
  });
});
