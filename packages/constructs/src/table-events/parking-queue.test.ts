import type { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { ACCOUNT_MAPPING, account, change } from '../../test/account-changes.ts';
import { createParkingQueue } from './parking-queue.ts';
import { planEvents } from './plan-events.ts';
import { UnfitChange } from './unfit-change.ts';

async function parked(record: ReturnType<typeof change>, reason = new UnfitChange('EVENT_DATA_INVALID', 'No.')) {
  const inputs: SendMessageCommand['input'][] = [];
  const client = { send: async ({ input }: SendMessageCommand) => void inputs.push(input) } as unknown as SQSClient;
  await createParkingQueue(client, 'https://queue').park(record, reason);
  const [{ MessageBody = '', MessageAttributes, QueueUrl } = {}] = inputs;
  return {
    QueueUrl,
    body: JSON.parse(MessageBody),
    text: MessageBody,
    bytes: Buffer.byteLength(MessageBody),
    attributes: MessageAttributes,
  };
}

describe('a change that is put aside', () => {
  it('has its reason beside it, and is what the function can be invoked with: it gets the id that it would have had', async () => {
    const record = change(1, undefined, account());
    const { QueueUrl, body, attributes } = await parked(record);
    expect(QueueUrl).toBe('https://queue');
    expect(attributes).toEqual({
      code: { DataType: 'String', StringValue: 'EVENT_DATA_INVALID' },
      reason: { DataType: 'String', StringValue: 'No.' },
    });
    expect(body).toEqual({ Records: [record] });
    expect(planEvents(body.Records[0], ACCOUNT_MAPPING)).toEqual(planEvents(record, ACCOUNT_MAPPING));
  });

  it('leaves its images behind if they do not fit into a message', async () => {
    const record = change(1, undefined, account({ blob: { S: 'x'.repeat(300_000) } }));
    const { body, bytes } = await parked(record);
    expect(bytes).toBeLessThan(250 * 1024);
    expect(body.Records[0]).toMatchObject({ eventID: 'event-1', dynamodb: { Keys: record.dynamodb.Keys } });
    expect(body.Records[0].dynamodb).not.toHaveProperty('NewImage');
  });

  it('has a body that SQS takes, whatever is in the item', async () => {
    const record = change(1, undefined, account({ name: { S: 'a\ufffe\uffff\u0000\ud800\u007f🦊' } }));
    const { text, body } = await parked(record);
    expect(text).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]+$/u);
    expect(body).toEqual({ Records: [record] });
  });

  it.each([
    ['a\u0000b', 'a b'],
    ['x'.repeat(5000), 'x'.repeat(1000)],
    ['a\ud800b', 'a\ufffdb'],
  ])('has a reason that SQS takes', async (message, reason) => {
    const { attributes } = await parked(change(1, undefined, account()), new UnfitChange('VALUE_UNFIT', message));
    expect(attributes?.['reason']?.StringValue).toBe(reason);
  });
});
