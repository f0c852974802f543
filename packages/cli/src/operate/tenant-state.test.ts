import { asTenantId } from '@tidings/contracts';
import { expect, it } from 'vitest';
import { fanOutKey, fanOutShardKeys } from '../../../../lambdas/adapters/dynamodb/keys.ts';
import { FakeTables, toItem } from '../../test/fake-tables.ts';
import { readDelivered } from './tenant-state.ts';

const TENANT = asTenantId('acme');
const LOG = 'log';

function tables(rows: readonly { readonly shard?: number; readonly delivered: number; readonly since?: number }[]) {
  const fake = new FakeTables();
  for (const { shard, delivered, since } of rows) {
    fake.put(LOG, {
      ...toItem(fanOutKey(TENANT, shard)),
      epoch: { S: 'e1' },
      delivered: { N: String(delivered) },
      ...(since !== undefined && { splitsince: { N: String(since) }, splitat: { N: '1' } }),
    });
  }
  return fake;
}

const delivered = async (...rows: Parameters<typeof tables>[0]) =>
  (await readDelivered(tables(rows), LOG, TENANT))?.sequence;

it('a tenant’s events are delivered up to its position, whatever its shards once were', async () => {
  expect(await delivered()).toBeUndefined();
  expect(await delivered({ delivered: 9 })).toBe(9);
  expect(await delivered({ delivered: 9 }, { shard: 0, delivered: 3 })).toBe(9);
});

it('a large tenant’s events are delivered up to where its slowest shard is', async () => {
  const own = { delivered: 9, since: 4 };
  const others = fanOutShardKeys(TENANT)
    .slice(1)
    .map((_, index) => ({ shard: index + 1, delivered: 9 }));
  expect(await delivered(own, { shard: 0, delivered: 9 }, ...others)).toBe(9);
  expect(await delivered(own, { shard: 0, delivered: 7 }, ...others)).toBe(7);
  expect(await delivered(own, { shard: 0, delivered: 3 }, ...others)).toBe(4);
});

it('a large tenant’s shards that have not been served yet are where it became large', async () => {
  const own = { delivered: 9, since: 4 };
  expect(await delivered(own)).toBe(4);
  expect(await delivered(own, { shard: 0, delivered: 9 }, { shard: 1, delivered: 7 })).toBe(4);
});
