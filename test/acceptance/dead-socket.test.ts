import { describe, expect, it } from 'vitest';
import { newEvent, newTenant } from './events.ts';
import { publish, putOnBus } from './hub.ts';
import { openReceiver } from './socket-client.ts';

/** Far more than a delivery takes, and less than the hub waits for a socket that does not answer. */
const PROMPT_MILLISECONDS = 2500;

describe('a socket that has died without a word', () => {
  it('neither delays the living ones nor fails them', async () => {
    const tenant = newTenant('dead');
    const living = await Promise.all(Array.from({ length: 4 }, () => openReceiver({ tenant })));
    const dying = await Promise.all(Array.from({ length: 3 }, () => openReceiver({ tenant })));
    const warmUp = newEvent(tenant);
    await publish([warmUp]);
    await Promise.all([...living, ...dying].map((socket) => socket.event(warmUp.id)));
    const events = Array.from({ length: 10 }, (_, index) => newEvent(tenant, { subject: `transaction/${index}` }));
    for (const [index, event] of events.entries()) {
      dying.at(index)?.kill();
      const started = Date.now();
      await (index % 2 === 0 ? publish([event]) : putOnBus([event]));
      await Promise.all(living.map((socket) => socket.event(event.id)));
      expect(
        Date.now() - started,
        `${tenant}: milliseconds until event ${index + 1} had arrived everywhere`,
      ).toBeLessThan(PROMPT_MILLISECONDS);
    }
    const ids = [warmUp, ...events].map(({ id }) => id);
    for (const socket of living) {
      expect(
        socket.events.map(({ id }) => id),
        tenant,
      ).toEqual(ids);
    }
  });

  it('leaves its place to a new one', async () => {
    const tenant = newTenant('again');
    const first = await openReceiver({ tenant });
    first.kill();
    const second = await openReceiver({ tenant });
    const event = newEvent(tenant);
    await publish([event]);
    expect(await second.event(event.id), tenant).toMatchObject(event);
    expect(first.events, tenant).toEqual([]);
  });
});
