import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newEvent } from '../../acceptance/events.ts';
import { type Page, request, tokenFor, waitForHead } from '../../acceptance/hub.ts';
import { hubUnderTest } from '../../acceptance/hub-under-test.ts';
import { launchChromium } from '../chromium.ts';
import { type Configuration, ConsoleTab, type ConsoleTabOptions, EVERY_SCOPE } from './console-tab.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

async function open(options: ConsoleTabOptions = {}): Promise<ConsoleTab> {
  const tab = await ConsoleTab.open(browser, options);
  onTestFinished(() => tab.close());
  return tab;
}

/** What was recorded for the tab's persona. */
async function recorded({ persona: { tenant } }: ConsoleTab): Promise<readonly string[]> {
  const token = await tokenFor({ tenant, organizations: ['north'], user: 'ada', roles: ['admin'] });
  const { text } = await request('GET', '/events?after=0', { token });
  return (JSON.parse(text) as Page).events.map(({ id }) => id);
}

const button = (tab: ConsoleTab, name: string | RegExp) => tab.page.getByRole('button', { name });
const isPublication = (method: string) => method === 'POST';
const eventsUrl = () => `${hubUnderTest().target.apiUrl}/events`;

describe('the console with a config.json that cannot be used', () => {
  it.each([
    { apiUrl: 'not a url' },
    { socketUrl: 'http://elsewhere.example' },
    { modules: 'bank' },
    { signIn: {}, sandbox: undefined },
  ])('says so in place of a white page: %j', async (wrong) => {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const { consoleUrl = '' } = hubUnderTest().target;
    await page.route('**/config.json', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...((await answer.json()) as Configuration), ...wrong } });
    });
    await page.goto(consoleUrl);
    const words = await page.getByRole('alert').innerText();
    expect(words).toContain('This page does not find its hub');
    expect(words).toContain(Object.keys(wrong)[0]);
  });
});

describe('the console of somebody who gets no token', () => {
  it('says why, and lets one be somebody else', async () => {
    const tab = await open();
    await tab.connection('Live');
    const { tokenUrl } = hubUnderTest().target;
    await tab.page.route(tokenUrl, (route) =>
      route.request().postData()?.includes('sub=mallory') === true
        ? route.fulfill({ status: 200, body: '<html>rubbish</html>' })
        : route.continue(),
    );
    await button(tab, 'You are ada').click();
    await tab.page.getByLabel('User').fill('mallory');
    await button(tab, 'Be this persona').click();
    await tab.page.getByText('answered without a token').waitFor();
    await button(tab, 'Be somebody else').click();
    await tab.page.getByLabel('User').fill('grace');
    await button(tab, 'Be this persona').click();
    await tab.connection('Live');
    await button(tab, 'You are grace').waitFor();
  });
});

describe('publishing that something comes in between of', () => {
  it('sends one event for a double click', async () => {
    const tab = await open({ place: '/publish' });
    const submit = button(tab, 'Publish').and(tab.page.locator('[type=submit]'));
    const { x = 0, y = 0 } = (await submit.boundingBox()) ?? {};
    await tab.page.mouse.click(x + 5, y + 5);
    // A hub that is quick has answered the first click before the second comes.
    await tab.page.getByText('Recorded as number 1').waitFor();
    await tab.page.mouse.down({ clickCount: 2 });
    await tab.page.mouse.up({ clickCount: 2 });
    // What it would have sent would be before this one.
    await submit.press('Enter');
    await tab.page.getByText('Recorded as number 2').waitFor();
    expect(await recorded(tab)).toHaveLength(2);
  });

  it('goes on when one leaves the page to see the event arrive', async () => {
    const tab = await open({ place: '/publish' });
    await tab.connection('Live');
    let letGo = (): void => undefined;
    const isLeft = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await tab.page.route(eventsUrl(), async (route) => {
      if (isPublication(route.request().method())) await isLeft;
      await route.continue();
    });
    const isSent = tab.page.waitForRequest((each) => each.url() === eventsUrl() && isPublication(each.method()));
    await button(tab, 'Publish').click();
    await isSent;
    await tab.go('/live');
    await tab.page.getByRole('heading', { level: 1, name: 'Live' }).waitFor();
    letGo();
    await waitForHead(tab.persona.tenant, 1);
  });

  it('sends again under the same ids what nobody knows of copies', { timeout: 120_000 }, async () => {
    const tab = await open({ place: '/publish' });
    await tab.connection('Live');
    await tab.page.route(eventsUrl(), async (route) => {
      if (!isPublication(route.request().method())) return await route.continue();
      await route.fetch();
      return await route.abort();
    });
    await tab.page.getByText('Copies', { exact: true }).click();
    await tab.page.getByLabel('How many').fill('3');
    await button(tab, 'Publish 3 events').click();
    const again = button(tab, 'Send the 3 events again with the same ids');
    await again.waitFor({ timeout: 90_000 });
    await tab.page.unroute(eventsUrl());
    await again.click();
    await tab.page.getByText('3 accepted, 0 rejected').waitFor();
    await waitForHead(tab.persona.tenant, 3);
    expect(await recorded(tab)).toHaveLength(3);
  });

  it('sends nothing of a list of which it says that it is too long', async () => {
    const tab = await open({ place: '/publish' });
    let sent = 0;
    await tab.page.route(eventsUrl(), (route) => {
      sent += 1;
      return route.abort();
    });
    await tab.page.getByText('A list', { exact: true }).click();
    const lines = Array.from({ length: 10_001 }, (_, index) =>
      JSON.stringify(newEvent(tab.persona.tenant, { id: `${index}` })),
    );
    const buffer = Buffer.from(lines.join('\n'));
    await tab.page.setInputFiles('input[type=file]', { name: 'x.ndjson', mimeType: 'application/json', buffer });
    await tab.page.getByText('send at most 10000 at a time').waitFor();
    await button(tab, 'Publish 10001 events').click({ force: true });
    await button(tab, 'Empty it').click();
    await tab.page.getByRole('textbox', { name: 'Events' }).waitFor();
    expect(sent).toBe(0);
  });
});

describe('the console of a hub that is overloaded', () => {
  it('says so, and asks more and more rarely', { timeout: 120_000 }, async () => {
    const times: number[] = [];
    const tab = await open({ place: '/live', persona: { scopes: EVERY_SCOPE } });
    await tab.page.route(`${hubUnderTest().target.apiUrl}/subscriptions`, (route) => {
      times.push(performance.now());
      return route.fulfill({ status: 429, headers: { 'access-control-allow-origin': '*' }, json: {} });
    });
    await tab.go('/subscriptions');
    await tab.page.getByText('RATE_LIMITED').first().waitFor();
    // Each question is asked some times in a row; between two of them is the rest.
    const rests = () => times.slice(1).flatMap((time, index) => Math.max(0, time - (times[index] ?? time)));
    await expect.poll(() => rests().filter((rest) => rest > 9000).length, { timeout: 90_000 }).toBe(2);
    expect(Math.max(...rests())).toBeGreaterThan(15_000);
  });
});
