import { describe, expect, it } from 'vitest';
import { asSent, eventOfSize, newTenant } from './events.ts';
import { publish, putOnBus, readAll, tokenFor } from './hub.ts';
import { openReceiver } from './socket-client.ts';

const KIB = 1024;
const MESSAGE_BYTES = 128 * KIB;

describe('a large event', () => {
  it('of 100 KiB arrives whole', async () => {
    const tenant = newTenant('whole');
    const event = eventOfSize(tenant, 100 * KIB);
    const socket = await openReceiver({ tenant });
    await publish([event]);
    expect(asSent(await socket.event(event.id)), tenant).toEqual(event);
  });

  it('of 200 KiB arrives as a reference, from which the whole can be fetched', async () => {
    const tenant = newTenant('reference');
    const event = eventOfSize(tenant, 200 * KIB, { id: 'a/b#c?d=⛵', organizationids: 'o;1' });
    const claims = { tenant, organizations: ['o;1'] };
    const socket = await openReceiver(claims);
    await putOnBus([event]);
    const { dataref, sequence, recordedtime, ...attributes } = await socket.event(event.id);
    const { data, ...expected } = event;
    expect(attributes, tenant).toEqual(expected);
    const fetchWhole = async (token: string) =>
      await fetch(dataref ?? '', { headers: { authorization: `Bearer ${token}` } });
    const whole = await fetchWhole(await tokenFor(claims));
    expect(whole.status, `${tenant}: ${dataref}`).toBe(200);
    expect(await whole.json(), tenant).toEqual({ ...event, data, sequence, recordedtime });
    const stranger = await fetchWhole(await tokenFor({ tenant }));
    expect(stranger.status, `${tenant}: who is not in the audience`).toBe(404);
  });

  it('never makes a message larger than a socket takes', async () => {
    const tenant = newTenant('frames');
    const sizes = [127, 127.5, 127.9, 128, 128.1, 239].map((kib) => Math.floor(kib * KIB));
    const large = sizes.map((bytes) => eventOfSize(tenant, bytes));
    const small = Array.from({ length: 60 }, (_, index) => eventOfSize(tenant, 4 * KIB, { id: `small-${index}` }));
    const socket = await openReceiver({ tenant });
    await publish(large.slice(0, 3));
    await publish(large.slice(3));
    await publish(small);
    const received = await socket.count(large.length + small.length);
    expect(Math.max(...socket.sizes), `${tenant}: bytes of the largest message`).toBeLessThanOrEqual(MESSAGE_BYTES);
    expect(new Set(received.map(({ id }) => id)).size, tenant).toBe(large.length + small.length);
    const stored = await readAll(await tokenFor({ tenant }), { limit: '7' });
    expect(stored.map(asSent), `${tenant}: the log has all of them whole`).toEqual(
      received.map(({ id }) => [...large, ...small].find((event) => event.id === id)),
    );
  });
});
