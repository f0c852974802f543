import type { SendMessageCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import { asSequence, asTenantId } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { createSqsDoorbell, readRing } from './doorbell.ts';

const head = (sequence: number, epoch = 'e1') => ({ epoch, sequence: asSequence(sequence) });

async function rung(
  tenant: string,
  at: ReturnType<typeof head>,
  occasion?: string,
  traceparent?: string,
): Promise<SendMessageCommandInput> {
  const inputs: SendMessageCommandInput[] = [];
  const client = {
    send: async ({ input }: { input: SendMessageCommandInput }) => {
      inputs.push(input);
      return {};
    },
  } as unknown as SQSClient;
  await createSqsDoorbell(client, 'http://doorbell.fifo').ring(asTenantId(tenant), at, occasion, traceparent);
  expect(inputs).toHaveLength(1);
  return inputs[0] as SendMessageCommandInput;
}

const groupOf = async (tenant: string) => (await rung(tenant, head(1))).MessageGroupId;
const idOf = async (...ring: Parameters<typeof rung>) => (await rung(...ring)).MessageDeduplicationId;

/** Tenants that would be one if something were joined, trimmed or encoded carelessly. */
const TENANTS = ['a', 'A', 'a#b', 'a:b', 'a;b', 'a|b', '["a"]', '"a"', 'a\\', '🦊', 'a%23b', 'x'.repeat(256), 'null'];

describe('a ring', () => {
  it('says which tenant has news, and nothing of the news', async () => {
    const { QueueUrl, MessageBody } = await rung('a#b', head(7));
    expect(QueueUrl).toBe('http://doorbell.fifo');
    expect(JSON.parse(MessageBody ?? '')).toStrictEqual({ tenant: 'a#b' });
  });

  it('carries the trace, for who reads it and for X-Ray, and is the same ring with another', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const {
      MessageBody = '',
      MessageSystemAttributes,
      MessageDeduplicationId,
    } = await rung('a', head(1), '', traceparent);
    expect(readRing(MessageBody)).toEqual({ tenant: 'a', traceparent });
    expect(MessageSystemAttributes).toEqual({
      AWSTraceHeader: {
        DataType: 'String',
        StringValue: 'Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1',
      },
    });
    expect(MessageDeduplicationId).toBe(await idOf('a', head(1)));
  });

  it.each(['', 'no trace', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`])(
    'says nothing to X-Ray where a producer has named %j for a trace',
    async (traceparent) => {
      expect((await rung('a', head(1), '', traceparent)).MessageSystemAttributes).toBeUndefined();
    },
  );

  it('has group and deduplication ids that SQS takes, whatever the tenant', async () => {
    for (const tenant of TENANTS) {
      const { MessageGroupId, MessageDeduplicationId } = await rung(tenant, head(2 ** 53 - 1, '🦊'), '🦊:1');
      expect(MessageGroupId).toMatch(/^[a-z0-9]{1,128}$/);
      expect(MessageDeduplicationId).toMatch(/^[a-z0-9]{1,128}$/);
    }
  });

  it('has a group of its own for every tenant, whatever its head', async () => {
    const groups = await Promise.all(TENANTS.map(groupOf));
    expect(new Set(groups).size).toBe(TENANTS.length);
    expect((await rung('a', head(9, 'e2'), 'x')).MessageGroupId).toBe(await groupOf('a'));
  });

  it('is one with another of the same tenant, head and occasion', async () => {
    expect(await idOf('a', head(1))).toBe(await idOf('a', head(1)));
    expect(await idOf('a', head(1), 'm:2')).toBe(await idOf('a', head(1), 'm:2'));
    expect(await idOf('a', head(1), '')).toBe(await idOf('a', head(1)));
  });

  it('is another for another tenant, epoch, head or occasion, also where they would read the same together', async () => {
    const rings: readonly Parameters<typeof rung>[] = [
      ['a', head(1)],
      ['b', head(1)],
      ['a', head(2)],
      ['a', head(1, 'e2')],
      ['a', head(1), 'm:1'],
      ['a', head(1), 'm:2'],
      ['a', head(11)],
      ['a', head(1), '1'],
      ['ae1', head(1, '')],
      ['a', head(1, 'e11')],
    ];
    const ids = await Promise.all(rings.map((ring) => idOf(...ring)));
    expect(new Set(ids).size).toBe(rings.length);
  });

  it.each(TENANTS)('is read as it was rung: %s', async (tenant) => {
    expect(readRing((await rung(tenant, head(1))).MessageBody ?? '').tenant).toBe(tenant);
  });
});

describe('a message that is no ring', () => {
  it.each(['{}', '[]', '{"tenant":1}', '{"tenant":""}', '{"tenant":"a b"}', '{"tenant":null}', '"a"'])(
    'is refused with what was found: %s',
    (body) => {
      expect(() => readRing(body)).toThrow(/^Expected a doorbell message with a tenant, found ./);
    },
  );

  it.each(['', 'null', 'tenant', '{'])('is refused if it is not even an object: %j', (body) => {
    expect(() => readRing(body)).toThrow();
  });
});
