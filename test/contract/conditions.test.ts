import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { asEventId, asSequence, asTenantId, type Head } from '@tidings/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoDbConnectionRegistry } from '../../lambdas/adapters/dynamodb/connection-registry.ts';
import { createDynamoDbEventLog } from '../../lambdas/adapters/dynamodb/event-log.ts';
import { systemSurroundings } from '../../lambdas/adapters/surroundings.ts';
import type { Commit, EventLog } from '../../lambdas/core/ports/event-log.ts';
import { ENGINES, type Engine } from './engines.ts';

/**
 * Each condition of a write is there for a reason: without it, one of these scenarios ends otherwise than with it.
 * A condition that could be dropped without a scenario noticing would be one that nothing tests.
 */
const engineName = ENGINES['dynoxide']?.missing === undefined ? 'dynoxide' : 'DynamoDB Local';

const NOTHING: Head = { sequence: asSequence(0) };

describe(`conditions of the event log, on ${engineName}`, () => {
  let engine: Engine;
  let tableName = '';
  let count = 0;
  beforeAll(async () => {
    const start = ENGINES[engineName]?.start;
    if (start === undefined) throw new Error(`No engine ${engineName}`);
    engine = await start();
    tableName = await engine.createTable('conditions');
  });
  afterAll(() => engine?.stop());

  const logOn = (client: DynamoDBClient): EventLog =>
    createDynamoDbEventLog({ client, tableName, surroundings: systemSurroundings });

  const commitOf = (expected: Head, id: string, tenant: string, newEpoch = 'epoch'): Commit => ({
    tenant: asTenantId(tenant),
    expected,
    newEpoch,
    events: [
      {
        event: { specversion: '1.0', id: asEventId(id), source: 's', type: 't', tenantid: asTenantId(tenant) },
        header: { id: asEventId(id), type: 't' },
      },
    ],
    recordedAt: new Date(),
    expiresAt: Math.floor(Date.now() / 1000) + 3600,
  });

  /** What each scenario ends with: with all conditions, and without the one that it is about. */
  const outcomes = async (clause: string, scenario: (log: EventLog, tenant: string) => Promise<unknown>) => {
    count += 2;
    const withAll = await scenario(logOn(engine.client), `tenant-${count}`);
    const without = await scenario(logOn(dropping(engine, clause)), `tenant-${count + 1}`);
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

  it('positionMovesForward: else an overlapping run takes the fan-out back', async () => {
    const clause = 'attribute_not_exists(PK) OR delivered < :position';
    const { withAll, without } = await outcomes(clause, async (log, tenant) => {
      await log.moveFanOutPosition(asTenantId(tenant), asSequence(5));
      await log.moveFanOutPosition(asTenantId(tenant), asSequence(3));
      return log.fanOutPosition(asTenantId(tenant));
    });
    expect(withAll).toBe(5);
    expect(without).toBe(3);
  });

  it('CONNECTION_IS_KNOWN: else a mark makes a connection without claims', async () => {
    const mark = async (client: DynamoDBClient, tenant: string) => {
      const registry = createDynamoDbConnectionRegistry({ client, tableName, surroundings: systemSurroundings });
      await registry.markBehind(asTenantId(tenant), 'gone', new Date());
      return countItems(client, tableName, `T#${tenant}`);
    };
    expect(await mark(engine.client, 'marked-1')).toBe(0);
    expect(await mark(dropping(engine, 'attribute_exists(PK)'), 'marked-2')).toBe(1);
  });

  it('covers every condition that is sent', async () => {
    const sent = new Set<string>();
    const client = engine.copyOfClient((input) => {
      for (const { ConditionExpression } of writesOf(input)) if (ConditionExpression) sent.add(ConditionExpression);
    });
    const log = logOn(client);
    await log.commit(commitOf(NOTHING, 'a', 'all'));
    await log.commit(commitOf({ epoch: 'epoch', sequence: asSequence(1) }, 'b', 'all'));
    await log.moveFanOutPosition(asTenantId('all'), asSequence(1));
    await createDynamoDbConnectionRegistry({ client, tableName, surroundings: systemSurroundings }).markBehind(
      asTenantId('all'),
      'x',
      new Date(),
    );
    expect([...sent].toSorted()).toEqual([
      'attribute_exists(PK)',
      'attribute_not_exists(PK)',
      'attribute_not_exists(PK) OR delivered < :position',
      'attribute_not_exists(PK) OR expiresat <= :now',
      'head = :expected AND epoch = :epoch',
    ]);
  });
});

interface Write {
  ConditionExpression?: string;
  ExpressionAttributeValues?: Record<string, unknown>;
  UpdateExpression?: string;
}

/** The writes in a request, be it one or a transaction. */
function writesOf(input: object): Write[] {
  const { TransactItems } = input as { TransactItems?: readonly Record<string, Write>[] };
  return TransactItems?.flatMap((item) => Object.values(item)) ?? [input as Write];
}

/** A client that leaves a condition out of whatever it sends. */
function dropping(engine: Engine, clause: string): DynamoDBClient {
  return engine.copyOfClient((input) => {
    for (const write of writesOf(input)) {
      if (write.ConditionExpression !== clause) continue;
      delete write.ConditionExpression;
      // DynamoDB refuses values that no expression uses.
      const used = Object.entries(write.ExpressionAttributeValues ?? {}).filter(([name]) =>
        write.UpdateExpression?.split(/[^:\w]/).includes(name),
      );
      if (used.length > 0) write.ExpressionAttributeValues = Object.fromEntries(used);
      else delete write.ExpressionAttributeValues;
    }
  });
}

async function countItems(client: DynamoDBClient, tableName: string, partition: string): Promise<number | undefined> {
  const query = new QueryCommand({
    TableName: tableName,
    KeyConditionExpression: 'PK = :partition',
    ExpressionAttributeValues: { ':partition': { S: partition } },
  });
  return (await client.send(query)).Count;
}
