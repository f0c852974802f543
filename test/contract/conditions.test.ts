import { type DynamoDBClient, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  asEventId,
  asSequence,
  asTenantId,
  EMPTY_HEAD,
  type Head,
  LIMITS,
  type Subscription,
  type SubscriptionName,
} from '@tidings/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoDbConnectionRegistry } from '../../lambdas/adapters/dynamodb/connection-registry.ts';
import { createDynamoDbEventLog } from '../../lambdas/adapters/dynamodb/event-log.ts';
import { connectionKey } from '../../lambdas/adapters/dynamodb/keys.ts';
import { createDynamoDbSubscriptions } from '../../lambdas/adapters/dynamodb/subscriptions.ts';
import { systemSurroundings } from '../../lambdas/adapters/surroundings.ts';
import type { Commit, EventLog } from '../../lambdas/core/ports/event-log.ts';
import { windowOf } from '../../lambdas/core/rate-window.ts';
import { type Engine, QUICK_ENGINE } from './engines.ts';

const NOTHING: Head = EMPTY_HEAD;

/**
 * Each condition of a write is there for a reason: without it, one of these scenarios ends otherwise than with it.
 * A condition that could be dropped without a scenario noticing would be one that nothing tests.
 */
describe(`conditions of writes, on ${QUICK_ENGINE.name}`, () => {
  let engine: Engine;
  let tableName = '';
  let count = 0;
  beforeAll(async () => {
    engine = await QUICK_ENGINE.start();
    tableName = await engine.createTable('conditions');
  });
  afterAll(() => engine?.stop());

  const logOn = (client: DynamoDBClient): EventLog =>
    createDynamoDbEventLog({ client, tableName, surroundings: systemSurroundings, generation: 1 });

  const commitOf = (expected: Head, id: string, tenant: string, newEpoch = 'epoch'): Commit => ({
    tenant: asTenantId(tenant),
    expected,
    newEpoch,
    events: [
      {
        json: JSON.stringify({ specversion: '1.0', id, source: 's', type: 't', tenantid: tenant }),
        header: { id: asEventId(id), type: 't' },
      },
    ],
    recordedAt: new Date(),
    expiresAt: Math.floor(Date.now() / 1000) + 3600,
  });

  /** What each scenario ends with: with all conditions, and without the one that it is about or with a weaker one. */
  const outcomes = async (
    clause: string,
    scenario: (log: EventLog, tenant: string) => Promise<unknown>,
    instead?: string,
  ) => {
    count += 2;
    const withAll = await scenario(logOn(engine.client), `tenant-${count}`);
    const without = await scenario(logOn(dropping(engine, clause, instead)), `tenant-${count + 1}`);
    return { withAll, without };
  };

  it('isFirstCommit: else a second first commit takes the number of the first, and another epoch', async () => {
    const { withAll, without } = await outcomes('attribute_not_exists(PK)', async (log, tenant) => {
      await log.commit(commitOf(NOTHING, 'a', tenant, 'epoch-1'));
      await log.commit(commitOf(NOTHING, 'b', tenant, 'epoch-2'));
      return (await log.head(asTenantId(tenant))).epoch;
    });
    expect(withAll).toBe('epoch-1');
    expect(without).toBe('epoch-2');
  });

  it('headIsUnmoved: else two commits on one head give one number twice', async () => {
    const { withAll, without } = await outcomes('head = :expected AND epoch = :epoch', async (log, tenant) => {
      await log.commit(commitOf(NOTHING, 'a', tenant));
      const head = { epoch: 'epoch', sequence: asSequence(1) };
      const kinds = [await log.commit(commitOf(head, 'b', tenant)), await log.commit(commitOf(head, 'c', tenant))];
      return kinds.map(({ kind }) => kind);
    });
    expect(withAll).toEqual(['committed', 'head-moved']);
    expect(without).toEqual(['committed', 'committed']);
  });

  it('idIsFree: else an id is recorded twice', async () => {
    const clause = 'attribute_not_exists(PK) OR expiresat <= :now';
    const { withAll, without } = await outcomes(clause, async (log, tenant) => {
      await log.commit(commitOf(NOTHING, 'a', tenant));
      const again = await log.commit(commitOf({ epoch: 'epoch', sequence: asSequence(1) }, 'a', tenant));
      return again.kind;
    });
    expect(withAll).toBe('duplicates');
    expect(without).toBe('committed');
  });

  const movePosition =
    (...positions: readonly (readonly [string, number])[]) =>
    async (log: EventLog, tenant: string) => {
      for (const [epoch, sequence] of positions) {
        await log.moveFanOutPosition(asTenantId(tenant), { epoch, sequence: asSequence(sequence) });
      }
      return log.fanOutPosition(asTenantId(tenant));
    };

  it('positionMovesForward: else an overlapping run takes the fan-out back', async () => {
    const { withAll, without } = await outcomes(POSITION_MOVES_FORWARD, movePosition(['e1', 5], ['e1', 3]));
    expect(withAll).toEqual({ epoch: 'e1', sequence: 5 });
    expect(without).toEqual({ epoch: 'e1', sequence: 3 });
  });

  it('positionMovesForward: else the fan-out never leaves a history that is over', async () => {
    const anyEpoch = 'attribute_not_exists(PK) OR delivered < :position';
    const restored = movePosition(['e1', 5], ['e2', 3]);
    const { withAll, without } = await outcomes(POSITION_MOVES_FORWARD, restored, anyEpoch);
    expect(withAll).toEqual({ epoch: 'e2', sequence: 3 });
    expect(without).toEqual({ epoch: 'e1', sequence: 5 });
  });

  describe('of the connection registry', () => {
    const origin = (tenant: string) => ({
      id: 'c1',
      recipient: {
        tenant: asTenantId(tenant),
        subject: undefined,
        organizations: [],
        roles: [],
        expiresAt: 4_000_000_000,
        mayRead: true,
      },
      connectedAt: new Date(),
    });
    const registryOn = (client: DynamoDBClient) =>
      createDynamoDbConnectionRegistry({ client, tableName, surroundings: systemSurroundings });
    /** What a scenario ends with, for a tenant of its own. */
    const run = async <Outcome>(
      client: DynamoDBClient,
      scenario: (on: Registry, tenant: string) => Promise<Outcome>,
    ) => {
      count += 1;
      return scenario(registryOn(client), `registry-${count}`);
    };
    type Registry = ReturnType<typeof registryOn>;

    it('isInTurn: else a mark makes a connection without claims', async () => {
      const mark = async (registry: Registry, tenant: string) => {
        await registry.markBehind({ ...origin(tenant), turn: 1 }, new Date());
        return countItems(engine.client, tableName, `T#${tenant}`);
      };
      expect(await run(engine.client, mark)).toBe(0);
      expect(await run(dropping(engine, IS_IN_TURN), mark)).toBe(1);
    });

    it('isInTurn: else a late mark undoes a newer sync', async () => {
      const markLate = async (registry: Registry, tenant: string) => {
        const listed = await registry.subscribe(origin(tenant), { filter: {} }, false);
        await registry.beginSync(asTenantId(tenant), 'c1', new Date());
        await registry.markBehind(listed, new Date());
        return (await registry.find(asTenantId(tenant), 'c1'))?.behindSince !== undefined;
      };
      expect(await run(engine.client, markLate)).toBe(false);
      expect(await run(dropping(engine, IS_IN_TURN, 'attribute_exists(PK)'), markLate)).toBe(true);
    });

    /** One more sync of a connection that has had all of the current window. */
    const syncTooMuch = async (registry: Registry, tenant: string) => {
      await registry.subscribe(origin(tenant), { filter: {} }, false);
      const now = new Date();
      const { PK, SK } = connectionKey(asTenantId(tenant), 'c1');
      await engine.client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: { PK: { S: PK }, SK: { S: SK } },
          UpdateExpression: 'SET syncs = :syncs, syncwindow = :window',
          ExpressionAttributeValues: {
            ':syncs': { N: String(LIMITS.syncsPerWindow) },
            ':window': { N: String(windowOf(now)) },
          },
        }),
      );
      return (await registry.beginSync(asTenantId(tenant), 'c1', now)).kind;
    };

    it('mayCountOn: else nobody is ever limited', async () => {
      expect(await run(engine.client, syncTooMuch)).toBe('limited');
      expect(await run(dropping(engine, MAY_COUNT_ON), syncTooMuch)).toBe('begun');
      const unlimited = 'attribute_exists(wish) AND syncwindow >= :window';
      expect(await run(dropping(engine, MAY_COUNT_ON, unlimited), syncTooMuch)).toBe('begun');
    });

    it('mayBeginWindow: else a window that is used up begins again', async () => {
      expect(await run(dropping(engine, MAY_BEGIN_WINDOW), syncTooMuch)).toBe('begun');
      expect(await run(dropping(engine, MAY_BEGIN_WINDOW, 'attribute_exists(wish)'), syncTooMuch)).toBe('begun');
    });

    it('mayBeginWindow: else a sync makes a connection out of none', async () => {
      const syncUnknown = async (registry: Registry, tenant: string) => {
        await registry.beginSync(asTenantId(tenant), 'c1', new Date()).catch(() => undefined);
        return countItems(engine.client, tableName, `T#${tenant}`);
      };
      const withoutWish = 'attribute_not_exists(syncwindow) OR syncwindow < :window';
      expect(await run(engine.client, syncUnknown)).toBe(0);
      expect(await run(dropping(engine, MAY_BEGIN_WINDOW, withoutWish), syncUnknown)).toBe(1);
    });
  });

  describe('of subscriptions', () => {
    const name = 'billing' as SubscriptionName;
    const NOW = '2026-03-01T12:00:00.000Z';
    const subscriptionAt = (sequence: number): Subscription => ({
      name,
      filter: {},
      status: 'active',
      cursor: { epoch: 'e1', sequence: asSequence(sequence) },
      created: NOW,
      updated: NOW,
    });
    type Store = ReturnType<typeof createDynamoDbSubscriptions>;
    const run = async <Outcome>(client: DynamoDBClient, scenario: (on: Store, tenant: string) => Promise<Outcome>) => {
      count += 1;
      return scenario(createDynamoDbSubscriptions(client, tableName), `subscriptions-${count}`);
    };
    const cursorOf = async (store: Store, tenant: string) => (await store.find(asTenantId(tenant), name))?.cursor;

    it('nameIsFree: else a second creation takes the cursor of the first back', async () => {
      const createTwice = async (store: Store, tenant: string) => {
        await store.create(asTenantId(tenant), subscriptionAt(9));
        await store.create(asTenantId(tenant), subscriptionAt(1));
        return (await cursorOf(store, tenant))?.sequence;
      };
      expect(await run(engine.client, createTwice)).toBe(9);
      expect(await run(dropping(engine, 'attribute_not_exists(PK)'), createTwice)).toBe(1);
    });

    it('subscriptionExists: else a change brings back a part of what was removed', async () => {
      const change = async (store: Store, tenant: string) => {
        await store.change(asTenantId(tenant), name, { status: 'paused' }, NOW).catch(() => undefined);
        return countItems(engine.client, tableName, `S#${tenant}`);
      };
      expect(await run(engine.client, change)).toBe(0);
      expect(await run(dropping(engine, 'attribute_exists(PK)'), change)).toBe(1);
    });

    const acknowledgeTo =
      (...cursors: readonly (readonly [string, number])[]) =>
      async (store: Store, tenant: string) => {
        await store.create(asTenantId(tenant), subscriptionAt(5));
        for (const [epoch, sequence] of cursors) {
          await store.acknowledge(asTenantId(tenant), name, { epoch, sequence: asSequence(sequence) });
        }
        return cursorOf(store, tenant);
      };

    it('cursorMovesForward: else a late acknowledgement takes the cursor back', async () => {
      const late = acknowledgeTo(['e1', 9], ['e1', 7]);
      expect(await run(engine.client, late)).toEqual({ epoch: 'e1', sequence: 9 });
      const anySequence = '#status = :active';
      expect(await run(dropping(engine, MOVES_FORWARD, anySequence), late)).toEqual({ epoch: 'e1', sequence: 7 });
    });

    it('cursorMovesForward: else a subscription stays in a history that is over', async () => {
      const restored = acknowledgeTo(['e1', 9], ['e2', 3]);
      expect(await run(engine.client, restored)).toEqual({ epoch: 'e2', sequence: 3 });
      const anyEpoch = '#status = :active AND acknowledged < :sequence';
      expect(await run(dropping(engine, MOVES_FORWARD, anyEpoch), restored)).toEqual({ epoch: 'e1', sequence: 9 });
    });

    it('cursorMovesForward: else a paused subscription loses what is acknowledged meanwhile', async () => {
      const paused = async (store: Store, tenant: string) => {
        await store.create(asTenantId(tenant), subscriptionAt(5));
        await store.change(asTenantId(tenant), name, { status: 'paused' }, NOW);
        await store.acknowledge(asTenantId(tenant), name, { epoch: 'e1', sequence: asSequence(9) });
        return (await cursorOf(store, tenant))?.sequence;
      };
      const anyStatus = 'epoch <> :epoch OR acknowledged < :sequence';
      expect(await run(engine.client, paused)).toBe(5);
      expect(await run(dropping(engine, MOVES_FORWARD, anyStatus), paused)).toBe(9);
    });

    it('cursorMovesForward: else an acknowledgement makes a subscription out of none', async () => {
      const unknown = async (store: Store, tenant: string) => {
        await store.acknowledge(asTenantId(tenant), name, { epoch: 'e1', sequence: asSequence(9) });
        return countItems(engine.client, tableName, `S#${tenant}`);
      };
      expect(await run(engine.client, unknown)).toBe(0);
      expect(await run(dropping(engine, MOVES_FORWARD), unknown)).toBe(1);
    });
  });

  it('covers every condition that is sent', async () => {
    const sent = new Set<string>();
    const client = engine.copyOfClient((input) => {
      for (const { ConditionExpression } of writesOf(input)) if (ConditionExpression) sent.add(ConditionExpression);
    });
    const tenant = asTenantId('all');
    const log = logOn(client);
    await log.commit(commitOf(NOTHING, 'a', 'all'));
    await log.commit(commitOf({ epoch: 'epoch', sequence: asSequence(1) }, 'b', 'all'));
    await log.moveFanOutPosition(tenant, { epoch: 'epoch', sequence: asSequence(1) });
    const registry = createDynamoDbConnectionRegistry({ client, tableName, surroundings: systemSurroundings });
    const listed = await registry.subscribe(
      {
        id: 'x',
        recipient: { tenant, subject: 'a', organizations: [], roles: [], expiresAt: 4_000_000_000, mayRead: true },
        connectedAt: new Date(),
      },
      { filter: {} },
      false,
    );
    await registry.markBehind(listed, new Date());
    await registry.beginSync(tenant, 'x', new Date());
    await registry.remove(tenant, 'x');
    const store = createDynamoDbSubscriptions(client, tableName);
    const name = 'all' as SubscriptionName;
    const cursor = { epoch: 'e', sequence: asSequence(0) };
    await store.create(tenant, { name, filter: {}, status: 'active', cursor, created: '', updated: '' });
    await store.change(tenant, name, { filter: {}, status: 'active' }, '');
    await store.acknowledge(tenant, name, cursor);
    await store.remove(tenant, name);
    expect([...sent].toSorted()).toEqual(
      [
        'attribute_exists(PK)',
        'attribute_not_exists(PK)',
        POSITION_MOVES_FORWARD,
        IS_IN_TURN,
        'attribute_not_exists(PK) OR expiresat <= :now',
        'head = :expected AND epoch = :epoch',
        MAY_COUNT_ON,
        MAY_BEGIN_WINDOW,
        MOVES_FORWARD,
      ].toSorted(),
    );
  });
});

const POSITION_MOVES_FORWARD = 'attribute_not_exists(PK) OR epoch <> :epoch OR delivered < :position';
const IS_IN_TURN = 'turn = :turn';
const MAY_COUNT_ON = 'attribute_exists(wish) AND syncwindow >= :window AND syncs < :limit';
const MAY_BEGIN_WINDOW = 'attribute_exists(wish) AND (attribute_not_exists(syncwindow) OR syncwindow < :window)';
const MOVES_FORWARD = '#status = :active AND (epoch <> :epoch OR acknowledged < :sequence)';

interface Write {
  ConditionExpression?: string;
  ExpressionAttributeValues?: Record<string, unknown>;
  ExpressionAttributeNames?: Record<string, unknown>;
  UpdateExpression?: string;
}

/** The writes in a request, be it one or a transaction. */
function writesOf(input: object): Write[] {
  const { TransactItems } = input as { TransactItems?: readonly Record<string, Write>[] };
  return TransactItems?.flatMap((item) => Object.values(item)) ?? [input as Write];
}

/** A client that leaves a condition out of whatever it sends, or sends a weaker one in its place. */
function dropping(engine: Engine, clause: string, instead?: string): DynamoDBClient {
  return engine.copyOfClient((input) => {
    for (const write of writesOf(input)) {
      if (write.ConditionExpression !== clause) continue;
      delete write.ConditionExpression;
      if (instead !== undefined) write.ConditionExpression = instead;
      keepUsed(write, 'ExpressionAttributeValues');
      keepUsed(write, 'ExpressionAttributeNames');
    }
  });
}

/** DynamoDB refuses values and names that no expression uses. */
function keepUsed(write: Write, member: 'ExpressionAttributeValues' | 'ExpressionAttributeNames'): void {
  const words = `${write.UpdateExpression} ${write.ConditionExpression}`.split(/[^:#\w]/);
  const used = Object.entries(write[member] ?? {}).filter(([name]) => words.includes(name));
  if (used.length > 0) write[member] = Object.fromEntries(used);
  else delete write[member];
}

async function countItems(client: DynamoDBClient, tableName: string, partition: string): Promise<number | undefined> {
  const query = new QueryCommand({
    TableName: tableName,
    KeyConditionExpression: 'PK = :partition',
    ExpressionAttributeValues: { ':partition': { S: partition } },
  });
  return (await client.send(query)).Count;
}
