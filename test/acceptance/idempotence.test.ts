import { describe, expect, it } from 'vitest';
import { newEvent, newTenant } from './events.ts';
import { postBatch, postStructured, publish, putOnBus, readAll, tokenFor, waitForHead } from './hub.ts';
import { openReceiver } from './socket-client.ts';

describe('an event that is sent again', () => {
  it('is accepted every time and stored once', async () => {
    const tenant = newTenant('again');
    const token = await tokenFor({ tenant });
    const event = newEvent(tenant);
    const socket = await openReceiver({ tenant });
    const first = await Promise.all(Array.from({ length: 5 }, () => postStructured(event, token)));
    await waitForHead(tenant, 1);
    await socket.event(event.id);
    const later = [await postStructured(event, token), await postBatch([event, event], token)];
    await putOnBus([event]);
    expect(
      [...first, ...later].map(({ status }) => status),
      tenant,
    ).toEqual(Array(7).fill(202));
    const fences = await sendFences(tenant, 3);
    await socket.event(fences.at(-1) ?? '');
    const stored = await readAll(token);
    expect(stored.map(({ id }) => id).sort(), tenant).toEqual([event.id, ...fences].sort());
    expect(
      stored.map(({ sequence }) => Number(sequence)),
      tenant,
    ).toEqual([1, 2, 3, 4]);
    expect(socket.events, `${tenant}: the socket says the same as the log`).toEqual(stored);
  });

  it('changes nothing, whatever it says the second time', async () => {
    const tenant = newTenant('changed');
    const token = await tokenFor({ tenant });
    const event = newEvent(tenant, { subject: 'first' });
    await publish([event]);
    await waitForHead(tenant, 1);
    const answer = await postStructured({ ...event, subject: 'second', time: '2020-01-01T00:00:00Z' }, token);
    expect(answer.status, answer.text).toBe(202);
    await sendFences(tenant, 2);
    const stored = await readAll(token);
    expect(stored, tenant).toHaveLength(3);
    expect(stored[0], tenant).toMatchObject({ id: event.id, subject: 'first', time: event.time });
  });

  it('is another event under another tenant', async () => {
    const [one, other] = [newTenant('one'), newTenant('other')];
    const event = newEvent(one);
    await publish([event, { ...event, tenantid: other }]);
    await waitForHead(one, 1);
    await waitForHead(other, 1);
    for (const tenant of [one, other]) {
      expect(await readAll(await tokenFor({ tenant })), tenant).toMatchObject([{ id: event.id, tenantid: tenant }]);
    }
  });
});

/**
 * Sends events one after the other, each stored before the next, and answers their ids. What was sent before goes the
 * same way, so it has had its chance to be stored by then.
 */
async function sendFences(tenant: string, count: number): Promise<readonly string[]> {
  const fences = Array.from({ length: count }, (_, index) => newEvent(tenant, { id: `fence-${index}` }));
  for (const [index, fence] of fences.entries()) {
    await publish([fence]);
    await waitForHead(tenant, index + 2);
  }
  return fences.map(({ id }) => id);
}
