import { asSequence, asTenantId } from '@tidings/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoDbEventLog } from '../../../lambdas/adapters/dynamodb/event-log.ts';
import { systemSurroundings } from '../../../lambdas/adapters/surroundings.ts';
import { type Recordable, recordEvents } from '../../../lambdas/core/record-events.ts';
import { newEvent } from '../../acceptance/events.ts';
import { ENGINES, type Engine } from '../../contract/engines.ts';
import { meterReads } from '../capacity/read-meter.ts';

const EVENTS = 1200;

describe.each(Object.entries(ENGINES))('the ledger in %s', (_, { missing, start }) => {
  let engine: Engine;
  beforeAll(async () => {
    if (missing === undefined) engine = await start();
  });
  afterAll(() => engine?.stop());

  it.skipIf(missing !== undefined).each([
    ['large commits', 90, 14],
    ['small commits', 7, 172],
    ['commits of one event', 1, 1200],
  ])(
    'of %s is read once, whatever the size of a page',
    async (name, size, entries) => {
      const tableName = await engine.createTable(name.replaceAll(' ', '-'));
      const client = engine.copyOfClient(() => undefined);
      const log = createDynamoDbEventLog({ client, tableName, surroundings: systemSurroundings, generation: 1 });
      const tenant = asTenantId('tenant');
      for (let at = 0; at < EVENTS; at += size) {
        const events = Array.from({ length: Math.min(size, EVENTS - at) }, () => newEvent(tenant));
        const produced = (events as unknown as Recordable['event'][]).map((event) => ({
          event,
          json: JSON.stringify(event),
        }));
        await recordEvents(tenant, produced, { days: 1 }, { log, surroundings: systemSurroundings });
      }
      for (const limit of [1000, 500, 200, 90]) {
        const reads = meterReads(client);
        const found: number[] = [];
        for (let through = 0; through < EVENTS; ) {
          const page = await log.readLedger(tenant, asSequence(through), asSequence(EVENTS), limit);
          expect(page.events.length).toBeLessThanOrEqual(limit);
          found.push(...page.events.map(({ sequence }) => sequence));
          through = page.through;
        }
        client.middlewareStack.remove('meterReads');
        expect(found).toEqual(Array.from({ length: EVENTS }, (_, index) => index + 1));
        expect(reads.items, `${limit} a page`).toBeLessThanOrEqual(entries * 1.3);
      }
    },
    60_000,
  );
});
