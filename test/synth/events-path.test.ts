import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { resources, schemasOf, synthesize } from './synthesize.ts';

const template = synthesize();

/** A reference to the attribute of the one resource whose logical id starts like this. */
function attributeOf(prefix: string, type: string): object {
  const ids = Object.keys(resources(template, type)).filter((id) => id.startsWith(prefix));
  expect(ids).toHaveLength(1);
  return { 'Fn::GetAtt': [ids[0], 'Arn'] };
}

const queue = (prefix: string): object => attributeOf(prefix, 'AWS::SQS::Queue');

describe('buses', () => {
  it('makes one bus per module, named after environment and module', () => {
    const names = Object.values(resources(template, 'AWS::Events::EventBus')).map(({ Properties }) => Properties.Name);
    expect(names).toEqual(['tidings-dev-bank', 'tidings-dev-community']);
  });

  it('adds a bus, its rule and its permission for a third module', () => {
    const larger = synthesize('dev', schemasOf('bank', 'community', 'crm'));
    larger.resourceCountIs('AWS::Events::EventBus', 3);
    larger.resourceCountIs('AWS::Events::Rule', 3);
    larger.hasResourceProperties('AWS::Events::EventBus', { Name: 'tidings-dev-crm' });
    larger.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'events:PutEvents',
            Resource: Match.arrayWith([{ 'Fn::GetAtt': [Match.stringLikeRegexp('^Modulescrm'), 'Arn'] }]),
          }),
        ]),
      },
    });
  });

  it('passes on everything that was accepted', () => {
    template.allResourcesProperties('AWS::Events::Rule', {
      EventPattern: { source: [{ prefix: '' }] },
      State: 'ENABLED',
    });
  });

  it('tells the intake on which bus an event was, beside the whole event', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventBusName: { Ref: Match.stringLikeRegexp('^ModulesbankBus') },
      Targets: [
        {
          InputTransformer: {
            InputTemplate: '{"module":"bank","event":<aws.events.event.json>}',
            InputPathsMap: Match.absent(),
          },
        },
      ],
    });
  });

  it('keeps events that could not be put into the intake', () => {
    template.allResourcesProperties('AWS::Events::Rule', {
      Targets: [{ Arn: queue('IntakeQueue'), DeadLetterConfig: { Arn: queue('IntakeUndeliverableQueue') } }],
    });
  });

  it.each(['IntakeQueue', 'IntakeUndeliverableQueue'])('lets each rule, and no other, send to %s', (prefix) => {
    for (const rule of Object.keys(resources(template, 'AWS::Events::Rule'))) {
      template.hasResourceProperties('AWS::SQS::QueuePolicy', {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [rule, 'Arn'] } } },
              Resource: queue(prefix),
            }),
          ]),
        },
      });
    }
  });
});

describe('queues', () => {
  it('puts away after five tries what the intake cannot get stored', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      FifoQueue: Match.absent(),
      RedrivePolicy: { deadLetterTargetArn: queue('IntakeDeadLettersQueue'), maxReceiveCount: 5 },
    });
  });

  it('puts away after five tries a ring that cannot be fanned out, in a FIFO queue', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      FifoQueue: true,
      RedrivePolicy: { deadLetterTargetArn: queue('DoorbellDeadLettersQueue'), maxReceiveCount: 5 },
    });
  });

  it('lets tenants ring without waiting for one another', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      ContentBasedDeduplication: Match.absent(),
    });
  });

  it('keeps dead letters for 14 days, longer than the queue that they come from', () => {
    const retention = (prefix: string): unknown =>
      Object.entries(resources(template, 'AWS::SQS::Queue')).find(([id]) => id.startsWith(prefix))?.[1].Properties
        .MessageRetentionPeriod;
    const days = 24 * 3600;
    expect(retention('IntakeDeadLettersQueue')).toBe(14 * days);
    expect(retention('IntakeUndeliverableQueue')).toBe(14 * days);
    expect(retention('DoorbellDeadLettersQueue')).toBe(14 * days);
    expect(retention('IntakeQueue')).toBe(7 * days);
  });

  it('encrypts every queue', () => {
    template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
  });

  it('refuses plain HTTP on every queue', () => {
    const queues = Object.keys(resources(template, 'AWS::SQS::Queue'));
    for (const id of queues) {
      template.hasResourceProperties('AWS::SQS::QueuePolicy', {
        Queues: [{ Ref: id }],
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        },
      });
    }
  });

  it('rings an alarm while a dead-letter queue is not empty', () => {
    for (const prefix of ['IntakeDeadLetters', 'IntakeUndeliverable', 'DoorbellDeadLetters']) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [
          { Name: 'QueueName', Value: { 'Fn::GetAtt': [Match.stringLikeRegexp(`^${prefix}`), 'QueueName'] } },
        ],
        Threshold: 0,
      });
    }
  });
});

describe('event source mappings', () => {
  it.each([
    ['IntakeQueue', 'StoreEventsFunction', 10],
    // Shards of a large tenant that come together share a processor.
    ['DoorbellQueue', 'FanOutFunction', 5],
  ])('feeds %s to %s in batches of %d, each message acknowledged by itself', (queuePrefix, functionPrefix, batch) => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: queue(queuePrefix),
      FunctionName: { Ref: Match.stringLikeRegexp(`^${functionPrefix}`) },
      BatchSize: batch,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 50 },
      MaximumBatchingWindowInSeconds: Match.absent(),
    });
  });

  it.each([
    ['store-events', 6, 'IntakeQueue'],
    // A ring that waits holds up its tenant.
    ['fan-out', 2, 'DoorbellQueue'],
  ])('hides a message from %s for %d times its timeout', (name, times, queuePrefix) => {
    const functions = Object.values(resources(template, 'AWS::Lambda::Function'));
    const timeout = functions.find(({ Properties }) => Properties.FunctionName === `tidings-dev-${name}`)?.Properties
      .Timeout;
    const [, source] =
      Object.entries(resources(template, 'AWS::SQS::Queue')).find(([id]) => id.startsWith(queuePrefix)) ?? [];
    expect(timeout).toBeGreaterThan(0);
    expect(source?.Properties.VisibilityTimeout).toBe(times * timeout);
  });
});
