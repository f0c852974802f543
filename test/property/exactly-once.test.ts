import { asSequence, asTenantId } from '@tidings/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoDbEventLog } from '../../lambdas/adapters/dynamodb/event-log.ts';
import { createGeneratedDefinitions } from '../../lambdas/adapters/generated-definitions.ts';
import { createMemoryEventLog } from '../../lambdas/adapters/memory/event-log.ts';
import { systemSurroundings } from '../../lambdas/adapters/surroundings.ts';
import type { EventLog } from '../../lambdas/core/ports/event-log.ts';
import { storeMessages } from '../../lambdas/core/store-messages.ts';
import { ENGINES, type Engine } from '../contract/engines.ts';
import { createRandom, runSeed } from './random.ts';
import { bankEvent, deliveries, intakeMessage, notingPorts, runWorkers } from './store-worker.ts';

const EVENTS = 200;
const WORKERS = 8;
const definitions = createGeneratedDefinitions();

/** Stores everything through eight workers at once, and looks at what the log then holds. */
async function expectExactlyOnce(log: EventLog, seed: number): Promise<void> {
  const random = createRandom(seed);
  const tenant = asTenantId(`tenant-${seed}`);
  const ids = Array.from({ length: EVENTS }, (_, i) => `event-${i}`);
  const messages = ids.map((id) => intakeMessage(id, bankEvent(tenant, id)));
  const { rings, buried, ports } = notingPorts();
  await runWorkers(deliveries(messages, random), WORKERS, (group) =>
    storeMessages(group, { days: 1 }, { ...ports, log, definitions, surroundings: systemSurroundings }),
  );

  const head = await log.head(tenant);
  const { events } = await log.readLedger(tenant, asSequence(0), head.sequence, EVENTS * 2);
  expect(events.map(({ sequence }) => sequence)).toEqual(ids.map((_, index) => index + 1));
  expect(events.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  const stored = await log.readEvents(
    tenant,
    events.map(({ id }) => id),
  );
  const sequences = events.map(({ id }) => Number(JSON.parse(stored.get(id) ?? '{}').sequence));
  expect(sequences).toEqual(events.map(({ sequence }) => sequence));
  expect(Math.max(...rings.map((ring) => ring.head))).toBe(EVENTS);
  expect(buried).toEqual([]);
}

describe('each message delivered 1 to 5 times, in any order and grouping, to 8 workers at once', () => {
  it('is recorded once, in one gapless order: memory', async () => {
    const seed = runSeed();
    await expect(
      expectExactlyOnce(createMemoryEventLog(systemSurroundings), seed),
      `SEED=${seed}`,
    ).resolves.toBeUndefined();
  });

  describe.each(Object.entries(ENGINES))('%s', (_, { missing, start }) => {
    let engine: Engine;
    beforeAll(async () => {
      if (missing === undefined) engine = await start();
    });
    afterAll(() => engine?.stop());

    it.skipIf(missing !== undefined)(
      'is recorded once, in one gapless order',
      async () => {
        const seed = runSeed();
        const tableName = await engine.createTable('exactly-once');
        const log = createDynamoDbEventLog({
          client: engine.client,
          tableName,
          surroundings: systemSurroundings,
          generation: 1,
        });
        await expect(expectExactlyOnce(log, seed), `SEED=${seed}`).resolves.toBeUndefined();
      },
      90_000,
    );
  });
});
