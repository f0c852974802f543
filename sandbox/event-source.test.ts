import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { getAtt, lambda, ref, startFixture, temporaryFolder } from './fixture/assembly.ts';
import { clientsOf } from './fixture/clients.ts';
import { until } from './fixture/until.ts';

interface SeenRecord {
  readonly body: string;
  readonly [name: string]: unknown;
}

/** A function that writes down each batch before the code of the test decides what becomes of it. */
async function start(code: string, { fifo = false, reports = true, mapping = {} as object } = {}) {
  const file = path.join(temporaryFolder(), 'batches');
  appendFileSync(file, '');
  const source = `exports.handler = async (event) => {
    require('node:fs').appendFileSync(process.env.FILE, JSON.stringify(event.Records) + '\\n');
    const ids = (...bodies) => ({ batchItemFailures: event.Records.filter(({ body }) => bodies.includes(body)).map(({ messageId }) => ({ itemIdentifier: messageId })) });
    const tries = event.Records.map(({ attributes }) => Number(attributes.ApproximateReceiveCount));
    ${code}
  }`;
  const queue = (Properties: object) => ({
    Type: 'AWS::SQS::Queue',
    Properties: {
      VisibilityTimeout: 1,
      ...(fifo && { FifoQueue: true, ContentBasedDeduplication: true }),
      ...Properties,
    },
  });
  const { target } = await startFixture({
    handlers: { f: source },
    resources: {
      DeadLetters: queue({}),
      Queue: queue({ RedrivePolicy: { deadLetterTargetArn: getAtt('DeadLetters', 'Arn'), maxReceiveCount: 2 } }),
      F: lambda('f', { Environment: { Variables: { FILE: file } } }),
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: getAtt('Queue', 'Arn'),
          FunctionName: ref('F'),
          BatchSize: 10,
          ScalingConfig: { MaximumConcurrency: 2 },
          ...(reports && { FunctionResponseTypes: ['ReportBatchItemFailures'] }),
          ...mapping,
        },
      },
    },
  });
  const { sqs } = clientsOf(target);
  const { intake: QueueUrl = '', intakeDeadLetters = '' } = target.queues;
  const batches = (): SeenRecord[][] =>
    existsSync(file)
      ? readFileSync(file, 'utf8')
          .trim()
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line))
      : [];
  const seen = () => batches().map((batch) => batch.map(({ body }) => body));
  return {
    batches,
    seen,
    send: (...messages: readonly string[]) =>
      sqs.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: messages.map((MessageBody, index) => ({
            Id: String(index),
            MessageBody,
            ...(fifo && { MessageGroupId: MessageBody.slice(0, 1) }),
          })),
        }),
      ),
    sendOne: (input: object) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', ...input })),
    /** Messages in the queue, visible or not. */
    left: async () => {
      const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
      return (
        Number(Attributes['ApproximateNumberOfMessages']) + Number(Attributes['ApproximateNumberOfMessagesNotVisible'])
      );
    },
    deadLetter: async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: intakeDeadLetters, WaitTimeSeconds: 8 }),
      );
      return Messages[0];
    },
  };
}

const times = (seen: readonly (readonly string[])[], body: string) =>
  seen.flat().filter((each) => each === body).length;

describe('an event source mapping', () => {
  it('hands messages to the function as Lambda does, and deletes what it has done', async () => {
    const { batches, sendOne, left } = await start('return ids()');
    await sendOne({ MessageAttributes: { code: { DataType: 'String', StringValue: 'A' } } });
    const [batch] = await until('a batch', () => (batches().length > 0 ? batches() : undefined));
    expect(batch).toMatchObject([
      {
        messageId: expect.any(String),
        receiptHandle: expect.any(String),
        body: 'x',
        attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.any(String) },
        messageAttributes: { code: { stringValue: 'A', dataType: 'String' } },
        md5OfBody: '9dd4e461268c8034f5c8564e155c67a6',
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:eu-north-1:000000000000:tidings-dev-Queue',
        awsRegion: 'eu-north-1',
      },
    ]);
    await until('the queue to be empty', async () => ((await left()) === 0 ? true : undefined));
    expect(batches()).toHaveLength(1);
  });

  it('brings back only the messages that the function reports, and gives up on them in the end', async () => {
    const { seen, send, deadLetter } = await start(`return ids('bad')`);
    await send('good', 'bad');
    expect((await deadLetter())?.Body).toBe('bad');
    expect([times(seen(), 'good'), times(seen(), 'bad')]).toEqual([1, 2]);
  });

  it.each([
    ['throws', `throw new Error('no')`],
    ['reports a message that is not of the batch', `return { batchItemFailures: [{ itemIdentifier: 'other' }] }`],
    ['reports without an identifier', 'return { batchItemFailures: [{}] }'],
  ])('brings back the whole batch when the function %s', async (_name, code) => {
    const { seen, send } = await start(`if (tries.every((count) => count > 1)) return ids(); ${code}`);
    await send('a');
    await until('a second try', () => (times(seen(), 'a') === 2 ? true : undefined));
  });

  it('blocks a group of a FIFO queue behind a message that failed, and no other group', async () => {
    const { seen, send } = await start(`return tries[0] === 1 ? ids('a1', 'a2') : ids()`, { fifo: true });
    await send('a1', 'a2', 'b1');
    await until('a2 to be done after a1', () => (times(seen(), 'a2') === 2 ? true : undefined));
    expect(
      seen()
        .flat()
        .filter((body) => body.startsWith('a')),
    ).toEqual(['a1', 'a2', 'a1', 'a2']);
    expect(times(seen(), 'b1')).toBe(1);
  });

  it('never works on a group of a FIFO queue twice at a time', async () => {
    const { seen, send, batches } = await start('await new Promise((wake) => setTimeout(wake, 30)); return ids()', {
      fifo: true,
    });
    await send('a1');
    await until('the first batch', () => (batches().length === 1 ? true : undefined));
    await send('a2', 'a3');
    await until('all of it', () => (seen().flat().length === 3 ? true : undefined));
    expect(seen().flat()).toEqual(['a1', 'a2', 'a3']);
  });

  it('stops at boot when queue or function are not of the stack', async () => {
    const EventSourceArn = 'arn:aws:sqs:eu-north-1:000000000000:other';
    await expect(start('', { mapping: { EventSourceArn } })).rejects.toThrow(
      /Resource "Mapping" .*EventSourceArn: found .*other/,
    );
    await expect(start('', { mapping: { FunctionName: 'other' } })).rejects.toThrow(/FunctionName: found other/);
  });
});
