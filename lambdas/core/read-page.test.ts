import { asEventId, asSequence, asTenantId, LIMITS } from '@tidings/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryEventLog } from '../adapters/memory/event-log.ts';
import type { Audience, Recipient } from './identity.ts';
import { type PageRequest, readPage } from './read-page.ts';

const tenant = asTenantId('acme');
const reader: Recipient = { tenant, subject: 'alice', organizations: [], roles: [], expiresAt: 4_000_000_000 };
const START = new Date('2026-03-01T12:00:00Z');

describe('reading a page', () => {
  let now = START;
  let log: ReturnType<typeof createMemoryEventLog>;
  beforeEach(() => {
    now = START;
    log = createMemoryEventLog({ now: () => now });
  });

  const record = async (ids: readonly string[], audience: Audience = {}, seconds = 3600): Promise<void> => {
    await log.commit({
      tenant,
      expected: await log.head(tenant),
      newEpoch: 'epoch',
      events: ids.map((id) => {
        const header = { id: asEventId(id), type: 'bank.test:created@v1', ...audience };
        return {
          event: { specversion: '1.0', source: 's', tenantid: tenant, id: header.id, type: header.type },
          header,
        };
      }),
      recordedAt: now,
      expiresAt: now.getTime() / 1000 + seconds,
    });
  };

  const read = async (request: Partial<Omit<PageRequest, 'after'>> & { after?: number } = {}) => {
    const { after = 0, ...rest } = request;
    const page = await readPage(
      reader,
      { after: asSequence(after), filter: {}, limit: 100, bytes: LIMITS.pageBytes, ...rest },
      log,
    );
    return { ...page, ids: page.events.map((json) => JSON.parse(json).id as string) };
  };

  it('is empty for a tenant without events', async () => {
    expect(await read()).toMatchObject({ ids: [], through: 0, head: { sequence: 0 } });
  });

  it('holds what follows the cursor, up to the head', async () => {
    await record(['a', 'b', 'c']);
    expect(await read({ after: 1 })).toMatchObject({
      ids: ['b', 'c'],
      through: 3,
      head: { epoch: 'epoch', sequence: 3 },
    });
  });

  it('ends with the event before the one that would be too many, and goes on there', async () => {
    await record(['a', 'b', 'c']);
    expect(await read({ limit: 2 })).toMatchObject({ ids: ['a', 'b'], through: 2 });
    expect(await read({ limit: 2, after: 2 })).toMatchObject({ ids: ['c'], through: 3 });
  });

  it('ends before the event that would be too large, but gives at least one', async () => {
    await record(['a', 'b', 'c']);
    expect(await read({ bytes: 1 })).toMatchObject({ ids: ['a'], through: 1 });
  });

  it('moves the cursor over what is not for the reader', async () => {
    await record(['a'], { users: ['bob'] });
    await record(['b']);
    await record(['c', 'd'], { roles: ['boss'] });
    expect(await read()).toMatchObject({ ids: ['b'], through: 4 });
    expect(await read({ limit: 1 })).toMatchObject({ ids: ['b'], through: 4 });
    expect(await read({ filter: { types: ['community.*'] } })).toMatchObject({ ids: [], through: 4 });
  });

  it('never shows what is past its time', async () => {
    await record(['old'], {}, 10);
    await record(['new']);
    now = new Date(START.getTime() + 10_000);
    expect(await read()).toMatchObject({ ids: ['new'], through: 2 });
  });

  it('does not run past the head for a cursor that is ahead of it', async () => {
    await record(['a']);
    expect(await read({ after: 999 })).toMatchObject({ ids: [], through: 1 });
  });

  it('ends after 20,000 headers that are not for the reader, and goes on there', async () => {
    const ids = Array.from({ length: 20_600 }, (_, i) => `e${i}`);
    await record(ids, { users: ['bob'] });
    await record(['mine']);
    const first = await read();
    expect(first).toMatchObject({ ids: [], through: 20_000 });
    expect(await read({ after: first.through })).toMatchObject({ ids: ['mine'], through: 20_601 });
  });
});
