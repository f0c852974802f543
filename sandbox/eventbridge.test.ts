import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PutEventsCommand, type PutEventsRequestEntry, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { getAtt, lambda, ref, startFixture, temporaryFolder } from './fixture/assembly.ts';
import { clientsOf } from './fixture/clients.ts';
import { until } from './fixture/until.ts';

const rule = (EventPattern: object, target: object = {}) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    EventBusName: ref('Bus'),
    EventPattern,
    State: 'ENABLED',
    Targets: [
      {
        Id: 'Target0',
        Arn: getAtt('Queue', 'Arn'),
        DeadLetterConfig: { Arn: getAtt('DeadLetters', 'Arn') },
        InputTransformer: { InputTemplate: '{"module":"bank","event":<aws.events.event.json>}' },
        ...target,
      },
    ],
  },
});
const resources = {
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'tidings-dev-bank' } },
  Queue: { Type: 'AWS::SQS::Queue' },
  DeadLetters: { Type: 'AWS::SQS::Queue' },
  Rule: rule({ source: [{ prefix: '' }] }),
};

const entry = (more: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  EventBusName: 'tidings-dev-bank',
  Source: 'com.tidings.bank',
  DetailType: 'bank.test:created@v1',
  Detail: '{"amount":1.10,"big":12345678901234567890}',
  ...more,
});

async function start(more: object = {}) {
  const { target } = await startFixture({ resources: { ...resources, ...more } });
  const { sqs, eventBridge } = clientsOf(target);
  const put = (...Entries: readonly PutEventsRequestEntry[]) =>
    eventBridge.send(new PutEventsCommand({ Entries: [...Entries] }));
  const { intake: queue = '', intakeDeadLetters: deadLetters = '' } = target.queues;
  return { put, eventBridge, sqs, queue, deadLetters };
}

const bodies = async (sqs: SQSClient, QueueUrl: string) => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
  );
  return Messages;
};

describe('EventBridge', () => {
  it('hands an event to the targets of matching rules, transformed, with its detail as it was written', async () => {
    const { put, sqs, queue } = await start();
    const { Entries, FailedEntryCount } = await put(
      entry({ Time: new Date('2026-01-02T03:04:05.678Z'), Resources: ['r'] }),
    );
    expect(FailedEntryCount).toBe(0);
    const [message] = await bodies(sqs, queue);
    expect(message?.Body).toContain('"detail":{"amount":1.10,"big":12345678901234567890}');
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({
      module: 'bank',
      event: {
        version: '0',
        id: Entries?.[0]?.EventId,
        'detail-type': 'bank.test:created@v1',
        source: 'com.tidings.bank',
        account: '000000000000',
        region: 'eu-north-1',
        time: '2026-01-02T03:04:05Z',
        resources: ['r'],
      },
    });
  });

  it('passes over rules that do not match or are disabled', async () => {
    const { Properties } = rule({ source: [{ prefix: '' }] });
    const disabled = { Type: 'AWS::Events::Rule', Properties: { ...Properties, State: 'DISABLED' } };
    const { put, sqs, queue } = await start({
      Rule: rule({ detail: { amount: [{ numeric: ['>', 5] }] } }),
      Disabled: disabled,
    });
    await put(entry(), entry({ Detail: '{"amount":6}' }));
    expect(await bodies(sqs, queue)).toHaveLength(1);
  });

  it('answers each entry by itself', async () => {
    const { put, sqs, queue } = await start();
    const { FailedEntryCount, Entries } = await put(
      entry(),
      entry({ Detail: '[1]' }),
      entry({ Detail: '{' }),
      entry({ Source: 'aws.s3' }),
      entry({ Source: '' }),
      entry({ EventBusName: 'nowhere' }),
    );
    expect(FailedEntryCount).toBe(5);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'MalformedDetail',
      'MalformedDetail',
      'NotAuthorizedForSourceException',
      'InvalidArgument',
      'ResourceNotFoundException',
    ]);
    expect(await bodies(sqs, queue)).toHaveLength(1);
  });

  it('refuses eleven entries, and entries of more than 256 KB together', async () => {
    const { put } = await start();
    await expect(put(...Array.from({ length: 11 }, () => entry()))).rejects.toThrow(/found 11, expected 1 to 10/);
    const half = entry({ Detail: JSON.stringify({ text: 'x'.repeat(130 * 1024) }) });
    await expect(put(half, half)).rejects.toThrow(/Total size of the entries/);
  });

  it('puts into the dead-letter queue what a target cannot take, with the reason', async () => {
    const gone = 'arn:aws:sqs:eu-north-1:000000000000:gone';
    const { put, sqs, deadLetters } = await start({ Rule: rule({ source: [{ prefix: '' }] }, { Arn: gone }) });
    await put(entry());
    const [message] = await bodies(sqs, deadLetters);
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({ source: 'com.tidings.bank' });
    expect(message?.MessageAttributes).toMatchObject({
      TARGET_ARN: { StringValue: gone },
      ERROR_CODE: { StringValue: 'NO_RESOURCE' },
    });
  });

  it('invokes a function with the event, and again if it fails, three times in all', async () => {
    const file = path.join(temporaryFolder(), 'invocations');
    const keep = `exports.handler = async (event) => {
      require('node:fs').appendFileSync(${JSON.stringify(file)}, JSON.stringify(event) + '\\n');
      if (event.detail.fails) throw new Error('as it was told');
    };`;
    const received = () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
    const everything = rule({ source: [{ prefix: '' }] }, { Arn: getAtt('Keep', 'Arn'), InputTransformer: undefined });
    const { target } = await startFixture({
      resources: { ...resources, Keep: lambda('keep'), Rule: everything },
      handlers: { keep },
    });
    const { eventBridge } = clientsOf(target);
    await eventBridge.send(new PutEventsCommand({ Entries: [entry({ Detail: '{"fails":true}' })] }));
    await until('three invocations', () => received().length === 3 || undefined);
    await eventBridge.send(new PutEventsCommand({ Entries: [entry({ Detail: '{"fails":false}' })] }));
    await until('one more', () => received().length === 4 || undefined);
    expect(received().map((line) => JSON.parse(line).detail.fails)).toEqual([true, true, true, false]);
  });

  it('sends an event from bus to bus, once', async () => {
    const bus = (Name: string) => ({ Type: 'AWS::Events::EventBus', Properties: { Name } });
    const onward = (from: string, to: string, attribute: string) => {
      const { Properties } = rule({ source: [{ prefix: '' }] }, { Arn: getAtt(to, attribute), RoleArn: 'any' });
      const [{ InputTransformer: _, ...target } = {}] = Properties.Targets;
      return { Type: 'AWS::Events::Rule', Properties: { ...Properties, EventBusName: ref(from), Targets: [target] } };
    };
    const { put, sqs, queue, deadLetters } = await start({
      Second: bus('second'),
      Third: bus('third'),
      Rule: onward('Bus', 'Second', 'Arn'),
      FromSecond: onward('Second', 'Third', 'Arn'),
      Arrived: onward('Second', 'Queue', 'Arn'),
      FromThird: onward('Third', 'DeadLetters', 'Arn'),
    });
    await put(entry());
    expect(await bodies(sqs, queue)).toMatchObject([{ Body: expect.stringContaining('"source":"com.tidings.bank"') }]);
    expect(await bodies(sqs, deadLetters)).toEqual([]);
  });

  it('stops at boot for a target, a transformer variable or an operator that it does not know, by name', async () => {
    const everything = { source: [{ prefix: '' }] };
    await expect(start({ Rule: rule(everything, { Arn: 'arn:aws:sns:eu-north-1:000000000000:x' }) })).rejects.toThrow(
      /Targets\[0\]\.Arn: found arn:aws:sns:\S+, expected the ARN of a queue, a function or a bus/,
    );
    const InputTransformer = { InputTemplate: '{"a":<aws.events.rule-name>}' };
    await expect(start({ Rule: rule(everything, { InputTransformer }) })).rejects.toThrow(
      /uses <aws\.events\.rule-name>/,
    );
    await expect(start({ Rule: rule({ source: [{ cidr: 'x' }] }) })).rejects.toThrow(
      /Resource "Rule" .*operator \{"cidr":"x"\}/,
    );
  });

  it('names an action that it does not know', async () => {
    const { eventBridge } = await start();
    await expect(eventBridge.send(new PutRuleCommand({ Name: 'x' }))).rejects.toThrow(
      /does not know the action AWSEvents\.PutRule/,
    );
  });
});
