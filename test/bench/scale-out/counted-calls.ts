import { asEventId, asTenantId } from '@tidings/contracts';
import { createMemoryConnectionRegistry } from '../../../lambdas/adapters/memory/connection-registry.ts';
import { createMemoryEventLog } from '../../../lambdas/adapters/memory/event-log.ts';
import { createMemorySubscriptions } from '../../../lambdas/adapters/memory/subscriptions.ts';
import { systemSurroundings } from '../../../lambdas/adapters/surroundings.ts';
import { type FanOutPorts, fanOut } from '../../../lambdas/core/fan-out.ts';
import { SHARDS } from '../../../lambdas/core/ports/connection-registry.ts';

const TENANT = asTenantId('acme');
const SOCKETS = 10;

/** What one run of a fan-out asks of its stores and queues, posts aside. */
export interface CountedCalls {
  /** With shards, for a tenant too small for them. */
  readonly small: number;
  /** Where no number of sockets is too many for a run. */
  readonly withoutShards: number;
  /** For a tenant that is served in shards. */
  readonly handOver: number;
  /** Of the small tenant. */
  readonly names: readonly string[];
}

export async function countCalls(): Promise<CountedCalls> {
  const small = await callsOf(2500);
  const withoutShards = await callsOf(Number.POSITIVE_INFINITY);
  // The first run finds out that the tenant is large; the second knows it.
  const handOver = await callsOf(1, 2);
  return { small: small.length, withoutShards: withoutShards.length, handOver: handOver.length, names: small };
}

/** The calls of the last of so many runs. */
async function callsOf(socketsPerRun: number, runs = 1): Promise<readonly string[]> {
  const log = createMemoryEventLog(systemSurroundings);
  const registry = createMemoryConnectionRegistry();
  const recipient = { tenant: TENANT, subject: 'a', organizations: [], roles: [], expiresAt: 4e9, mayRead: false };
  for (let index = 0; index < SOCKETS; index += 1) {
    await registry.subscribe({ id: `c${index}`, recipient, connectedAt: new Date(0) }, { filter: {} }, false);
  }
  let calls: string[] = [];
  const counted = <Port extends object>(name: string, port: Port): Port =>
    new Proxy(port, {
      get: (target, method) => {
        calls.push(`${name}.${String(method)}`);
        return Reflect.get(target, method);
      },
    });
  const ports: FanOutPorts = {
    log: counted('log', log),
    registry: counted('registry', registry),
    subscriptions: counted('subscriptions', createMemorySubscriptions()),
    doorbell: counted('doorbell', { ring: async () => undefined, ringShards: async () => undefined }),
    poster: { post: async () => 'delivered' as const },
    isBroadcast: () => true,
    surroundings: systemSurroundings,
    scale: { socketsPerRun, postsPerSecond: 10_000, shards: SHARDS, largeForMilliseconds: 600_000 },
    apiUrl: 'https://api.example',
    onRegistryFailure: () => undefined,
  };
  for (let run = 0; run < runs; run += 1) {
    const id = asEventId(`e${run}`);
    const type = 'bank.test:created@v1';
    await log.commit({
      tenant: TENANT,
      expected: await log.head(TENANT),
      newEpoch: 'epoch',
      events: [{ json: JSON.stringify({ id, type }), header: { id, type } }],
      recordedAt: new Date(),
      expiresAt: 4e9,
    });
    calls = [];
    await fanOut(TENANT, { mayBeginRound: () => true, mayPost: () => true }, ports);
  }
  return calls;
}
