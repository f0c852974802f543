import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest';
import { needs } from '../acceptance/capabilities.ts';
import { newEvent, newTenant } from '../acceptance/events.ts';
import { publish } from '../acceptance/hub.ts';
import { AppTab } from './app-tab.ts';
import { auditPage } from './audit-page.ts';
import { launchChromium } from './chromium.ts';
import { HubProxy } from './hub-proxy.ts';
import { type App, serveApp } from './page-server.ts';

const pages = needs('subprotocol-echo', 'socket-authorizer');
let browser: Browser;
let app: App;

beforeAll(async () => {
  [browser, app] = await Promise.all([launchChromium(), serveApp('dom-page.ts', { isShipped: true })]);
});
afterAll(async () => {
  app?.close();
  await browser?.close();
});

async function openTab(tenant: string, parameters: Record<string, string> = {}) {
  const proxy = await HubProxy.start();
  const context = await browser.newContext();
  onTestFinished(async () => {
    await context.close();
    proxy.close();
  });
  const tab = await AppTab.open(context, app.address({ tenant, socketUrl: proxy.url, ...parameters }));
  return { tab, proxy };
}

describe('a page without a framework in Chromium', () => {
  pages('shows the example of the guide, and lets go of everything when it is told to', async () => {
    const tenant = newTenant('dom-example');
    const { tab, proxy } = await openTab(tenant, { example: '' });
    await tab.page.getByRole('status').getByText('live').waitFor();
    const markup = newEvent(tenant);
    await publish([markup]);
    await tab.page.getByRole('listitem').waitFor();
    expect(await tab.page.getByRole('listitem').innerText()).toContain(
      (markup.data as { transactionId: string }).transactionId,
    );
    expect(await auditPage(tab.page)).toEqual([]);
    await tab.page.evaluate('record.unmount()');
    await expect.poll(() => proxy.open, { timeout: 10_000 }).toBe(0);
  });

  pages(
    'hears of each event once, by type and as an event, whoever asks for it and whatever listeners throw',
    async () => {
      const tenant = newTenant('dom');
      const { tab, proxy } = await openTab(tenant);
      await tab.isLive();
      const posted = newEvent(tenant, { type: 'community.message:posted@v1' });
      const wanted = [newEvent(tenant), posted, newEvent(tenant, { type: 'bank.transaction:deleted@v1' })];
      const other = newEvent(tenant, { type: 'community.member:left@v1' });
      for (const event of [other, ...wanted]) await publish([event]);
      await tab.until('three events', 'record.handled.length >= 3');
      const { handled, told } = await tab.record();
      expect([...handled].sort(), tenant).toEqual(wanted.map(({ id }) => id).sort());
      expect(told.filter((line) => line.startsWith('post'))).toEqual([`post: ${posted.id}`]);
      expect(told.filter((line) => line.includes('a listener that fails'))).toHaveLength(3);
      expect(proxy.count).toBe(1);
      await tab.page.evaluate('record.unmount()');
      await publish([newEvent(tenant)]);
      const { tab: fence } = await openTab(tenant, { replay: '' });
      await fence.until('all events', 'record.handled.length === 4');
      expect((await tab.record()).handled, tenant).toHaveLength(3);
    },
  );
});
