import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { asTenantId } from '@tidings/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tenantSlotsKey } from '../../lambdas/adapters/dynamodb/keys.ts';
import { createDynamoDbSocketSlots } from '../../lambdas/adapters/dynamodb/socket-slots.ts';
import { SLOT_MILLISECONDS, type SlotHolder, type SocketSlots } from '../../lambdas/core/ports/socket-slots.ts';
import { type Engine, QUICK_ENGINE } from './engines.ts';

const START = new Date('2026-03-01T12:00:00Z');
const ENTRY = 'contains(holders, :entry)';

/** Each condition of the slots' writes is there for a reason; see `conditions.test.ts`. */
describe(`conditions of slots, on ${QUICK_ENGINE.name}`, () => {
  let engine: Engine;
  let tableName = '';
  let count = 0;
  beforeAll(async () => {
    engine = await QUICK_ENGINE.start();
    tableName = await engine.createTable('slots');
  });
  afterAll(() => engine?.stop());

  type Scenario = (slots: SocketSlots, holder: (id: string) => SlotHolder) => Promise<unknown>;
  /** What a scenario says, and how many sockets its tenant has in the end. */
  const outcomeWith = async (client: DynamoDBClient, scenario: Scenario, clock = () => START): Promise<unknown> => {
    count += 1;
    const tenant = asTenantId(`tenant-${count}`);
    const slots = createDynamoDbSocketSlots({
      client,
      tableName,
      surroundings: { now: () => clock() },
      limits: { socketsPerUser: 2, socketsPerTenant: 2 },
    });
    const holder = (connectionId: string): SlotHolder => ({
      tenant,
      subject: connectionId.slice(0, 1),
      connectionId,
      connectedAt: clock(),
    });
    return [await scenario(slots, holder), await countOf(engine.client, tableName, tenant)];
  };
  /** With all conditions, and without this one. */
  const outcomes = async (clause: string, scenario: Scenario, clock?: () => Date): Promise<readonly unknown[]> => [
    await outcomeWith(engine.client, scenario, clock),
    await outcomeWith(weakened(engine, clause), scenario, clock),
  ];
  const kinds = async (slots: SocketSlots, holders: readonly SlotHolder[]): Promise<readonly string[]> => {
    const taken: string[] = [];
    for (const holder of holders) taken.push((await slots.take(holder)).kind);
    return taken;
  };

  it('userHasRoom: else a user takes all that the tenant has', async () => {
    const clause = 'attribute_not_exists(holders) OR size(holders) < :limit OR contains(holders, :entry)';
    const found = await outcomes(clause, (slots, holder) => kinds(slots, ['a1', 'a2', 'a3'].map(holder)));
    expect(found).toEqual([
      [['taken', 'taken', 'user-full'], 2],
      [['taken', 'taken', 'tenant-full'], 2],
    ]);
  });

  it('tenantHasRoom: else users take more than the tenant has', async () => {
    const clause = 'attribute_not_exists(sockets) OR sockets < :limit';
    const found = await outcomes(clause, (slots, holder) => kinds(slots, ['a', 'b', 'c'].map(holder)));
    expect(found).toEqual([
      [['taken', 'taken', 'tenant-full'], 2],
      [['taken', 'taken', 'taken'], 3],
    ]);
  });

  it('isHeld: else who never held a slot, or gave it back, gives back those of others', async () => {
    const found = await outcomes(ENTRY, async (slots, holder) => {
      await kinds(slots, ['a', 'b'].map(holder));
      await slots.release(holder('x'));
      await slots.release(holder('a'));
      await slots.release(holder('a'));
    });
    expect(found).toEqual([
      [undefined, 1],
      [undefined, 0],
    ]);
  });

  it('bucketCounts: else what was taken off when its time was over is taken off once more', async () => {
    let now = START;
    const found = await outcomes(
      '#bucket > :none',
      async (slots, holder) => {
        now = START;
        const old = holder('a');
        await slots.take(old);
        now = new Date(START.getTime() + SLOT_MILLISECONDS);
        await slots.take(holder('b'));
        await slots.release(old);
      },
      () => now,
    );
    expect(found).toEqual([
      [undefined, 1],
      [undefined, 0],
    ]);
  });

  it('bucketIsThere: of many who see that its time is over one takes it off, and nobody fails', async () => {
    let now = START;
    const outcome = await outcomeWith(
      engine.client,
      async (slots, holder) => {
        now = START;
        await kinds(slots, ['a', 'b'].map(holder));
        now = new Date(START.getTime() + SLOT_MILLISECONDS);
        const all = await Promise.allSettled(['c', 'd', 'e', 'f'].map((id) => slots.take(holder(id))));
        return all.filter(({ status }) => status === 'rejected').length;
      },
      () => now,
    );
    expect(outcome).toEqual([0, 2]);
  });
});

const countOf = async (client: DynamoDBClient, TableName: string, tenant: SlotHolder['tenant']): Promise<number> => {
  const { PK, SK } = tenantSlotsKey(tenant);
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { PK: { S: PK }, SK: { S: SK } } }));
  return Number(Item?.['sockets']?.N);
};

interface Write {
  ConditionExpression?: string;
  UpdateExpression?: string;
  ExpressionAttributeValues?: Record<string, unknown>;
}

/** A client that leaves a condition out, and the values that nothing else uses. */
const weakened = (engine: Engine, clause: string): DynamoDBClient =>
  engine.copyOfClient((input: Write) => {
    if (input.ConditionExpression !== clause) return;
    delete input.ConditionExpression;
    const used = (input.UpdateExpression ?? '').split(/[^:\w]/);
    const values = Object.entries(input.ExpressionAttributeValues ?? {}).filter(([name]) => used.includes(name));
    input.ExpressionAttributeValues = Object.fromEntries(values);
  });
