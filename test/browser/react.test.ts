import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest';
import { needs } from '../acceptance/capabilities.ts';
import { newEvent, newTenant } from '../acceptance/events.ts';
import { publish, readAll, tokenFor, waitForHead } from '../acceptance/hub.ts';
import { AppTab } from './app-tab.ts';
import { auditPage } from './audit-page.ts';
import { launchChromium } from './chromium.ts';
import { HubProxy } from './hub-proxy.ts';
import { type App, serveApp } from './page-server.ts';

const pages = needs('subprotocol-echo', 'socket-authorizer');
let browser: Browser;
let app: App;

beforeAll(async () => {
  [browser, app] = await Promise.all([launchChromium(), serveApp('react-page.tsx')]);
});
afterAll(async () => {
  app?.close();
  await browser?.close();
});

async function openTab(tenant: string, parameters: Record<string, string> = {}, served = app) {
  const proxy = await HubProxy.start();
  const context = await browser.newContext();
  onTestFinished(async () => {
    await context.close();
    proxy.close();
  });
  const tab = await AppTab.open(context, served.address({ tenant, socketUrl: proxy.url, ...parameters }));
  return { tab, proxy };
}

const ids = (events: readonly { readonly id: string }[]): readonly string[] => events.map(({ id }) => id);

describe('a React page in Chromium', () => {
  pages('shows the example of the guide: the state, and events of its pattern as they happen', async () => {
    const tenant = newTenant('example');
    const { tab } = await openTab(tenant, { example: '' });
    await tab.page.getByRole('status').getByText('Live').waitFor();
    await tab.page.getByText('Nothing has happened yet.').waitFor();
    const [other, ...wanted] = [
      newEvent(tenant, { type: 'community.message:posted@v1' }),
      newEvent(tenant),
      newEvent(tenant, { type: 'bank.transaction:statuschanged@v1' }),
    ];
    await publish([other, ...wanted]);
    const section = tab.page.getByRole('region', { name: 'Transactions' });
    await section.getByText('bank.transaction:statuschanged@v1').waitFor();
    const items = await tab.page.evaluate(`[...document.querySelectorAll('li')].map(({ id }) => id)`);
    const recorded = (await readAll(await tokenFor({ tenant }))).filter(({ id }) => id !== other.id);
    expect(items, tenant).toEqual(ids(recorded));
    expect(await auditPage(tab.page)).toEqual([]);
  });

  pages('opens one socket in StrictMode, misses nothing by it, and closes it when it goes', async () => {
    const tenant = newTenant('strict');
    const { tab, proxy } = await openTab(tenant);
    await tab.isLive();
    for (const event of [newEvent(tenant), newEvent(tenant), newEvent(tenant)]) await publish([event]);
    await tab.until('the list', `document.querySelectorAll('#events li').length === 3`);
    const recorded = ids(await readAll(await tokenFor({ tenant })));
    expect([...(await tab.record()).handled].sort(), tenant).toEqual([...recorded].sort());
    expect(await tab.shown(), tenant).toEqual(recorded);
    expect(await tab.page.locator('#count').innerText()).toBe('3');
    expect({ ever: proxy.count, now: proxy.open }).toEqual({ ever: 1, now: 1 });
    await tab.page.evaluate('record.unmount()');
    await tab.page.waitForFunction(`document.getElementById('root').childElementCount === 0`);
    await expect.poll(() => proxy.open, { timeout: 10_000 }).toBe(0);
    expect((await tab.record()).told).toEqual([]);
  });

  pages('keeps its socket when options are another object, and opens another for another filter', async () => {
    const tenant = newTenant('options');
    const { tab, proxy } = await openTab(tenant);
    await tab.isLive();
    await tab.page.evaluate(`record.rerender('')`);
    await publish([newEvent(tenant)]);
    await tab.until('the first event', 'record.handled.length === 1');
    expect(proxy.count).toBe(1);
    await tab.page.evaluate(`record.rerender('community.*'); record.states.length = 0`);
    await tab.isLive();
    await expect.poll(() => [proxy.count, proxy.open], { timeout: 10_000 }).toEqual([2, 1]);
    await tab.page.evaluate(`record.rerender('community.*')`);
    const wanted = newEvent(tenant, { type: 'community.message:posted@v1' });
    await publish([newEvent(tenant)]);
    await publish([wanted]);
    await tab.hasHandled(wanted.id);
    await tab.until('the list', `document.querySelectorAll('#events li').length === 1`);
    expect(await tab.shown(), tenant).toEqual([wanted.id]);
    expect(proxy.count).toBe(2);
  });

  pages('lets go of its socket when React hides it, and has another when it is shown again', async () => {
    const tenant = newTenant('activity');
    const served = await serveApp('activity-page.tsx');
    onTestFinished(() => served.close());
    const { tab, proxy } = await openTab(tenant, {}, served);
    await tab.isLive();
    await tab.page.evaluate(`record.rerender('hide')`);
    await expect.poll(() => proxy.open, { timeout: 10_000 }).toBe(0);
    await tab.page.evaluate(`record.states.length = 0; record.rerender('show')`);
    await tab.isLive();
    const event = newEvent(tenant);
    await publish([event]);
    await tab.until('the event', `document.querySelectorAll('#events li').length === 1`);
    expect(await tab.shown(), tenant).toEqual([event.id]);
    expect({ ever: proxy.count, now: proxy.open }).toEqual({ ever: 2, now: 1 });
    expect((await tab.record()).told).toEqual([]);
  });

  pages('stays responsive while 2,000 events come, renders few times, and keeps as many as it is told', async () => {
    const tenant = newTenant('many');
    await publish(Array.from({ length: 2000 }, () => newEvent(tenant)));
    await waitForHead(tenant, 2000);
    const { tab } = await openTab(tenant, { replay: '', limit: '50' });
    await tab.until('2,000 events', 'record.handled.length >= 2000');
    const all = ids(await readAll(await tokenFor({ tenant })));
    await tab.until(
      'the last one in the list',
      `document.querySelector('#events li:last-child')?.id === ${JSON.stringify(all.at(-1))}`,
    );
    const { handled, lengths, longestTask, told } = await tab.record();
    expect(handled, tenant).toEqual(all);
    expect(await tab.shown(), tenant).toEqual(all.slice(-50));
    expect(Math.max(...lengths)).toBe(50);
    expect(lengths.length, 'renderings of 2,000 events').toBeLessThan(100);
    expect(longestTask, 'milliseconds that the page did nothing else').toBeLessThan(500);
    expect(told).toEqual([]);
  });
});
