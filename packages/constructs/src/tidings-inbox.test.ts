import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { TidingsInbox } from './tidings-inbox.ts';
import { TidingsRule } from './tidings-rule.ts';

const HUB = '999999999999';
const hub = { environment: 'prod', account: HUB, region: 'eu-west-1' };

describe('an inbox', () => {
  it("lets the hub's account put events of its pattern on its bus, and nobody else anything", () => {
    const stack = new Stack(new App(), 'Mailer');
    const inbox = new TidingsInbox(stack, 'Inbox', { hub, pattern: 'bank.test:created@v1' });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Events::EventBus', { Name: 'tidings-prod-inbox' });
    template.resourceCountIs('AWS::Events::EventBusPolicy', 1);
    template.hasResourceProperties('AWS::Events::EventBusPolicy', {
      StatementId: 'Hub',
      Statement: {
        Sid: 'Hub',
        Effect: 'Allow',
        Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${HUB}:root`]] } },
        Action: 'events:PutEvents',
        Resource: stack.resolve(inbox.busArn),
        Condition: {
          'ForAllValues:StringEquals': {
            'events:source': ['com.tidings.bank'],
            'events:detail-type': ['bank.test:created@v1'],
          },
          Null: { 'events:source': 'false', 'events:detail-type': 'false' },
        },
      },
    });
  });

  it('feeds rules of its own account', () => {
    const stack = new Stack(new App(), 'Mailer', { env: { account: '111111111111', region: 'eu-north-1' } });
    const { bus } = new TidingsInbox(stack, 'Inbox', { hub, pattern: '*', busName: 'from-tidings' });
    new TidingsRule(stack, 'Rule', {
      bus,
      pattern: 'community.member:*',
      targets: [new SqsQueue(new Queue(stack, 'Queue'))],
    });
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
      EventBusName: { Ref: Match.stringLikeRegexp('^Inbox') },
      EventPattern: { source: ['com.tidings.community'] },
    });
  });

  it.each([
    [
      { busName: 'aws.mine' },
      'Mailer/Inbox: expected busName to be up to 256 letters, digits, dots, hyphens and underscores, which do not begin with "aws." and are not "default", found "aws.mine"',
    ],
    [{ busName: 'a b' }, 'Mailer/Inbox: expected busName to be up to 256 letters'],
    [
      { hub: { environment: 'prod' } },
      'Mailer/Inbox: expected hub.account or hub.region to differ from those of the stack',
    ],
  ])('refuses %j at synth', (props: object, message) => {
    const stack = new Stack(new App(), 'Mailer');
    expect(() => new TidingsInbox(stack, 'Inbox', { hub, pattern: '*', ...props })).toThrow(
      expect.objectContaining({ message: expect.stringContaining(message) }),
    );
  });
});
