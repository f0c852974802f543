import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { asEventId, asTenantId, type TenantId } from '@tidings/contracts';
import { createDynamoDbConnectionRegistry } from '../../lambdas/adapters/dynamodb/connection-registry.ts';
import { createDynamoDbEventLog } from '../../lambdas/adapters/dynamodb/event-log.ts';
import { connectionKey } from '../../lambdas/adapters/dynamodb/keys.ts';
import { createDynamoDbSubscriptions } from '../../lambdas/adapters/dynamodb/subscriptions.ts';
import { systemSurroundings } from '../../lambdas/adapters/surroundings.ts';
import { fanOut } from '../../lambdas/core/fan-out.ts';
import { SHARDS } from '../../lambdas/core/ports/connection-registry.ts';
import { DEFAULT_LIMITS } from '../../lib/operations.ts';
import { type Engine, QUICK_ENGINE } from '../contract/engines.ts';
import type { Bench } from './bench.ts';

const TENANT = asTenantId('acme');
/** Others, one of which is large enough for shards, and was served in them. */
const OTHERS = 40;
const LARGE = asTenantId('other-0');
const SOCKETS = 10;
const AT_ONCE = 16;
const BATCH = 25;

/** What one event of a tenant takes, whoever else is there. */
export const bench: Bench = {
  name: 'independence',
  title: 'An event of one tenant, beside the sockets of others',
  method:
    'The real fan-out over the real adapters and a DynamoDB engine: every call and every unit consumed is counted for an ' +
    'event to ten sockets, in a table that holds nobody else, and in one with the sockets of forty other tenants.',
  isGuarded: true,
  async run({ isQuick, progress }) {
    const others = isQuick ? 4000 : 100_000;
    const engine = await QUICK_ENGINE.start();
    try {
      const alone = await measure(engine, 'alone', 0, progress);
      const among = await measure(engine, 'among', others, progress);
      const difference = (name: keyof Counted) => Number(JSON.stringify(alone[name]) !== JSON.stringify(among[name]));
      return {
        findings: [
          {
            what: `calls that differ beside ${others} sockets of other tenants`,
            value: difference('calls'),
            unit: 'kinds of calls',
            limit: { most: 0 },
            detail: Object.entries(among.calls)
              .map(([name, count]) => `${name} ${count}`)
              .join(', '),
          },
          {
            what: 'read and write units that differ',
            value: difference('units'),
            unit: 'sums',
            limit: { most: 0 },
            detail: `${among.units} units for an event to ${SOCKETS} sockets`,
          },
          { what: 'posts that differ', value: difference('posts'), unit: 'posts', limit: { most: 0 } },
        ],
      };
    } finally {
      await engine.stop();
    }
  },
};

interface Counted {
  readonly calls: Readonly<Record<string, number>>;
  readonly units: number;
  readonly posts: readonly string[];
}

async function measure(
  engine: Engine,
  table: string,
  others: number,
  progress: (text: string) => void,
): Promise<Counted> {
  const tableName = await engine.createTable(table);
  await fill(engine.client, tableName, others, progress);
  const calls: Record<string, number> = {};
  let units = 0;
  const client = engine.copyOfClient((input) => Object.assign(input, { ReturnConsumedCapacity: 'TOTAL' }));
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const result = await next(args);
        const { ConsumedCapacity } = result.output as { ConsumedCapacity?: Consumed | readonly Consumed[] };
        for (const { CapacityUnits = 0 } of [ConsumedCapacity ?? []].flat()) units += CapacityUnits;
        calls[commandName] = (calls[commandName] ?? 0) + 1;
        return result;
      },
    { step: 'initialize' },
  );
  const surroundings = systemSurroundings;
  const log = createDynamoDbEventLog({ client, tableName, surroundings, generation: 1 });
  const registry = createDynamoDbConnectionRegistry({ client, tableName, surroundings });
  const posts: string[] = [];
  const deliver = async (tenant: TenantId, isCounted: boolean): Promise<void> => {
    await record(log, tenant);
    for (const name of Object.keys(calls)) delete calls[name];
    units = 0;
    const patience = { mayBeginRound: () => true, mayPost: () => true };
    await fanOut(tenant, patience, {
      log,
      registry,
      subscriptions: createDynamoDbSubscriptions(client, tableName),
      poster: {
        post: async (id, text) => {
          if (isCounted) posts.push(`${id} ${text.replace(/"recordedtime":"[^"]*"/, '')}`);
          return 'delivered';
        },
      },
      doorbell: { ring: async () => undefined, ringShards: async () => undefined },
      isBroadcast: () => true,
      surroundings,
      scale: { ...DEFAULT_LIMITS, shards: SHARDS, largeForMilliseconds: 600_000 },
      apiUrl: 'https://api.example',
      onRegistryFailure: () => undefined,
    });
  };
  const recipient = { subject: 'alice', organizations: [], roles: [], expiresAt: 4e9, mayRead: false };
  for (let index = 0; index < SOCKETS; index += 1) {
    const origin = { id: `own-${index}`, recipient: { ...recipient, tenant: TENANT }, connectedAt: new Date() };
    await registry.subscribe(origin, { filter: {} }, false);
  }
  progress(`an event beside ${others} sockets of others`);
  if (others > 0) await deliver(LARGE, false);
  await deliver(TENANT, true);
  client.destroy();
  return { calls: { ...calls }, units, posts: posts.toSorted() };
}

interface Consumed {
  readonly CapacityUnits?: number;
}

/** Writes rows of other tenants' sockets, three quarters of them one tenant's. */
async function fill(client: DynamoDBClient, tableName: string, count: number, progress: (text: string) => void) {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const first = next;
      next += BATCH;
      if (first % 5000 === 0) progress(`${first} of ${count} sockets of others`);
      const puts = Array.from({ length: Math.min(BATCH, count - first) }, (_, offset) => rowOf(first + offset));
      const RequestItems = { [tableName]: puts.map((Item) => ({ PutRequest: { Item } })) };
      await client.send(new BatchWriteItemCommand({ RequestItems }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** As the registry writes them. */
function rowOf(index: number) {
  const tenant = index % 4 === 0 ? asTenantId(`other-${index % OTHERS}`) : LARGE;
  const { PK, SK } = connectionKey(tenant, `L0SM9cOFvHcCIh${index}=`);
  const recipient = { tenant, subject: `user-${index}`, organizations: [], roles: [], expiresAt: 4e9, mayRead: false };
  return {
    PK: { S: PK },
    SK: { S: SK },
    recipient: { S: JSON.stringify(recipient) },
    wish: { S: '{"filter":{}}' },
    listensonly: { BOOL: false },
    connectedat: { N: String(Date.now()) },
    expiresat: { N: String(Math.floor(Date.now() / 1000) + 7200) },
    turn: { N: '1' },
  };
}

async function record(log: ReturnType<typeof createDynamoDbEventLog>, tenant: TenantId): Promise<void> {
  const id = asEventId('event');
  const type = 'bank.transaction:created@v1';
  const event = { specversion: '1.0', id, source: 'com.example.bank', type, tenantid: tenant, data: 'x'.repeat(700) };
  await log.commit({
    tenant,
    expected: await log.head(tenant),
    newEpoch: 'epoch',
    events: [{ json: JSON.stringify(event), header: { id, type } }],
    recordedAt: new Date(),
    expiresAt: Math.floor(Date.now() / 1000) + 3600,
  });
}
