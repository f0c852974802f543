import { asEventId, asTenantId, TidingsError } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import type { EventLog } from './ports/event-log.ts';
import { readEvent } from './read-event.ts';

const tenant = asTenantId('acme');
const recipient = {
  tenant,
  subject: 'alice',
  organizations: ['o1'],
  roles: ['teller'],
  expiresAt: 1769851800,
  mayRead: true,
};

/** A log that holds these events of one tenant, and writes down what it is asked for. */
function logWith(events: Readonly<Record<string, object>>) {
  const asked: unknown[] = [];
  const log = {
    readEvents: async (of: string, ids: readonly string[]) => {
      asked.push([of, ...ids]);
      const found = ids.filter((id) => of === tenant && Object.hasOwn(events, id));
      return new Map(found.map((id) => [asEventId(id), JSON.stringify({ id, tenantid: of, ...events[id] })]));
    },
  } as unknown as EventLog;
  return { log, asked };
}

async function refusal(work: Promise<string>): Promise<TidingsError> {
  const thrown = await work.catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(TidingsError);
  return thrown as TidingsError;
}

describe('an event by its id', () => {
  it('is given as it is stored, byte by byte', async () => {
    const { log, asked } = logWith({ 'a/b;c#d': { data: { z: 1, a: 'æ🦊' } } });
    const json = '{"id":"a/b;c#d","tenantid":"acme","data":{"z":1,"a":"æ🦊"}}';
    await expect(readEvent(recipient, 'a/b;c#d', log)).resolves.toBe(json);
    expect(asked).toEqual([['acme', 'a/b;c#d']]);
  });

  it.each([
    [{ userids: 'bob,alice' }],
    [{ organizationids: 'o1' }],
    [{ roleids: 'teller,admin' }],
    [{ userids: 'alice', organizationids: 'o9,o1', roleids: 'teller' }],
  ])('with the audience %j is for her', async (audience) => {
    const { log } = logWith({ e1: audience });
    await expect(readEvent(recipient, 'e1', log)).resolves.toContain('"e1"');
  });

  it.each([
    [{ userids: 'bob' }],
    [{ organizationids: 'o9' }],
    [{ roleids: 'admin' }],
    [{ userids: 'alice', roleids: 'admin' }],
    [{ userids: 'alice,x', organizationids: 'o11' }],
  ])('with the audience %j cannot be told from one that does not exist', async (audience) => {
    const { log } = logWith({ e1: audience });
    const hidden = await refusal(readEvent(recipient, 'e1', log));
    const missing = await refusal(readEvent(recipient, 'e1', logWith({}).log));
    expect([hidden.code, hidden.message, hidden.errors]).toEqual([missing.code, missing.message, missing.errors]);
    expect(hidden).toMatchObject({
      code: 'EVENT_NOT_FOUND',
      message: 'Expected the id of an event that you may see; found "e1"',
    });
  });

  it('of another tenant is never asked for', async () => {
    const { log, asked } = logWith({ e1: {} });
    const other = { ...recipient, tenant: asTenantId('umbrella') };
    await expect(refusal(readEvent(other, 'e1', log))).resolves.toMatchObject({ code: 'EVENT_NOT_FOUND' });
    expect(asked).toEqual([['umbrella', 'e1']]);
  });

  it.each(['', 'a,b', 'a b', 'a\u0000', 'x'.repeat(257), '\ud800'])(
    'is not looked for where %j can be none',
    async (id) => {
      const { log, asked } = logWith({ [id]: {} });
      await expect(refusal(readEvent(recipient, id, log))).resolves.toMatchObject({ code: 'EVENT_NOT_FOUND' });
      expect(asked).toEqual([]);
    },
  );
});
