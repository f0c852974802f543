import { describe, expect, it } from 'vitest';
import { newEvent, newTenant } from './events.ts';
import { publish, readAll, readPage, request, tokenFor, waitForHead } from './hub.ts';

describe('GET /events?since=', () => {
  it('begins with the first event that was recorded at the time or later, and goes on by after', async () => {
    const tenant = newTenant('since');
    const token = await tokenFor({ tenant });
    for (let head = 1; head <= 4; head += 1) {
      await publish([newEvent(tenant)]);
      await waitForHead(tenant, head);
    }
    const events = await readAll(token);
    for (const { recordedtime } of events) {
      const first = events.findIndex((one) => Date.parse(one.recordedtime) >= Date.parse(recordedtime));
      const expected = events.slice(first).map(({ sequence }) => sequence);
      const page = await readPage(token, { since: recordedtime });
      expect(
        page.events.map(({ sequence }) => sequence),
        tenant,
      ).toEqual(expected);
      expect(page).toMatchObject({ through: 4, head: 4 });
      const one = await readPage(token, { since: recordedtime, limit: '1' });
      expect((await readPage(token, { after: String(one.through) })).events.length).toBe(expected.length - 1);
    }
    expect((await readPage(token, { since: '1970-01-01T00:00:00Z' })).events).toHaveLength(4);
    expect(await readPage(token, { since: '2999-01-01T00:00:00+02:00' })).toMatchObject({
      events: [],
      through: 4,
      head: 4,
    });
  });

  it('is the end of a log without events', async () => {
    const token = await tokenFor({ tenant: newTenant('since') });
    expect(await readPage(token, { since: '2026-01-31T09:30:00Z' })).toMatchObject({ events: [], through: 0, head: 0 });
  });

  it.each([
    ['since=yesterday', 'expected a time as in RFC 3339, such as 2026-01-31T09:30:00Z, found "yesterday"'],
    ['since=2026-01-31T09:30:00Z&after=3', 'expected either since or after, found both'],
    ['since=2026-01-31T09:30:00+02:00', 'encode + as %2B'],
  ])('refuses %s', async (query, message) => {
    const token = await tokenFor({ tenant: newTenant('since') });
    const { text } = await request('GET', `/events?${query}`, { token });
    expect(JSON.parse(text)).toMatchObject({
      status: 400,
      code: 'QUERY_INVALID',
      errors: [{ path: '/since', message: expect.stringContaining(message) }],
    });
  });
});
