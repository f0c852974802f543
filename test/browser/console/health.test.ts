import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, it as plain } from 'vitest';
import { needs } from '../../acceptance/capabilities.ts';
import { newEvent } from '../../acceptance/events.ts';
import { postStructured, publish, putOnBus, tokenFor, waitForHead } from '../../acceptance/hub.ts';
import { buryGoodEvents } from '../../acceptance/operator.ts';
import { waitFor } from '../../acceptance/wait.ts';
import { launchChromium } from '../chromium.ts';
import { ConsoleTab, type ConsoleTabOptions } from './console-tab.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

async function openHealth(options: Omit<ConsoleTabOptions, 'place'> & { readonly place?: string } = {}) {
  const tab = await ConsoleTab.open(browser, { place: '/health', ...options });
  onTestFinished(() => tab.close());
  return tab;
}

/** Looks again until so many letters are shown: SQS is behind at times. */
async function showsLetters({ page }: ConsoleTab, count: number): Promise<void> {
  const rows = page.getByRole('table', { name: 'Dead letters' }).locator('tbody').getByRole('row');
  await waitFor(`${count} letters on the page`, async () => {
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.locator('button:not([aria-disabled="true"])', { hasText: 'Look again' }).waitFor();
    return (await rows.count()) === count ? true : undefined;
  });
}

const tile = ({ page }: ConsoleTab, name: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) });

describe('dead letters on the health page', () => {
  needs('dead-letters')('are shown with their reason, and without what is in them', async () => {
    const tab = await openHealth();
    const { tenant } = tab.persona;
    const poison = newEvent(tenant, { data: { secret: 'of the tenant' } });
    await putOnBus([poison]);
    await showsLetters(tab, 1);
    const row = tab.page.getByRole('row', { name: poison.id });
    for (const text of ['EVENT_DATA_INVALID', poison.type, tenant]) {
      expect(await row.getByText(text, { exact: true }).count(), text).toBe(1);
    }
    expect(await tab.page.locator('main').innerText()).not.toContain('of the tenant');
    await tile(tab, 'Dead letters')
      .getByText(/^(?:a letter waits|letters wait)$/)
      .waitFor();
    expect(tab.complaints).toEqual([]);
  });

  needs('dead-letters')('are sent back, some or all, and are gone', async () => {
    const tab = await openHealth();
    const { page } = tab;
    const [first] = await buryGoodEvents(tab.persona.tenant, 3);
    await showsLetters(tab, 3);
    await page.getByRole('checkbox', { name: `of event ${first}` }).check();
    await page.getByRole('button', { name: 'Redrive 1 letter' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Redrive 1 letter' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send back' }).click();
    await page.getByText('1 letter sent back; none left').waitFor();
    await showsLetters(tab, 2);
    expect(await page.getByText(String(first)).count()).toBe(0);
    await page.getByRole('button', { name: 'Redrive all' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send back' }).click();
    await page.getByText('2 letters sent back; none left').waitFor();
    await page.getByText('No letter here').waitFor();
    await waitForHead(tab.persona.tenant, 3);
    await tile(tab, 'Head').getByText('3', { exact: true }).waitFor();
    expect(tab.complaints).toEqual([]);
  });
});

describe('the numbers of the health page', () => {
  plain('are of the tenant, are asked for again, and are drawn', async () => {
    const tab = await openHealth();
    await tile(tab, 'Head').getByText('0', { exact: true }).waitFor();
    await publish([newEvent(tab.persona.tenant), newEvent(tab.persona.tenant)]);
    await tile(tab, 'Head').getByText('2', { exact: true }).waitFor();
    await tile(tab, 'Fan-out lag').getByText('up to date').waitFor();
    expect(await tile(tab, 'Head').locator('path').getAttribute('d')).toContain('L');
    expect(tab.complaints).toEqual([]);
  });

  needs('metrics')('over time are charts, tables as well, and have the colours of the theme', async () => {
    const tab = await openHealth({ place: '/health?minutes=15' });
    const { page } = tab;
    const token = await tokenFor({ tenant: tab.persona.tenant });
    expect((await postStructured(newEvent(tab.persona.tenant, { data: {} }), token)).status).toBe(422);
    await publish([newEvent(tab.persona.tenant)]);
    await page.getByText('As a table: Events a minute').click();
    const stored = page.getByRole('region', { name: 'Events a minute, table' }).locator('tbody tr td:nth-child(3)');
    await waitFor('stored events in the table', async () => {
      await page.getByRole('button', { name: 'Refresh' }).click();
      await page.locator('button:not([aria-disabled="true"])', { hasText: 'Refresh' }).waitFor();
      return (await stored.allInnerTexts()).some((text) => Number(text) > 0) ? true : undefined;
    });
    expect(await stored.count()).toBe(15);
    const refused = page.getByRole('listitem').filter({ hasText: 'EVENT_DATA_INVALID' }).first();
    expect(await refused.innerText()).toContain('the data breaks the schema of its type');

    const drawing = () => page.evaluate<string>(`document.querySelector('canvas').toDataURL()`);
    const light = await drawing();
    await page.emulateMedia({ colorScheme: 'dark' });
    await waitFor('another drawing', async () => ((await drawing()) === light ? undefined : true));
    expect(await page.locator('canvas').count()).toBe(4);
    // The policy would refuse it; a library that tries is found here.
    expect(await page.locator('style').count()).toBe(0);

    await page.getByRole('button', { name: '12 h' }).click();
    await waitFor('half a day in the table', async () => ((await stored.count()) === 144 ? true : undefined));
    expect(page.url()).toContain('minutes=720');
    expect(tab.complaints).toEqual([]);
  });

  plain('are said to be old while the hub does not answer, and are new again afterwards', async () => {
    const tab = await openHealth();
    await tile(tab, 'Fan-out lag').getByText('up to date').waitFor();
    await tab.page.route('**/operations/health', (route) => route.abort());
    await tab.page.getByText('These numbers are old').waitFor({ timeout: 60_000 });
    await tab.page.unroute('**/operations/health');
    await tab.page.getByText('These numbers are old').waitFor({ state: 'detached', timeout: 60_000 });
  });
});

describe('the health page of whoever may not see it', () => {
  plain('names the scope, and asks the hub nothing', async () => {
    const asked: string[] = [];
    const tab = await openHealth({ place: '/catalogue', persona: { scopes: ['events:read', 'operations:write'] } });
    tab.page.on('request', (request) => asked.push(request.url()));
    await tab.go('/health');
    await tab.page.getByText('operations:read').waitFor();
    expect(asked.filter((url) => url.includes('/operations/'))).toEqual([]);
    expect(tab.complaints).toEqual([]);
  });

  needs('dead-letters')('offers no redrive to whoever may only look', async () => {
    const tab = await openHealth({ persona: { scopes: ['events:read', 'operations:read'] } });
    await buryGoodEvents(tab.persona.tenant, 1);
    await showsLetters(tab, 1);
    await tab.page.getByText('operations:write').waitFor();
    expect(await tab.page.getByRole('button', { name: 'Redrive all' }).isDisabled()).toBe(true);
  });
});
