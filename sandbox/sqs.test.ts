import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { seededFaults } from './faults.ts';
import { getAtt, startFixture, temporaryFolder } from './fixture/assembly.ts';
import { clientsOf } from './fixture/clients.ts';
import type { SandboxOptions } from './sandbox.ts';

const resources = {
  DeadLetters: { Type: 'AWS::SQS::Queue' },
  Queue: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      VisibilityTimeout: 1,
      RedrivePolicy: { deadLetterTargetArn: getAtt('DeadLetters', 'Arn'), maxReceiveCount: 2 },
    },
  },
  Fifo: {
    Type: 'AWS::SQS::Queue',
    Properties: { FifoQueue: true, DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' },
  },
};

async function start(options: SandboxOptions = {}) {
  const sandbox = await startFixture({ resources }, options);
  const { sqs } = clientsOf(sandbox.target);
  const { intake: queue = '', intakeDeadLetters: deadLetters = '', doorbell: fifo = '' } = sandbox.target.queues;
  return { sandbox, sqs, queue, deadLetters, fifo };
}

const receive = async (sqs: SQSClient, QueueUrl: string, options: Partial<ReceiveMessageCommandInput> = {}) =>
  (
    await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['All'],
        ...options,
      }),
    )
  ).Messages ?? [];

const sendFifo = (sqs: SQSClient, QueueUrl: string, group: string, body: string, deduplicationId = body) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: deduplicationId,
    }),
  );

describe('SQS', () => {
  it('gives a message with its attributes to whoever receives, and forgets it once deleted', async () => {
    const { sqs, queue } = await start();
    const MessageAttributes = {
      code: { DataType: 'String', StringValue: 'A' },
      raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
    };
    await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'hello ☕', MessageAttributes }));
    const [message] = await receive(sqs, queue, { MessageAttributeNames: ['All'] });
    expect(message).toMatchObject({
      Body: 'hello ☕',
      MessageAttributes,
      Attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d{13}$/) },
    });
    expect(await receive(sqs, queue)).toEqual([]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: message?.ReceiptHandle }));
    expect(await receive(sqs, queue, { WaitTimeSeconds: 2 })).toEqual([]);
  });

  it('wakes a receiver that waits as soon as a message comes', async () => {
    const { sqs, queue } = await start();
    const waiting = receive(sqs, queue, { WaitTimeSeconds: 20 });
    await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'now' }));
    expect(await waiting).toHaveLength(1);
  });

  it('redelivers what was not deleted in time, and moves it to the dead-letter queue after the last try', async () => {
    const { sqs, queue, deadLetters } = await start();
    const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'poison' }));
    await receive(sqs, queue);
    const [second] = await receive(sqs, queue, { WaitTimeSeconds: 5 });
    expect(second?.Attributes?.['ApproximateReceiveCount']).toBe('2');
    expect(await receive(sqs, queue, { WaitTimeSeconds: 2 })).toEqual([]);
    expect(await receive(sqs, deadLetters)).toMatchObject([{ MessageId, Body: 'poison' }]);
  });

  it('hides a message for longer or shorter when asked', async () => {
    const { sqs, queue } = await start();
    await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'x' }));
    const [message] = await receive(sqs, queue, { VisibilityTimeout: 600 });
    const ReceiptHandle = message?.ReceiptHandle;
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queue, ReceiptHandle, VisibilityTimeout: 0 }));
    const [again] = await receive(sqs, queue);
    expect(again?.MessageId).toBe(message?.MessageId);
    expect(again?.ReceiptHandle).not.toBe(ReceiptHandle);
    // The first receipt is no longer the last one: it deletes nothing.
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '1', VisibilityTimeout: '1' });
  });

  it('keeps the order of a group, and gives nothing more of it while a message is in flight', async () => {
    const { sqs, fifo } = await start();
    for (const body of ['a1', 'a2', 'b1', 'a3']) await sendFifo(sqs, fifo, body.slice(0, 1), body);
    const first = await receive(sqs, fifo, { MaxNumberOfMessages: 2 });
    expect(first.map(({ Body }) => Body)).toEqual(['a1', 'a2']);
    expect((await receive(sqs, fifo)).map(({ Body }) => Body)).toEqual(['b1']);
    const Entries = first.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const { Successful } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: fifo, Entries }));
    expect(Successful).toHaveLength(2);
    const [third] = await receive(sqs, fifo);
    expect(third).toMatchObject({ Body: 'a3', Attributes: { MessageGroupId: 'a', MessageDeduplicationId: 'a3' } });
    const numbers = [...first, third].map((message) => message?.Attributes?.['SequenceNumber'] ?? '');
    expect([...numbers].sort()).toEqual(numbers);
  });

  it('takes a deduplication id once per group, even after its message is gone', async () => {
    const { sqs, fifo } = await start();
    const { MessageId } = await sendFifo(sqs, fifo, 'a', 'first', 'same');
    const [message] = await receive(sqs, fifo);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: fifo, ReceiptHandle: message?.ReceiptHandle }));
    expect((await sendFifo(sqs, fifo, 'a', 'second', 'same')).MessageId).toBe(MessageId);
    await sendFifo(sqs, fifo, 'b', 'third', 'same');
    expect((await receive(sqs, fifo)).map(({ Body }) => Body)).toEqual(['third']);
  });

  it('answers each entry of a batch by itself', async () => {
    const { sqs, queue } = await start();
    const Entries = [
      { Id: 'good', MessageBody: 'x' },
      { Id: 'bad', MessageBody: 'a\u0000b' },
    ];
    const { Successful, Failed } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queue, Entries }));
    expect(Successful).toMatchObject([{ Id: 'good' }]);
    expect(Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true }]);
  });

  it('finds queues, and empties them', async () => {
    const { sqs, queue, fifo } = await start();
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'tidings-dev-Queue' }))).QueueUrl).toBe(queue);
    expect((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'tidings-dev-F' }))).QueueUrls).toEqual([fifo]);
    await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'x' }));
    await sqs.send(new PurgeQueueCommand({ QueueUrl: queue }));
    expect(await receive(sqs, queue)).toEqual([]);
  });

  it('refuses what SQS refuses, with its names of errors', async () => {
    const { sqs, queue, fifo } = await start();
    const send = (input: object) => sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'x', ...input }));
    await expect(send({ QueueUrl: `${queue}-other` })).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    await expect(send({ MessageBody: 'x'.repeat(1_048_577) })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(send({ DelaySeconds: 901 })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(send({ QueueUrl: fifo })).rejects.toMatchObject({ name: 'MissingParameter' });
    await expect(send({ QueueUrl: fifo, MessageGroupId: 'a' })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    await expect(sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: 'x' }))).rejects.toMatchObject({
      name: 'ReceiptHandleIsInvalid',
    });
    await expect(sqs.send(new ListQueueTagsCommand({ QueueUrl: queue }))).rejects.toThrow(
      /does not know the action AmazonSQS\.ListQueueTags/,
    );
  });

  it('keeps messages over a restart: those in flight, their receipts, and what it must not take twice', async () => {
    const data = temporaryFolder();
    const before = await start({ data });
    await before.sqs.send(new SendMessageCommand({ QueueUrl: before.queue, MessageBody: 'waiting' }));
    await sendFifo(before.sqs, before.fifo, 'a', 'taken');
    const [taken] = await receive(before.sqs, before.fifo, { VisibilityTimeout: 600 });
    await before.sandbox.end();

    const { sqs, queue, fifo } = await start({ data });
    expect((await receive(sqs, queue)).map(({ Body }) => Body)).toEqual(['waiting']);
    expect(await receive(sqs, fifo)).toEqual([]);
    await sendFifo(sqs, fifo, 'a', 'taken');
    await sqs.send(new DeleteMessageCommand({ QueueUrl: fifo, ReceiptHandle: taken?.ReceiptHandle }));
    await sendFifo(sqs, fifo, 'a', 'next');
    expect((await receive(sqs, fifo)).map(({ Body }) => Body)).toEqual(['next']);
  });

  it('reads a journal whose last line was cut off, and names a line that was damaged otherwise', async () => {
    const data = temporaryFolder();
    const journal = path.join(data, 'sqs.journal');
    const first = await start({ data });
    await first.sqs.send(new SendMessageCommand({ QueueUrl: first.queue, MessageBody: 'whole' }));
    await first.sandbox.end();
    appendFileSync(journal, readFileSync(journal, 'utf8').slice(0, 50));
    const second = await start({ data });
    expect(await receive(second.sqs, second.queue)).toHaveLength(1);
    await second.sandbox.end();
    appendFileSync(journal, 'rubbish\n');
    await expect(start({ data })).rejects.toThrow(/sqs\.journal, line \d+, is damaged: found rubbish/);
  });

  it('delivers twice and out of order when faults say so, and loses nothing', async () => {
    const faults = seededFaults('twice', { 'duplicate-message': 1, 'reordered-messages': 1 });
    const { sqs, queue } = await start({ faults });
    for (let index = 0; index < 10; index += 1) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: String(index) }));
    }
    const once = (await receive(sqs, queue)).map(({ Body }) => Body);
    const twice = (await receive(sqs, queue)).map(({ Body }) => Body);
    expect([...once].sort()).toEqual([...'0123456789']);
    expect([...twice].sort()).toEqual([...'0123456789']);
    expect(once).not.toEqual([...once].sort());
  });
});
