import type { SendMessageCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSqsDeadLetters } from './dead-letters.ts';

async function sent(body: string, message: string, attempts?: number): Promise<SendMessageCommandInput> {
  const inputs: SendMessageCommandInput[] = [];
  const client = {
    send: async ({ input }: { input: SendMessageCommandInput }) => {
      inputs.push(input);
      return {};
    },
  } as unknown as SQSClient;
  await createSqsDeadLetters(client, 'http://queue').send(body, {
    code: 'EVENT_MALFORMED',
    message,
    ...(attempts !== undefined && { attempts }),
  });
  expect(inputs).toHaveLength(1);
  return inputs[0] as SendMessageCommandInput;
}

const reasonOf = async (message: string): Promise<string | undefined> =>
  (await sent('{}', message)).MessageAttributes?.['reason']?.StringValue;

describe('a dead letter', () => {
  it('keeps its body as it came, with code and reason beside it', async () => {
    await expect(sent('{"a": 1}\n', 'No.')).resolves.toEqual({
      QueueUrl: 'http://queue',
      MessageBody: '{"a": 1}\n',
      MessageAttributes: {
        code: { DataType: 'String', StringValue: 'EVENT_MALFORMED' },
        reason: { DataType: 'String', StringValue: 'No.' },
      },
    });
  });

  it('says how often it was tried, where that is known', async () => {
    const { MessageAttributes } = await sent('{}', 'No.', 5);
    expect(MessageAttributes?.['attempts']).toEqual({ DataType: 'Number', StringValue: '5' });
  });

  it('has a reason of bounded length', async () => {
    await expect(reasonOf('x'.repeat(5000))).resolves.toBe('x'.repeat(1000));
    // Half of a character would be left at the cut.
    await expect(reasonOf(`${'x'.repeat(999)}🦊`)).resolves.toBe(`${'x'.repeat(999)}\ufffd`);
  });

  it.each([
    ['a\u0000b\u001f', 'a b '],
    ['a\nb\tc', 'a b c'],
    ['a\ud800b', 'a\ufffdb'],
    ['a\ufffeb\uffff', 'a b '],
    ['æ🦊', 'æ🦊'],
  ])('has the reason %j without what SQS refuses', async (message, reason) => {
    await expect(reasonOf(message)).resolves.toBe(reason);
  });

  it('has a reason that SQS takes, whatever was wrong', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({
          unit: fc.constantFrom('a', '🦊', '\ud800', '\udc00', '\0', '\u007f', '\ufffd', '\ufffe', '\uffff'),
          minLength: 1,
        }),
        async (message) => {
          // Source: SQS API reference, SendMessage: "A message can include only XML, JSON, and unformatted text."
          expect(await reasonOf(message)).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]+$/u);
        },
      ),
    );
  });

  it('that cannot be sent says so', async () => {
    const client = { send: () => Promise.reject(new Error('down')) } as unknown as SQSClient;
    const letters = createSqsDeadLetters(client, 'http://queue');
    await expect(letters.send('{}', { code: 'EVENT_MALFORMED', message: 'm' })).rejects.toThrow('down');
  });
});
