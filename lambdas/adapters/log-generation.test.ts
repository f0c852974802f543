import { asEventId, asSequence, asTenantId, EMPTY_HEAD, type Head } from '@tidings/contracts';
import { expect, it } from 'vitest';
import type { EventLog } from '../core/ports/event-log.ts';
import { readPage } from '../core/read-page.ts';
import { withGeneration } from './log-generation.ts';
import { createMemoryEventLog } from './memory/event-log.ts';

const tenant = asTenantId('acme');

it('tells a reader of the generation before by a reset, and goes on counting', async () => {
  const table = createMemoryEventLog({ now: () => new Date() });
  const record = (log: EventLog, expected: Head, id: string) => {
    const header = { id: asEventId(id), type: 't' };
    const event = { specversion: '1.0' as const, source: 's', tenantid: tenant, ...header };
    const commit = {
      tenant,
      expected,
      newEpoch: 'e',
      events: [{ json: JSON.stringify(event), header }],
      recordedAt: new Date(),
    };
    return log.commit({ ...commit, expiresAt: 4_000_000_000 });
  };
  await record(table, EMPTY_HEAD, 'a');
  const before = await table.head(tenant);
  const restored = withGeneration(table, 2);
  const head = await restored.head(tenant);
  expect(head).toEqual({ epoch: 'e~2', sequence: 1 });
  expect(await record(restored, before, 'late')).toMatchObject({ kind: 'head-moved', found: head });
  expect(await record(restored, head, 'b')).toMatchObject({ kind: 'committed', head: { epoch: 'e~2', sequence: 2 } });
  const reader = { tenant, subject: undefined, organizations: [], roles: [], expiresAt: 4_000_000_000, mayRead: true };
  const request = { wants: () => true, limit: 10, bytes: 1000 };
  expect(await readPage(reader, { ...request, start: before }, restored)).toMatchObject({
    kind: 'reset',
    reason: 'epoch',
    oldest: 1,
  });
  expect(await readPage(reader, { ...request, start: head }, restored)).toMatchObject({ kind: 'page', through: 2 });
  // What the fan-out has delivered, it has delivered: a restored table is not sent out anew.
  await table.moveFanOutPosition(tenant, { epoch: 'e', sequence: asSequence(1) });
  expect(await restored.fanOutPosition(tenant)).toEqual({ epoch: 'e~2', sequence: 1 });
});
