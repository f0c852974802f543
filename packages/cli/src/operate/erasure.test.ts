import { asTenantId } from '@tidings/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  connectionKey,
  fanOutKey,
  subscriptionKey,
  tenantSlotsKey,
  userSlotsKey,
} from '../../../../lambdas/adapters/dynamodb/keys.ts';
import { FakeQueues } from '../../../../lambdas/adapters/memory/message-queues.ts';
import { FakeTables, toItem } from '../../test/fake-tables.ts';
import { countRemains, type Erasure, erase } from './erasure.ts';

const LOG = 'log';
const SOCKETS = 'sockets';
const TENANT = asTenantId('a#b');
const OTHERS = ['a', 'a#', 'a#b#c', 'a#bc', 'a%23b'].map(asTenantId);
const QUEUES = {
  intake: 'q1',
  intakeDeadLetters: 'q2',
  intakeUndeliverable: 'q3',
  doorbell: 'q4',
  doorbellDeadLetters: 'q5',
};

let tables: FakeTables;
let queues: FakeQueues;
let closed: string[];

function furnish(tenant: typeof TENANT, events: number): void {
  tables.record(LOG, tenant, 1, events);
  tables.put(LOG, toItem(subscriptionKey(tenant, 'billing' as Parameters<typeof subscriptionKey>[1])));
  const holders = { SS: [`000001769851800000/${tenant}-quiet`] };
  tables.put(SOCKETS, toItem(connectionKey(tenant, `${tenant}-known`)));
  tables.put(SOCKETS, { ...toItem(userSlotsKey(tenant, 'ada#b')), holders });
  tables.put(SOCKETS, toItem(userSlotsKey(tenant, undefined)));
  tables.put(SOCKETS, toItem(tenantSlotsKey(tenant)));
  // A tenant with many sockets is served in shards.
  for (const shard of [0, 31]) tables.put(LOG, toItem(fanOutKey(tenant, shard)));
  queues.put('q2', { body: JSON.stringify({ event: { detail: { tenantid: tenant } } }) });
  queues.put('q5', { body: JSON.stringify({ tenant }) });
}

const erasure = (rest: Partial<Erasure> = {}): Erasure => ({
  aws: { tables, queues, sockets: { close: async (id) => closed.push(id) > 0 } },
  deployment: {
    file: 'target.json',
    region: 'r',
    endpoint: undefined,
    connectionsUrl: 'u',
    tables: { eventLog: LOG, connections: SOCKETS },
    queues: QUEUES,
    buses: {},
  },
  tenant: TENANT,
  isThorough: false,
  isDry: false,
  stop: new AbortController().signal,
  pause: async () => undefined,
  onProgress: () => undefined,
  ...rest,
});

const everything = () => [tables.keys(LOG), tables.keys(SOCKETS), queues.bodies('q2'), queues.bodies('q5')];

beforeEach(() => {
  tables = new FakeTables();
  queues = new FakeQueues();
  closed = [];
});

describe('an erasure', () => {
  it('leaves what there would be without the tenant', async () => {
    for (const other of OTHERS) furnish(other, 9);
    const without = everything();
    furnish(TENANT, 30);
    const counted = await erase(erasure({ isDry: true }));
    expect(await erase(erasure())).toEqual(counted);
    expect(counted).toMatchObject({ events: 30, ledgerEntries: 8, subscriptions: 1, connections: 1, slots: 3 });
    expect(counted).toMatchObject({ deadLetters: 2, counters: 4, strays: 0 });
    expect(everything()).toEqual(without);
    expect(closed.toSorted()).toEqual(['a#b-known', 'a#b-quiet']);
    expect(await countRemains(erasure())).toBe(0);
  });

  it('goes on to the same end, wherever it was ended before', async () => {
    for (const other of OTHERS) furnish(other, 5);
    const without = everything();
    let failing = 0;
    let isOver = false;
    for (; !isOver; failing += 1) {
      furnish(TENANT, 30);
      let requests = 0;
      tables.before = () => {
        if (requests++ === failing) throw new Error('killed');
      };
      isOver = await erase(erasure()).then(
        () => true,
        () => false,
      );
      tables.before = () => undefined;
      await erase(erasure());
      expect(everything(), `ended at request ${failing}`).toEqual(without);
    }
    expect(failing).toBeGreaterThan(20);
  });

  it('comes back for dead letters that a command had in hand when it was killed', async () => {
    furnish(OTHERS[0] ?? TENANT, 5);
    const without = everything();
    furnish(TENANT, 5);
    await queues.receive('q2');
    await queues.receive('q5');
    let pauses = 0;
    const pause = async () => {
      pauses += 1;
      if (pauses === 3) for (const url of ['q2', 'q5']) queues.showAll(url);
    };
    expect(await erase(erasure({ pause }))).toMatchObject({ deadLetters: 2, events: 5 });
    expect(everything()).toEqual(without);
  });

  it('says what it cannot know of dead letters that stay in somebody’s hands, after it has erased all else', async () => {
    furnish(TENANT, 5);
    await queues.receive('q2');
    await expect(erase(erasure())).rejects.toThrow('about 1 are in somebody’s hands');
    expect([tables.keys(LOG), tables.keys(SOCKETS), queues.bodies('q5')]).toEqual([[], [], []]);
  });

  it('does not lose sight of what is recorded while it goes on', async () => {
    furnish(TENANT, 12);
    let rounds = 0;
    tables.before = (action) => {
      if (action !== 'removeTogether' || rounds > 2) return;
      rounds += 1;
      tables.record(LOG, TENANT, 12 + rounds, 12 + rounds);
    };
    expect(await erase(erasure())).toMatchObject({ events: 15 });
    expect(tables.keys(LOG)).toEqual([]);
  });

  it('gives up on a tenant that never stops sending, and says what to do', async () => {
    furnish(TENANT, 1);
    let head = 1;
    tables.before = (action) => {
      if (action === 'removeTogether') tables.record(LOG, TENANT, ++head, head);
    };
    await expect(erase(erasure())).rejects.toThrow('events of the tenant keep coming');
  });

  it('finds events that no ledger entry names when it is thorough', async () => {
    tables.record(LOG, TENANT, 1, 8);
    const entries = tables.keys(LOG).filter((key) => key.startsWith('["L#'));
    await tables.removeAll(
      LOG,
      entries.map((key) => JSON.parse(key)).map(([PK, SK]) => ({ PK, SK })),
    );
    await erase(erasure());
    expect(tables.keys(LOG)).toHaveLength(8);
    expect(await erase(erasure({ isThorough: true }))).toMatchObject({ strays: 8 });
    expect(tables.keys(LOG)).toEqual([]);
  });
});
