import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { newEvent, newTenant } from '../../acceptance/events.ts';
import { publish, request, tokenFor, waitForHead } from '../../acceptance/hub.ts';
import { launchChromium } from '../chromium.ts';
import { ConsoleTab, type ConsoleTabOptions, EVERY_SCOPE, PHONE } from './console-tab.ts';

let browser: Browser;
let tenant: string;

beforeAll(async () => {
  browser = await launchChromium();
});
beforeEach(async () => {
  tenant = newTenant('console-subscriptions');
  await publish([
    newEvent(tenant, { id: 'a', time: '2026-01-01T00:00:01Z' }),
    newEvent(tenant, { id: 'b', time: '2026-01-01T00:00:02Z', type: 'community.member:joined@v1' }),
    newEvent(tenant, { id: 'c', time: '2026-01-01T00:00:03Z' }),
  ]);
  await waitForHead(tenant, 3);
});
afterAll(() => browser?.close());

async function open(place = '/subscriptions', options: ConsoleTabOptions = {}): Promise<ConsoleTab> {
  const tab = await ConsoleTab.open(browser, { persona: { tenant }, place, ...options });
  onTestFinished(() => tab.close());
  return tab;
}

/** Creates one behind the console's back. */
async function create(name: string, others: object = {}): Promise<void> {
  const token = await tokenFor({ tenant, scope: 'events:read subscriptions:write' });
  const body = JSON.stringify({ name, filter: {}, cursor: { sequence: 0 }, ...others });
  const { status } = await request('POST', '/subscriptions', {
    token,
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect(status).toBe(201);
}

const details = (tab: ConsoleTab, name: string) => tab.page.getByRole('region', { name, exact: true });
const fact = (tab: ConsoleTab, name: string) =>
  tab.page
    .locator('dl > div')
    .filter({ has: tab.page.getByText(name, { exact: true }) })
    .locator('dd');
const button = (tab: ConsoleTab, name: string) => tab.page.getByRole('button', { name, exact: true });

describe('the subscriptions of a tenant', () => {
  it('are created with a filter and a beginning, and acknowledged up to an event', async () => {
    const tab = await open();
    await tab.page.getByText('There are no subscriptions yet').waitFor();
    await button(tab, 'Create').click();
    const dialog = tab.page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('billing');
    await dialog.getByLabel('Begins with').selectOption('oldest');
    await dialog.getByRole('combobox', { name: 'Types' }).fill('bank.*');
    await dialog.getByRole('combobox', { name: 'Types' }).press('Enter');
    expect(await tab.audit()).toEqual([]);
    await dialog.getByRole('button', { name: 'Create' }).click();

    await details(tab, 'billing').waitFor();
    expect(await fact(tab, 'Cursor').innerText()).toBe('0');
    expect(await fact(tab, 'Lag').innerText()).toBe('3');
    const waiting = tab.page.getByRole('region', { name: 'What waits next' });
    await waiting.getByRole('listitem').first().waitFor();
    // What its filter leaves out does not wait.
    expect(await waiting.getByRole('listitem').count()).toBe(2);
    expect(await tab.audit()).toEqual([]);

    await button(tab, 'Acknowledge up to 1').click();
    await tab.page.getByText('It stands at 1 now.').waitFor();
    await expect.poll(() => fact(tab, 'Cursor').innerText()).toBe('1');
    expect(await fact(tab, 'Lag').innerText()).toBe('2');
    expect(tab.complaints).toEqual([]);
  });

  it('are not acknowledged back, nor beyond the head: the answer of the hub is shown', async () => {
    await create('billing');
    const tab = await open('/subscriptions?name=billing');
    const acknowledge = async (sequence: string) => {
      await tab.page.getByLabel('Acknowledge up to sequence').fill(sequence);
      await button(tab, 'Acknowledge').click();
    };
    await acknowledge('3');
    await tab.page.getByText('It stands at 3 now.').waitFor();
    await tab.page.getByText('Nothing waits').waitFor();
    await acknowledge('2');
    await tab.page.getByText('It stands at 3 already, and a cursor never moves back.').waitFor();
    await acknowledge('4');
    await tab.page.getByText('The hub refused it (ACK_BEYOND_HEAD)').waitFor();
    await acknowledge('many');
    await tab.page.getByText('Expected a whole number').waitFor();
  });

  it('are paused and resumed, and a paused one takes no acknowledgement', async () => {
    await create('billing');
    const tab = await open('/subscriptions?name=billing');
    await button(tab, 'Pause').click();
    await button(tab, 'Resume').waitFor();
    expect(await fact(tab, 'Status').innerText()).toBe('paused');
    // What waits is shown all the same.
    await button(tab, 'Acknowledge up to 1').click();
    await tab.page.getByText('The hub refused it (SUBSCRIPTION_PAUSED)').waitFor();
    await button(tab, 'Resume').click();
    await button(tab, 'Pause').waitFor();
    expect(await fact(tab, 'Status').innerText()).toBe('active');
  });

  it('get another filter, unless somebody else was faster: then one sees theirs first', async () => {
    await create('billing');
    const [tab, other] = [await open('/subscriptions?name=billing'), await open('/subscriptions?name=billing')];
    for (const each of [tab, other]) await button(each, 'Filter').click();
    const choose = async (each: ConsoleTab, type: string, save: string) => {
      const dialog = each.page.getByRole('dialog');
      await dialog.getByRole('combobox', { name: 'Types' }).fill(type);
      await dialog.getByRole('combobox', { name: 'Types' }).press('Enter');
      await dialog.getByRole('button', { name: save }).click();
    };
    await choose(other, 'community.*', 'Save');
    await other.page.getByRole('dialog').waitFor({ state: 'detached' });
    await choose(tab, 'bank.*', 'Save');
    const dialog = tab.page.getByRole('dialog');
    await dialog.getByText('Somebody else has changed it meanwhile').waitFor();
    await dialog.getByText('community.*').waitFor();
    await dialog.getByRole('button', { name: 'Replace it' }).click();
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => fact(tab, 'Filter').innerText()).toContain('bank.*');
    // The other tab reads again by itself.
    await expect.poll(() => fact(other, 'Filter').innerText(), { timeout: 30_000 }).toContain('bank.*');
  });

  it('are deleted only after their name was typed; whoever still looks at one is told', async () => {
    await create('billing');
    await create('search');
    const [tab, other] = [await open('/subscriptions?name=billing'), await open('/subscriptions?name=billing')];
    await details(other, 'billing').waitFor();
    await button(tab, 'Delete').click();
    const dialog = tab.page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: 'Delete' });
    await dialog.getByLabel('Type its name to confirm').fill('billin');
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel('Type its name to confirm').fill('billing');
    await confirm.click();
    await tab.page.getByRole('heading', { level: 2, name: '1 of this tenant' }).waitFor();
    expect(await tab.page.getByRole('rowheader').allInnerTexts()).toEqual(['search']);

    await other.page.getByText('There is no subscription of this name').waitFor();
    await other.page.getByRole('heading', { level: 2, name: '1 of this tenant' }).waitFor();
  });

  it('are not created twice by one name, and a name must be one', async () => {
    await create('billing');
    const tab = await open();
    await button(tab, 'Create').click();
    const dialog = tab.page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('billing');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.getByText('There is one of this name already').waitFor();
    await dialog.getByLabel('Name').fill('two words');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.locator('[aria-invalid="true"]').waitFor();
    expect(await dialog.getByText('There is one of this name already').count()).toBe(0);
    await dialog.getByLabel('Name').fill('mail/outgoing?#%');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await details(tab, 'mail/outgoing?#%').waitFor();
    await tab.page.reload();
    await details(tab, 'mail/outgoing?#%').waitFor();
  });

  it('can be looked at without the scope to manage them, which is named', async () => {
    await create('billing');
    const scopes = EVERY_SCOPE.filter((scope) => scope !== 'subscriptions:write');
    const tab = await open('/subscriptions?name=billing', { persona: { tenant, scopes } });
    await tab.page.getByText('It takes the scope subscriptions:write').waitFor();
    await details(tab, 'billing').waitFor();
    for (const name of ['Create', 'Pause', 'Filter', 'Delete']) {
      expect(await button(tab, name).isDisabled()).toBe(true);
    }
    await button(tab, 'Acknowledge up to 1').click();
    await tab.page.getByText('It stands at 1 now.').waitFor();
    expect(await tab.audit()).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'fit a phone, with nothing for axe to find, when it is %s',
    async (colorScheme) => {
      await create('billing');
      const tab = await open('/subscriptions', { viewport: PHONE, colorScheme });
      await tab.page.getByRole('link', { name: 'billing' }).waitFor();
      expect(await tab.audit()).toEqual([]);
      await tab.page.getByRole('link', { name: 'billing' }).click();
      await button(tab, 'Acknowledge up to 1').waitFor();
      expect(await tab.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(await tab.audit()).toEqual([]);
      await tab.page.getByRole('link', { name: 'All subscriptions' }).click();
      await tab.page.getByRole('link', { name: 'billing' }).waitFor();
    },
  );
});
