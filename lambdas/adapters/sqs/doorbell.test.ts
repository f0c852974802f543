import type { SendMessageBatchCommandInput, SendMessageCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import { asSequence, asTenantId } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { createSqsDoorbell, readRing, together } from './doorbell.ts';

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

describe('a ring for shards', () => {
  type Failed = readonly { readonly Id: string; readonly Code: string }[];
  const rungShards = async (tenant: string, since: number, at = head(7), shards = SHARDS, failed: Failed = []) => {
    const inputs: SendMessageBatchCommandInput[] = [];
    const client = {
      send: async ({ input }: { input: SendMessageBatchCommandInput }) => {
        inputs.push(input);
        return { Failed: failed };
      },
    } as unknown as SQSClient;
    const news = { since: asSequence(since), head: at };
    await createSqsDoorbell(client, 'http://doorbell.fifo').ringShards(asTenantId(tenant), news, shards);
    return inputs;
  };
  const entriesOf = async (...ring: Parameters<typeof rungShards>) =>
    (await rungShards(...ring)).flatMap(({ Entries }) => Entries ?? []);
  const SHARDS = Array.from({ length: 32 }, (_, shard) => shard);

  it('tells each, by as many messages at once as SQS takes', async () => {
    const inputs = await rungShards('a', 3);
    expect(inputs.map(({ Entries }) => Entries?.length)).toEqual([10, 10, 10, 2]);
    const read = inputs.flatMap(({ Entries }) => Entries ?? []).map(({ MessageBody }) => readRing(MessageBody ?? ''));
    expect(read.map(({ shard }) => shard?.index)).toEqual(SHARDS);
    expect(read[5]).toEqual({ tenant: 'a', traceparent: undefined, shard: { index: 5, since: 3, head: head(7) } });
  });

  it('has a group of its own for every shard and tenant, which is not that of the tenant', async () => {
    const entries = [...(await entriesOf('a', 1)), ...(await entriesOf('a1', 1)), ...(await entriesOf('b', 1))];
    const groups = new Set([...entries.map(({ MessageGroupId }) => MessageGroupId), await groupOf('a')]);
    expect(groups.size).toBe(3 * 32 + 1);
    const later = await entriesOf('a', 2, head(9, 'e2'));
    expect(later.map(({ MessageGroupId }) => MessageGroupId)).toEqual(
      entries.slice(0, 32).map(({ MessageGroupId }) => MessageGroupId),
    );
  });

  it('is another for another head, and the same when it is rung again', async () => {
    const ids = async (at: ReturnType<typeof head>) =>
      (await entriesOf('a', 1, at)).map(({ MessageDeduplicationId }) => MessageDeduplicationId);
    expect(await ids(head(7))).toEqual(await ids(head(7)));
    expect(new Set([...(await ids(head(7))), ...(await ids(head(8))), ...(await ids(head(7, 'e2')))]).size).toBe(96);
  });

  it('tells those again, and no others, that SQS did not take', async () => {
    const told: (readonly (string | undefined)[])[] = [];
    const client = {
      send: async ({ input: { Entries = [] } }: { input: SendMessageBatchCommandInput }) => {
        told.push(Entries.map(({ Id }) => Id));
        return told.length < 3 ? { Failed: Entries.slice(0, 3 - told.length).map(({ Id }) => ({ Id })) } : {};
      },
    } as unknown as SQSClient;
    const news = { since: asSequence(3), head: head(7) };
    await createSqsDoorbell(client, 'http://doorbell.fifo').ringShards(asTenantId('a'), news, [4, 5, 6]);
    expect(told).toEqual([['4', '5', '6'], ['4', '5'], ['4']]);
  });

  it('fails if a shard was not told', async () => {
    const failed = [{ Id: '3', Code: 'InternalError' }];
    await expect(rungShards('a', 1, head(7), [3], failed)).rejects.toThrow('found some that were not: 3 InternalError');
  });

  it('says with others what all of them say', () => {
    const ring = (since: number, at: ReturnType<typeof head>) => ({
      tenant: asTenantId('a'),
      traceparent: undefined,
      shard: { index: 1, since: asSequence(since), head: at },
    });
    expect(together([ring(1, head(5)), ring(1, head(9)), ring(1, head(7))]).shard).toMatchObject({ head: head(9) });
    expect(together([ring(4, head(5)), ring(1, head(3))]).shard).toMatchObject({ since: 4, head: head(5) });
    expect(together([ring(4, head(50)), ring(1, head(3, 'e2'))]).shard).toMatchObject({
      since: 1,
      head: head(3, 'e2'),
    });
  });

  it.each([
    '{"tenant":"a","shard":32,"since":0,"epoch":"e","sequence":1}',
    '{"tenant":"a","shard":-1,"since":0,"epoch":"e","sequence":1}',
    '{"tenant":"a","shard":"1","since":0,"epoch":"e","sequence":1}',
    '{"tenant":"a","shard":1,"epoch":"e","sequence":1}',
    '{"tenant":"a","shard":1,"since":0,"sequence":1}',
  ])('is refused if it does not say which shard and what: %s', (body) => {
    expect(() => readRing(body)).toThrow(/^Expected a doorbell message with a shard below 32 and its news, found ./);
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
