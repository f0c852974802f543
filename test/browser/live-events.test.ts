import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { needs } from '../acceptance/capabilities.ts';
import { asSent, everyExample, newEvent, newTenant, oneTo } from '../acceptance/events.ts';
import { publish, putOnBus, tokenFor } from '../acceptance/hub.ts';
import { openReceiver } from '../acceptance/socket-client.ts';
import { launchChromium, servePage, Tab, type WebPage } from './chromium.ts';

let browser: Browser;
let page: WebPage;

beforeAll(async () => {
  [browser, page] = await Promise.all([launchChromium(), servePage()]);
});
afterAll(async () => {
  page?.close();
  await browser?.close();
});

async function openTab(): Promise<Tab> {
  const shown = await browser.newPage();
  shown.setDefaultTimeout(30_000);
  await shown.goto(page.url);
  return new Tab(shown);
}

describe('a page in Chromium', () => {
  needs('subprotocol-echo')('offers its token as a subprotocol, and gets tidings.v1 chosen', async () => {
    const tab = await openTab();
    expect(await tab.connect(await tokenFor({ tenant: newTenant('page') }))).toBe('tidings.v1');
  });

  needs('subprotocol-echo', 'socket-authorizer')(
    'that subscribes receives every example, by HTTP and by the bus, as a socket in Node does',
    async () => {
      const tenant = newTenant('chromium');
      const [http, bus] = [everyExample(tenant), everyExample(tenant)];
      const tab = await openTab();
      const node = await openReceiver({ tenant });
      await tab.connect(await tokenFor({ tenant }));
      expect(await tab.request({ action: 'subscribe', id: '1', filter: {} }), tenant).toMatchObject({
        type: 'subscribed',
        head: 0,
      });
      await publish(http, await tokenFor({ tenant, scope: 'bank community' }));
      await tab.events(http.length);
      await putOnBus(bus);
      const received = await tab.events(http.length + bus.length);
      await node.count(received.length);
      expect(received, `${tenant}: Chromium and Node see the same`).toEqual(node.events);
      expect(
        received.map(({ sequence }) => sequence),
        tenant,
      ).toEqual(oneTo(http.length + bus.length));
      const byId = (events: readonly unknown[]) => events.map((event) => JSON.stringify(event, sorted)).sort();
      expect(byId(received.map(asSent)), tenant).toEqual(byId([...http, ...bus]));
    },
  );

  needs('subprotocol-echo')('that only listens receives what it asks for', async () => {
    const tenant = newTenant('listening');
    const tab = await openTab();
    await tab.connect(await tokenFor({ tenant }), ['community.*']);
    const [other, wanted] = [newEvent(tenant), newEvent(tenant, { type: 'community.message:posted@v1' })];
    await publish([other]);
    await publish([wanted]);
    expect(
      (await tab.events(1)).map(({ id }) => id),
      tenant,
    ).toEqual([wanted.id]);
  });

  needs('subprotocol-echo')('with a bad token gets no socket', async () => {
    const tab = await openTab();
    await expect(tab.connect('not.a.token')).rejects.toThrow('closed with 1006');
  });
});

/** Members in the order of their names, so that equal objects have equal text. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
