import { describe, expect, it } from 'vitest';
import { asSent, everyExample, newTenant, oneTo, type ReceivedEvent, type SentEvent } from './events.ts';
import { publish, putOnBus, readAll, tokenFor } from './hub.ts';
import { openReceiver, openSocket } from './socket-client.ts';

const byId = (events: readonly { readonly id: string }[]) => events.toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** Checks that every event has arrived once, unchanged but for what the hub adds, under the numbers 1..n in order. */
function expectArrival(received: readonly ReceivedEvent[], sent: readonly SentEvent[], tenant: string): void {
  expect(
    received.map(({ sequence }) => sequence),
    tenant,
  ).toEqual(oneTo(sent.length));
  expect(
    byId(received).map((event) => asSent(event as ReceivedEvent)),
    tenant,
  ).toEqual(byId(sent));
  for (const { recordedtime, time } of received) {
    expect(recordedtime, tenant).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/);
    expect(Date.parse(recordedtime) - Date.parse(time), `${tenant}: recorded against happened`).toBeGreaterThan(
      -60_000,
    );
  }
}

describe('the examples of every schema', () => {
  it('arrive at a socket when posted over HTTP with a client-credentials token', async () => {
    const tenant = newTenant('http');
    const events = everyExample(tenant);
    const socket = await openReceiver({ tenant });
    await publish(events, await tokenFor({ tenant, scope: 'bank community' }));
    expectArrival(await socket.count(events.length), events, tenant);
    expect(await readAll(await tokenFor({ tenant })), 'GET /events says the same as the socket').toEqual(socket.events);
  });

  it('arrive at a socket when put on the bus with the AWS SDK', async () => {
    const tenant = newTenant('bus');
    const events = everyExample(tenant);
    const socket = await openReceiver({ tenant });
    await putOnBus(events);
    expectArrival(await socket.count(events.length), events, tenant);
  });

  it('arrive at a socket that only listens', async () => {
    const tenant = newTenant('listen');
    const events = everyExample(tenant);
    const socket = await openSocket({ claims: { tenant }, types: ['bank.*', 'community.*'] });
    await publish(events.slice(0, 6));
    await socket.count(6);
    await putOnBus(events.slice(6));
    expectArrival(await socket.count(events.length), events, tenant);
  });
});
