import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newEvent, newTenant, type ReceivedEvent, type SentEvent } from '../../acceptance/events.ts';
import { publish, readAll, tokenFor, waitForHead } from '../../acceptance/hub.ts';
import { launchChromium } from '../chromium.ts';
import { ConsoleTab, type ConsoleTabOptions, PHONE } from './console-tab.ts';

let browser: Browser;
let tenant: string;
/** What the persona may see, in its order. */
let visible: readonly ReceivedEvent[];
const EVENTS = 250;

/** Every tenth is of another type, and every 25th is for others. */
function eventOf(number: number): SentEvent {
  return newEvent(tenant, {
    id: `event-${number}`,
    time: new Date(Date.UTC(2026, 0, 1, 0, 0, number)).toISOString(),
    subject: `transaction/${number}`,
    ...(number % 10 === 0 && { type: 'bank.transaction:deleted@v1', data: exampleOf('bank.transaction:deleted@v1') }),
    ...(number % 25 === 0 && { organizationids: 'south' }),
  });
}

const exampleOf = (type: string): unknown => newEvent(tenant, { type }).data;

beforeAll(async () => {
  browser = await launchChromium();
  tenant = newTenant('history');
  await publish(Array.from({ length: EVENTS }, (_, index) => eventOf(index + 1)));
  await waitForHead(tenant, EVENTS);
  visible = await readAll(await tokenFor({ tenant, organizations: ['north'], user: 'ada', roles: ['admin'] }));
});
afterAll(() => browser?.close());

async function open(place: string, options: ConsoleTabOptions = {}): Promise<ConsoleTab> {
  const tab = await ConsoleTab.open(browser, { persona: { tenant }, place, ...options });
  onTestFinished(() => tab.close());
  return tab;
}

/** Waits until the list says that it reaches so far. */
const reaches = (tab: ConsoleTab, words: string) => tab.page.getByRole('heading', { level: 2, name: words }).waitFor();

const sequenceOf = (index: number): number => Number(visible.at(index)?.sequence);

/** What the list says of the hundred visible events that end with the last, or so many before it. */
const newest = () => `${sequenceOf(-100)} to 250 of 250`;
const older = () => `${sequenceOf(-200)} to ${sequenceOf(-100) - 1} of 250`;
/** Up to the next one that is visible, nothing is left out. */
const oldest = () => `1 to ${sequenceOf(100) - 1} of 250`;

const subjectOf = (tab: ConsoleTab, row: number) =>
  tab.page.locator(`[data-index="${row}"] [role="cell"]`).nth(3).innerText();
const firstSubject = (tab: ConsoleTab) => subjectOf(tab, 0);

describe('history', () => {
  it('goes along both ways by links that show the same after a reload', async () => {
    const tab = await open('/history?limit=100');
    // Some of this stretch are for others: they are neither shown nor counted.
    await reaches(tab, newest());
    await tab.page.getByRole('link', { name: 'Older' }).click();
    await reaches(tab, older());
    await tab.page.reload();
    await reaches(tab, older());
    // Who goes back has come for the end of it.
    expect(await subjectOf(tab, 99)).toBe(visible.at(-101)?.subject);
    await tab.page.getByRole('link', { name: 'Newer' }).click();
    await reaches(tab, newest());
    await tab.page.goBack();
    await reaches(tab, older());
    await tab.page.getByRole('link', { name: 'Oldest' }).click();
    await reaches(tab, oldest());
    await tab.page.getByRole('link', { name: 'Newest' }).click();
    await reaches(tab, newest());
    expect(tab.complaints).toEqual([]);
  });

  it('begins after a sequence, and since a time', async () => {
    const tab = await open('/history');
    await tab.page.getByRole('combobox', { name: 'Events', exact: true }).selectOption('after');
    await tab.page.getByLabel('After sequence').fill('200');
    await tab.page.getByRole('button', { name: 'Show', exact: true }).click();
    await reaches(tab, '201 to 250 of 250');
    expect(await firstSubject(tab)).toBe(visible.find(({ sequence }) => Number(sequence) > 200)?.subject);

    const since = visible.at(120)?.recordedtime ?? '';
    await tab.go(`/history?since=${encodeURIComponent(JSON.stringify(since))}`);
    // Those before it may have been recorded at the same time.
    const first = visible.find(({ recordedtime }) => recordedtime >= since);
    await expect.poll(() => firstSubject(tab)).toBe(first?.subject);
  });

  it('shows what a filter asks for, and keeps the filter in its address', async () => {
    const tab = await open('/history?after=0');
    const types = tab.page.getByRole('combobox', { name: 'Types' });
    await types.fill('bank.transaction:deleted@v1');
    await types.press('Enter');
    await tab.page.locator('[data-index="19"]').waitFor({ state: 'attached' });
    // Of 25, five are for others.
    expect(await tab.page.getByRole('table', { name: 'Events' }).getAttribute('aria-rowcount')).toBe('21');
    const deleted = visible.filter(({ type }) => type === 'bank.transaction:deleted@v1');
    expect(await firstSubject(tab)).toBe(deleted[0]?.subject);
    expect(decodeURIComponent(tab.page.url())).toContain('types=["bank.transaction:deleted@v1"]');

    await tab.page.getByLabel('Subjects').fill('transaction/40');
    await tab.page.getByLabel('Subjects').press('Enter');
    await tab.page.locator('[data-index="0"]').getByText('transaction/40').waitFor();
    await tab.page.reload();
    await tab.page.locator('[data-index="0"]').getByText('transaction/40').waitFor();
    expect(await tab.page.getByRole('table', { name: 'Events' }).getAttribute('aria-rowcount')).toBe('2');

    await tab.page.getByRole('button', { name: 'Remove transaction/40' }).click();
    await tab.page.getByLabel('Subjects').fill('transaction/nowhere');
    await tab.page.getByLabel('Subjects').press('Enter');
    await tab.page.getByText('Nothing that you may see matches the filter from 1 to 250.').waitFor();
  });

  it('opens an event beside the list, by mouse and by keyboard, and gives the focus back', async () => {
    const tab = await open('/history?after=0');
    await tab.page.locator('[data-index="2"] a').click();
    const beside = tab.page.getByRole('complementary', { name: 'Event' });
    await beside.getByText(visible.at(2)?.id ?? '', { exact: true }).waitFor();
    const top = async (row: number) => (await tab.page.locator(`[data-index="${row}"]`).boundingBox())?.y ?? 0;
    const { height = 0 } = (await tab.page.locator('[data-index="2"]').boundingBox()) ?? {};
    expect(await top(3)).toBe((await top(2)) + height);
    expect(tab.page.url()).toContain(`event=${visible.at(2)?.id}`);
    await tab.page.keyboard.press('Escape');
    await beside.waitFor({ state: 'detached' });
    expect(await tab.page.evaluate('document.activeElement.closest("[data-index]")?.dataset.index')).toBe('2');
    await tab.page.keyboard.press('ArrowDown');
    await tab.page.keyboard.press('Enter');
    await beside.getByText(visible.at(3)?.id ?? '', { exact: true }).waitFor();
    expect(await tab.audit()).toEqual([]);
  });

  it('says plainly that a place is of another history, and leads to what there is', async () => {
    const tab = await open('/history?after=4&epoch=another');
    await tab.page.getByText('History was cut here').waitFor();
    await tab.page.getByText('What is there now goes from 1 to 250.').waitFor();
    await tab.page.getByRole('link', { name: 'Show the oldest' }).click();
    await reaches(tab, oldest());
  });

  it('says what is wrong with an address, and shows the newest instead', async () => {
    const tab = await open('/history?after=nonsense');
    await tab.page.getByText('The address has after="nonsense"').waitFor();
    await reaches(tab, newest());
  });

  it('names the scope that reading takes when it is missing', async () => {
    const tab = await open('/history', { persona: { tenant, scopes: ['bank'] } });
    await tab.page.getByText('It takes the scope events:read').waitFor();
  });

  it.each(['light', 'dark'] as const)(
    'fits a phone, with nothing for axe to find, when it is %s',
    async (colorScheme) => {
      const tab = await open('/history', { viewport: PHONE, colorScheme });
      await reaches(tab, newest());
      expect(await tab.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(await tab.audit()).toEqual([]);
      await tab.page.locator('[role="row"] a').last().click();
      await tab.page.getByRole('dialog', { name: 'Event' }).waitFor();
      expect(await tab.audit()).toEqual([]);
    },
  );
});

describe('an export', () => {
  /** A tab whose browser lets nobody choose a file, and whose hub gives pages of so few events. */
  async function openExport(pageSize: number): Promise<ConsoleTab> {
    const tab = await open('/history?after=0');
    await tab.page.evaluate('delete window.showSaveFilePicker; delete Window.prototype.showSaveFilePicker');
    await tab.page.route('**/events?*limit=1000*', (route) =>
      route.continue({ url: route.request().url().replace('limit=1000', `limit=${pageSize}`) }),
    );
    await tab.page.getByRole('button', { name: 'Export' }).click();
    await tab.page.getByText('up to number 250').waitFor();
    return tab;
  }

  const start = (tab: ConsoleTab) => tab.page.getByRole('dialog').getByRole('button', { name: 'Export' }).click();

  it('writes every event that one may see, a line each, in their order, over all pages', async () => {
    const tab = await openExport(60);
    expect(await tab.audit()).toEqual([]);
    const [download] = await Promise.all([tab.page.waitForEvent('download'), start(tab)]);
    expect(download.suggestedFilename()).toBe('tidings-events-1-through-250.ndjson');
    await tab.page.getByText('240 events were written').waitFor();
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(visible);
    expect(tab.complaints).toEqual([]);
  });

  it('says how far it came when the hub refuses midway, and saves what was written', async () => {
    const tab = await openExport(60);
    let pages = 0;
    await tab.page.route('**/events?*limit=1000*', (route) => {
      if (++pages < 3) return route.fallback();
      return route.fulfill({
        status: 403,
        headers: { 'access-control-allow-origin': '*', 'content-type': 'application/problem+json' },
        json: { code: 'TENANT_MISSING', detail: 'for this test' },
      });
    });
    await start(tab);
    await tab.page.getByText('The export broke off').waitFor();
    await tab.page.getByText('120 events were written').waitFor();
    const save = tab.page.getByRole('button', { name: 'Save what was written' });
    const [download] = await Promise.all([tab.page.waitForEvent('download'), save.click()]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(120);
  });

  it('is written to the file that was chosen, page by page; where none was, nothing happens', async () => {
    const tab = await openExport(60);
    await tab.page.evaluate(`
      window.file = { asked: [], texts: [], isClosed: false };
      window.showSaveFilePicker = async ({ suggestedName }) => {
        file.asked.push(suggestedName);
        if (file.asked.length === 1) throw new DOMException('Nothing was chosen', 'AbortError');
        const write = async (text) => void file.texts.push(text);
        return { createWritable: async () => ({ write, close: async () => { file.isClosed = true; } }) };
      };
    `);
    await start(tab);
    await tab.page.waitForFunction('file.asked.length === 1');
    await start(tab);
    await tab.page.getByText('240 events were written').waitFor();
    const file = (await tab.page.evaluate('file')) as { texts: readonly string[]; isClosed: boolean };
    expect(file.isClosed).toBe(true);
    expect(file.texts.length).toBeGreaterThan(1);
    const lines = file.texts.join('').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(visible);
  });

  it('ends when it is cancelled, and says so', async () => {
    const tab = await openExport(60);
    let pages = 0;
    // The second page never comes.
    await tab.page.route('**/events?*limit=1000*', (route) => (++pages < 2 ? route.fallback() : undefined));
    await start(tab);
    await tab.page.getByText('60 events,').waitFor();
    await tab.page.getByRole('button', { name: 'Cancel' }).click();
    await tab.page.getByText('The export was cancelled').waitFor();
    await tab.page.getByText('60 events were written').waitFor();
  });
});
