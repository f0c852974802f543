import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newEvent, newTenant } from '../../acceptance/events.ts';
import { publish, waitForHead } from '../../acceptance/hub.ts';
import { launchChromium } from '../chromium.ts';
import { ConsoleTab, type ConsoleTabOptions } from './console-tab.ts';

let browser: Browser;
let tenant: string;

/** Ids with everything that means something in an address. */
const ODD = ['a/b', 'x?y=1#z', '100%', 'a%2Fb', '..', 'ü😀+&'];

beforeAll(async () => {
  browser = await launchChromium();
  tenant = newTenant('event-link');
  const ids = ['first', 'of-others', ...ODD, 'last'];
  for (const [index, id] of ids.entries()) {
    await publish([newEvent(tenant, { id, ...(id === 'of-others' && { organizationids: 'south' }) })]);
    await waitForHead(tenant, index + 1);
  }
});
afterAll(() => browser?.close());

async function open(place: string, options: ConsoleTabOptions = {}): Promise<ConsoleTab> {
  const tab = await ConsoleTab.open(browser, { persona: { tenant }, place, ...options });
  onTestFinished(() => tab.close());
  return tab;
}

const linkTo = (id: string) => `/events/${encodeURIComponent(id)}`;
const number = (tab: ConsoleTab, sequence: number) =>
  tab.page.getByRole('heading', { level: 2, name: `Number ${sequence}` }).waitFor();

describe('a link to an event', () => {
  it('shows it, and leads to its neighbours past what is for others', async () => {
    const tab = await open(linkTo('first'));
    await number(tab, 1);
    expect(await tab.page.getByRole('button', { name: 'Previous event' }).isDisabled()).toBe(true);
    await tab.page.getByRole('link', { name: 'Next event' }).click();
    await number(tab, 3);
    await tab.page.getByRole('link', { name: 'Previous event' }).click();
    await number(tab, 1);
    expect(tab.complaints).toEqual([]);
    expect(await tab.audit()).toEqual([]);
  });

  it('leads along the whole of history, whatever the ids are, and each can be reloaded', async () => {
    const tab = await open(linkTo('first'));
    await number(tab, 1);
    for (const [index, id] of [...ODD, 'last'].entries()) {
      await tab.page.getByRole('link', { name: 'Next event' }).click();
      await number(tab, index + 3);
      await tab.page.reload();
      await number(tab, index + 3);
      expect(await tab.page.locator('#main header bdi').innerText()).toBe(id);
    }
    expect(await tab.page.getByRole('button', { name: 'Next event' }).isDisabled()).toBe(true);
  });

  it('is found from history by its id', async () => {
    const tab = await open('/history');
    await tab.page.getByLabel('Event id').fill('a/b');
    await tab.page.getByRole('button', { name: 'Open' }).click();
    await number(tab, 3);
    await tab.page.getByRole('link', { name: 'Around it' }).click();
    await tab.page.getByRole('complementary', { name: 'Event' }).getByText('a/b', { exact: true }).waitFor();
  });

  it('says the same of an event of others as of one that never was', async () => {
    const answers: string[] = [];
    for (const id of ['of-others', 'never-was']) {
      const tab = await open(linkTo(id));
      await tab.page.getByText('There is no such event that you may see').waitFor();
      answers.push((await tab.page.locator('main').innerText()).replaceAll(id, 'ID'));
      expect(await tab.audit()).toEqual([]);
    }
    expect(answers[0]).toBe(answers[1]);
    const owner = await open(linkTo('of-others'), { persona: { tenant, organizations: ['south'] } });
    await number(owner, 2);
  });

  it('takes what is no id of anything for an event that is not there', async () => {
    for (const id of ['%', '%E0%A4%A', `${'x'.repeat(300)}`, '%00']) {
      const tab = await open(`/events/${id}`);
      await tab.page.getByText('There is no such').first().waitFor();
    }
  });
});
