import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newEvent } from '../../acceptance/events.ts';
import { publish, waitForHead } from '../../acceptance/hub.ts';
import { launchChromium } from '../chromium.ts';
import { ConsoleTab, type ConsoleTabOptions, PHONE } from './console-tab.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

async function open(options?: ConsoleTabOptions): Promise<ConsoleTab> {
  const tab = await ConsoleTab.open(browser, options);
  onTestFinished(() => tab.close());
  return tab;
}

const who = (tab: ConsoleTab) => tab.page.getByRole('button', { name: /^You are/ });

/** Becomes somebody of a tenant that has nothing. */
async function becomeAnother(tab: ConsoleTab): Promise<string> {
  const tenant = `another-${crypto.randomUUID()}`;
  await who(tab).click();
  const dialog = tab.page.getByRole('dialog', { name: 'Who looks' });
  await dialog.getByLabel('Tenant').fill(tenant);
  await dialog.getByRole('button', { name: 'Be this persona' }).click();
  await tab.page.getByRole('button', { name: `You are ada · ${tenant}` }).waitFor();
  await tab.connection('Live');
  return tenant;
}

describe('for somebody else', () => {
  it('the page of live events has nothing open, and says nothing, of what the last one saw', async () => {
    const tab = await open();
    const { tenant } = tab.persona;
    await publish([newEvent(tenant)]);
    await waitForHead(tenant, 1);
    await tab.page.locator('[data-index="0"]').click();
    await tab.page.getByRole('complementary', { name: 'Event' }).waitFor();
    await becomeAnother(tab);
    const rail = tab.page.getByRole('region', { name: 'Sequence and connection' });
    await rail.getByRole('img', { name: 'No number of the sequence is known yet.' }).waitFor();
    expect(await tab.page.getByRole('complementary', { name: 'Event' }).count()).toBe(0);
    await tab.page.getByText('No event yet').waitFor();
  });

  it('an event that is begun is one of their tenant', async () => {
    const tab = await open({ place: '/publish' });
    await tab.page.getByLabel('Transaction id').waitFor();
    const tenant = await becomeAnother(tab);
    expect(await tab.page.locator('input[name="/tenantid"]').inputValue()).toBe(tenant);
    await tab.page.getByRole('button', { name: 'Publish', exact: true }).click();
    await tab.page.getByText('Recorded as number 1').waitFor();
  });
});

describe('a dialog', () => {
  it.each([
    ['Escape', (tab: ConsoleTab) => tab.page.keyboard.press('Escape')],
    ['a choice', (tab: ConsoleTab) => tab.page.getByRole('button', { name: 'Be this persona' }).click()],
  ])('gives the focus back to what has opened it, after %s', async (_, close) => {
    const tab = await open();
    await who(tab).press('Enter');
    await tab.page.getByRole('dialog').waitFor();
    await close(tab);
    await tab.page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => tab.page.evaluate('document.activeElement.getAttribute("aria-label")')).toMatch(/^You are/);
  });

  it('that was closed while it was sending leads nobody away from where they are', async () => {
    const tab = await open({ place: '/subscriptions' });
    let answer = () => {};
    await tab.page.route('**/subscriptions', async (route) => {
      if (route.request().method() !== 'POST') return await route.fallback();
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return await route.continue();
    });
    await tab.page.getByRole('button', { name: 'Create' }).click();
    const dialog = tab.page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('late');
    const sent = tab.page.waitForRequest((request) => request.method() === 'POST');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await sent;
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await tab.page.getByRole('link', { name: 'Catalogue' }).click();
    await tab.page.getByRole('heading', { level: 1, name: 'Catalogue' }).waitFor();
    const answered = tab.page.waitForResponse((response) => response.request().method() === 'POST');
    answer();
    expect((await answered).status()).toBe(201);
    // It is there, and shown where one looks for it.
    await tab.page.getByRole('link', { name: 'Subscriptions' }).click();
    await tab.page.getByRole('link', { name: 'late' }).waitFor();
    expect(new URL(tab.page.url()).hash).toBe('#/subscriptions');
  });
});

describe('a page that could not be loaded', () => {
  it('says so, loses nothing that is there, and opens as soon as there is a network again', async () => {
    const tab = await open();
    await tab.connection('Live');
    await tab.page.evaluate('document.body.dataset.isTheSame = "yes"');
    await tab.context.setOffline(true);
    await tab.page.evaluate('location.hash = "/health"');
    await tab.page.getByRole('heading', { name: 'This page failed' }).waitFor();
    await tab.page.getByText('There is no network').waitFor();
    await tab.context.setOffline(false);
    await tab.page.getByRole('heading', { level: 1, name: 'Health' }).waitFor();
    expect(await tab.page.evaluate('document.body.dataset.isTheSame')).toBe('yes');
    // With its style: tiles lie beside each other.
    const tops = await tab.page.evaluate(
      '[...document.querySelectorAll("main ul > li")].slice(0, 2).map((tile) => tile.getBoundingClientRect().top)',
    );
    expect(new Set(tops as number[]).size).toBe(1);
  });
});

describe('the navigation', () => {
  it('shows the page that is open, on a phone, where it scrolls', async () => {
    const tab = await open({ place: '/catalogue', viewport: PHONE });
    await tab.heading();
    const isSeen = () =>
      tab.page.evaluate(
        '(({ left, right }) => left >= 0 && right <= innerWidth)(document.querySelector("nav [aria-current=page]").getBoundingClientRect())',
      );
    await expect.poll(isSeen).toBe(true);
  });
});
