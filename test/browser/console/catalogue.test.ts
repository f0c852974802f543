import { eventTypes } from '@tidings/contracts/gen/catalogue.ts';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { ConsoleTab, type ConsoleTabOptions } from './console-tab.ts';

const CREATED = '/catalogue/bank.transaction%3Acreated%40v1';

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

async function openAt(place: string, options: ConsoleTabOptions = {}): Promise<ConsoleTab> {
  const tab = await ConsoleTab.open(browser, { place, ...options });
  onTestFinished(() => tab.close());
  return tab;
}

/** The console again, with a hub that describes itself in another way. */
async function withDescription(tab: ConsoleTab, change: (text: string) => string): Promise<void> {
  await tab.page.route('**/openapi.json', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: change(await answer.text()) });
  });
  await tab.page.reload();
  await tab.heading();
}

describe('the catalogue in the console', () => {
  it('has a page for every event type, and complains of none', async () => {
    const tab = await openAt('/catalogue');
    const links = tab.page.getByRole('rowheader').getByRole('link');
    await links.first().waitFor();
    expect(await links.count()).toBe(eventTypes.length);
    for (const { type, title } of eventTypes) {
      await tab.go(`/catalogue/${encodeURIComponent(type)}`);
      await tab.page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
      expect(await tab.page.getByRole('heading', { level: 2, name: 'Receive' }).count(), type).toBe(1);
    }
    expect(tab.complaints).toEqual([]);
  });

  it('takes letters in the order in which they are typed, however fast, also at the beginning', async () => {
    const tab = await openAt('/catalogue');
    const field = tab.page.getByRole('searchbox', { name: 'Search event types' });
    await field.pressSequentially('created');
    await field.press('Home');
    await field.pressSequentially('account ');
    expect(await field.inputValue()).toBe('account created');
    await expect.poll(() => new URL(tab.page.url()).hash).toBe('#/catalogue?q=account+created');
    await tab.page.getByRole('link', { name: 'Catalogue' }).click();
    await expect.poll(() => field.inputValue()).toBe('');
  });

  it('finds types by what the list says of them, at an address of its own', async () => {
    const tab = await openAt('/catalogue');
    await tab.page.getByRole('searchbox', { name: 'Search event types' }).fill('PAYMENTS deleted');
    await tab.page.getByText(`1 of ${eventTypes.length} event types`).waitFor();
    const found = tab.page.getByRole('rowheader').getByRole('link');
    expect(await found.allInnerTexts()).toEqual(['Bank transaction deleted\nbank.transaction:deleted@v1']);
    await tab.page.reload();
    await tab.page.getByText(`1 of ${eventTypes.length} event types`).waitFor();
    await tab.page.getByRole('searchbox', { name: 'Search event types' }).fill('nothing is called so');
    await tab.page.getByText('No event type matches').waitFor();
    expect(tab.complaints).toEqual([]);
  });

  it('copies code exactly, and the type', async () => {
    const tab = await openAt(CREATED);
    const frame = tab.page.getByRole('figure').filter({ hasText: 'Example 1 of data' });
    await frame.getByRole('button', { name: 'Copy' }).click();
    await frame.getByText('Copied').waitFor({ state: 'attached' });
    const clipboard = () => tab.page.evaluate<string>('navigator.clipboard.readText()');
    const [example] = eventTypes.find(({ type }) => type === 'bank.transaction:created@v1')?.examples ?? [];
    expect(JSON.parse(await clipboard())).toEqual(example);
    const button = tab.page.getByRole('button', { name: 'Copy the type' });
    await button.click();
    await button.getByText('Copied').waitFor({ state: 'attached' });
    expect(await clipboard()).toBe('bank.transaction:created@v1');
    expect(tab.complaints).toEqual([]);
  });

  it('has tabs that keys move, and remembers the language on every page', async () => {
    const tab = await openAt(CREATED);
    const selected = (name: string) =>
      tab.page.getByRole('tablist', { name }).getByRole('tab', { selected: true }).innerText();
    await tab.page.getByRole('tablist', { name: 'How to publish' }).getByRole('tab', { name: 'TypeScript' }).focus();
    await tab.page.keyboard.press('End');
    expect([await selected('How to publish'), await selected('How to receive')]).toEqual(['curl', 'curl']);
    await tab.page.keyboard.press('ArrowRight');
    expect(await selected('How to publish')).toBe('TypeScript');
    await tab.page.keyboard.press('ArrowLeft');
    await tab.go('/catalogue/community.member%3Aleft%40v1');
    await tab.page.getByRole('heading', { name: 'Member left a community' }).waitFor();
    expect(await selected('How to receive')).toBe('curl');
    expect(await tab.page.getByRole('tabpanel', { name: 'curl' }).first().innerText()).toContain('curl -sS');
  });

  it('opens at a property or a part that a link names, and leads to publishing', async () => {
    const tab = await openAt(`${CREATED}#publish`);
    const publish = tab.page.getByRole('region', { name: 'Publish', exact: true });
    await publish.waitFor();
    await expect.poll(async () => (await publish.boundingBox())?.y ?? 9999).toBeLessThan(300);
    const place = tab.page.getByRole('rowheader').getByRole('link', { name: 'status.code' });
    await place.click();
    expect(tab.page.url()).toMatch(/#data-status-code$/);
    expect(await tab.page.getByRole('link', { name: 'Publish this' }).getAttribute('href')).toBe(
      `${new URL(tab.page.url()).pathname}#/publish?type=${encodeURIComponent('bank.transaction:created@v1')}`,
    );
  });

  it('says where the hub has other types, and shows what the hub says of them', async () => {
    const tab = await openAt('/catalogue');
    await withDescription(tab, (text) => text.replaceAll('bank.transaction:created@v1', 'bank.transaction:created@v9'));
    await tab.page.getByText('The hub and this catalogue are of different schemas').waitFor();
    await tab.page.getByRole('link', { name: 'bank.transaction:created@v9' }).click();
    await tab.page.getByText('Only the hub has this type').waitFor();
    expect(await tab.heading()).toBe('Bank transaction created');
    await tab.go(CREATED);
    await tab.page.getByText('This hub does not have the type').waitFor();
    expect(tab.complaints).toEqual([]);
  });

  it('says that there is no such type, whatever it is called', async () => {
    const tab = await openAt(`/catalogue/${encodeURIComponent('<img src=x onerror=alert(1)>/..')}`);
    await tab.page.getByText('There is no such event type').waitFor();
    expect(tab.complaints).toEqual([]);
  });
});
