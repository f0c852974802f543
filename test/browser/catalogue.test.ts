import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CONTENT_SECURITY_POLICY, siteFiles } from '../../scripts/generate/catalogue/html/site.ts';
import { buildCatalogue } from '../../scripts/generate/catalogue/model.ts';
import { oddSchemas } from '../../scripts/generate/catalogue/test-schemas.ts';
import { checkSchemas } from '../../scripts/generate/check-schemas.ts';
import { readSchemas } from '../../scripts/generate/read-schemas.ts';
import { launchChromium } from './chromium.ts';
import { type StaticSite, serveFiles } from './static-site.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE = { width: 390, height: 844 };
const SMALLEST = { width: 320, height: 568 };
const TABLET = { width: 820, height: 1180 };
const LAPTOP = { width: 1100, height: 800 };
const DESKTOP = { width: 1440, height: 900 };

let browser: Browser;
let site: StaticSite;
let files: ReadonlyMap<string, string>;
/** How many event types it shows. */
let types: number;
/** The pages of this repository's schemas, and of schemas that have everything and mean harm. */
let pages: readonly string[];

beforeAll(async () => {
  const { documents } = await readSchemas(path.join(import.meta.dirname, '../../schemas'));
  const schemas = [...checkSchemas(documents).schemas, ...oddSchemas()];
  types = schemas.length;
  files = await siteFiles(buildCatalogue(schemas, ['dev', 'pre-prod', 'prod']), schemas);
  pages = [...files.keys()].filter((name) => name.endsWith('.html'));
  [browser, site] = await Promise.all([launchChromium(), serveFiles(files, CONTENT_SECURITY_POLICY)]);
});
afterAll(async () => {
  site?.close();
  await browser?.close();
});

/** A tab, and what it complains about: its console, its errors, and requests that fail or go elsewhere. */
async function openTab(options: BrowserContextOptions = {}): Promise<{ tab: Page; complaints: string[] }> {
  const context: BrowserContext = await browser.newContext({ viewport: DESKTOP, reducedMotion: 'reduce', ...options });
  onTestFinished(() => context.close());
  const tab = await context.newPage();
  tab.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  tab.on('console', (message) => complaints.push(`${tab.url()}: ${message.text()}`));
  tab.on('pageerror', (error) => complaints.push(`${tab.url()}: ${String(error)}`));
  tab.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // A tab that goes on to the next page no longer wants the icon of this one.
    if (reason !== 'net::ERR_ABORTED') complaints.push(`${request.url()}: ${reason}`);
  });
  tab.on('request', (request) => {
    if (!request.url().startsWith(site.url)) complaints.push(`${request.url()} is elsewhere`);
  });
  tab.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.url()}: ${response.status()}`);
  });
  return { tab, complaints };
}

const show = (tab: Page, page: string) => tab.goto(`${site.url}${page}`);

/** How much wider than the window the page is, in pixels. */
const overflow = (tab: Page): Promise<number> =>
  tab.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** What axe finds: playwright evaluates outside the page's policy, so the page itself stays as strict as it is. */
async function audit(tab: Page): Promise<readonly string[]> {
  await tab.evaluate(AXE);
  return await tab.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html).join(' ')))`);
}

describe('the catalogue as a site', () => {
  it.each([SMALLEST, PHONE, TABLET, LAPTOP, DESKTOP])(
    'fits a window of $width pixels, complains of nothing, and runs nothing that a schema brought',
    async (viewport) => {
      const { tab, complaints } = await openTab({ viewport });
      const found: string[] = [];
      for (const page of pages) {
        await show(tab, page);
        const wide = await overflow(tab);
        if (wide !== 0) found.push(`${page}: ${wide} pixels too wide`);
        if (!(await tab.title()).endsWith(' · Tidings')) found.push(`${page}: ${await tab.title()}`);
      }
      expect([...found, ...complaints]).toEqual([]);
    },
  );

  it.each(['light', 'dark'] as const)('passes axe in %s, on a phone and on a desktop', async (colorScheme) => {
    const found: string[] = [];
    for (const viewport of [PHONE, DESKTOP]) {
      const { tab } = await openTab({ viewport, colorScheme });
      for (const page of pages) {
        await show(tab, page);
        found.push(...(await audit(tab)).map((violation) => `${page} ${viewport.width}: ${violation}`));
      }
    }
    expect(found).toEqual([]);
  });

  it('has no link and no anchor that leads nowhere, and no id twice', async () => {
    const { tab } = await openTab();
    const links: { readonly from: string; readonly name: string; readonly id: string }[] = [];
    const ids = new Map<string, readonly string[]>();
    for (const page of pages) {
      await show(tab, page);
      ids.set(page, await tab.evaluate('[...document.querySelectorAll("[id]")].map(({ id }) => id)'));
      const hrefs: string[] = await tab.evaluate('[...document.links].map(({ href }) => href)');
      for (const href of hrefs.filter((one) => one.startsWith(site.url))) {
        const { pathname, hash } = new URL(href);
        links.push({ from: page, name: decodeURIComponent(pathname.slice(1)), id: decodeURIComponent(hash.slice(1)) });
      }
    }
    const broken = links.filter(
      ({ name, id }) => !files.has(name) || (id !== '' && ids.get(name)?.includes(id) !== true),
    );
    expect(broken).toEqual([]);
    expect(links.length).toBeGreaterThan(pages.length * pages.length);
    for (const [page, all] of ids) expect(new Set(all).size, page).toBe(all.length);
  });

  it('has one h1, headings that skip no level, and its landmarks', async () => {
    const { tab } = await openTab();
    for (const page of pages) {
      await show(tab, page);
      const main: number[] = await tab.evaluate(
        '[...document.querySelectorAll("main :is(h1, h2, h3, h4)")].map(({ tagName }) => Number(tagName[1]))',
      );
      expect(
        main.filter((level) => level === 1),
        page,
      ).toHaveLength(1);
      expect(
        main.every((level, index) => index === 0 || level <= (main[index - 1] ?? 0) + 1),
        page,
      ).toBe(true);
      for (const landmark of ['banner', 'main', 'contentinfo'] as const) {
        expect(await tab.getByRole(landmark).count(), page).toBe(1);
      }
    }
  });

  it('shows everything without a script', async () => {
    for (const viewport of [PHONE, DESKTOP]) {
      const { tab, complaints } = await openTab({ javaScriptEnabled: false, viewport });
      await show(tab, 'bank.transaction-created.v1.html');
      const curl = tab.locator('pre').filter({ hasText: 'curl -sS' });
      expect(await curl.count()).toBe(2);
      for (const block of await curl.all()) expect(await block.isVisible()).toBe(true);
      expect(await tab.locator('.copy:visible, .theme:visible, .filter:visible').count()).toBe(0);
      expect(await tab.getByRole('heading', { name: 'EventBridge' }).isVisible()).toBe(true);
      expect(complaints).toEqual([]);
    }
    const { tab } = await openTab({ javaScriptEnabled: false, viewport: PHONE });
    await show(tab, 'index.html');
    await tab.getByRole('button', { name: 'Events' }).click();
    await tab.getByRole('navigation', { name: 'Event types' }).getByRole('link', { name: 'message:posted' }).click();
    expect(await tab.getByRole('heading', { level: 1 }).textContent()).toBe('Message posted');
  });

  it('copies code exactly, and the type', async () => {
    const { tab, complaints } = await openTab({ permissions: ['clipboard-read', 'clipboard-write'] });
    await show(tab, 'bank.transaction-created.v1.html');
    const frame = tab.locator('figure').filter({ hasText: 'Example 1 of data' });
    await frame.getByRole('button', { name: 'Copy' }).click();
    await frame.getByRole('button', { name: 'Copied' }).waitFor();
    expect(JSON.parse(await tab.evaluate('navigator.clipboard.readText()'))).toMatchObject({ status: { code: 100 } });
    await tab.getByRole('button', { name: 'Copy the type' }).click();
    await tab.getByRole('button', { name: 'Copied the type' }).waitFor();
    expect(await tab.evaluate('navigator.clipboard.readText()')).toBe('bank.transaction:created@v1');
    expect(complaints).toEqual([]);
  });

  it('selects code where the clipboard is closed', async () => {
    const { tab } = await openTab();
    await tab.addInitScript('Object.defineProperty(Navigator.prototype, "clipboard", { value: undefined })');
    await show(tab, 'bank.transaction-created.v1.html');
    const frame = tab.locator('figure').filter({ hasText: 'Example 1 of data' });
    await frame.getByRole('button', { name: 'Copy' }).click();
    await frame.getByRole('button', { name: 'Selected' }).waitFor();
    expect(JSON.parse(await tab.evaluate('getSelection().toString()'))).toMatchObject({ status: { code: 100 } });
  });

  it('filters the index by whatever a row says', async () => {
    const { tab } = await openTab();
    await show(tab, 'index.html');
    await tab.keyboard.press('/');
    await tab.keyboard.type('PAYMENTS deleted');
    const shown = tab.locator('.topic:visible .topic-title');
    await tab.getByText(`1 of ${types} event types`).waitFor();
    expect(await shown.allTextContents()).toEqual(['Bank transaction deleted']);
    expect(await tab.locator('.module:visible').count()).toBe(1);
    await tab.getByRole('searchbox', { name: 'Filter event types' }).fill('nothing is called so');
    await tab.getByText('No event type matches').waitFor();
    expect(await shown.count()).toBe(0);
    await tab.keyboard.press('Escape');
    expect(await shown.count()).toBe(types);
  });

  it('filters the list beside a page', async () => {
    const { tab } = await openTab();
    await show(tab, 'bank.test-created.v1.html');
    await tab.keyboard.press('/');
    await tab.keyboard.type('member');
    expect(await tab.locator('.types .item:visible').allInnerTexts()).toEqual([
      'member:joined v1',
      'member:left v1',
      'membership:requested v1',
    ]);
  });

  it('has tabs that keys move, and remembers the language on every page', async () => {
    const { tab, complaints } = await openTab();
    await show(tab, 'bank.test-created.v1.html');
    const [publish, receive] = [
      tab.getByRole('tablist', { name: 'How to publish' }),
      tab.getByRole('tablist', { name: 'How to receive' }),
    ];
    await publish.getByRole('tab', { name: 'TypeScript' }).focus();
    // Over C# and the command line.
    for (let steps = 0; steps < 3; steps += 1) await tab.keyboard.press('ArrowRight');
    for (const list of [publish, receive]) {
      expect(await list.getByRole('tab', { selected: true }).allTextContents()).toEqual(['curl']);
    }
    expect(await tab.getByRole('tabpanel', { name: 'curl' }).count()).toBe(2);
    await tab.keyboard.press('Home');
    await tab.keyboard.press('ArrowLeft');
    expect(await publish.getByRole('tab', { selected: true }).allTextContents()).toEqual(['curl']);
    await show(tab, 'community.member-left.v1.html');
    expect(await receive.getByRole('tab', { selected: true }).allTextContents()).toEqual(['curl']);
    expect(complaints).toEqual([]);
  });

  it('keeps the theme that somebody has chosen', async () => {
    const { tab } = await openTab({ colorScheme: 'light' });
    const background = () => tab.evaluate('getComputedStyle(document.body).backgroundColor');
    await show(tab, 'index.html');
    const light = await background();
    const button = tab.getByRole('button', { name: 'Dark theme', pressed: false });
    await button.click();
    await tab.getByRole('button', { name: 'Dark theme', pressed: true }).waitFor();
    const dark = await background();
    expect(dark).not.toBe(light);
    await show(tab, 'bank.test-created.v1.html');
    expect(await background()).toBe(dark);
  });

  it('can be walked through by keyboard, and skips what is on every page', async () => {
    const { tab } = await openTab();
    await show(tab, 'index.html');
    await tab.keyboard.press('Tab');
    expect(await tab.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    const box = await tab.getByRole('link', { name: 'Skip to the content' }).boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    await tab.keyboard.press('Enter');
    expect(await tab.evaluate('document.activeElement.id')).toBe('content');
  });

  it('marks where on the page a reader is', async () => {
    const { tab } = await openTab();
    await show(tab, 'bank.transaction-created.v1.html');
    await tab.getByRole('navigation', { name: 'On this page' }).getByRole('link', { name: 'Publish' }).click();
    await tab.locator('.page-nav a[aria-current="true"]', { hasText: 'Publish' }).waitFor();
    const box = await tab.getByRole('heading', { name: 'Publish', exact: true }).boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(56);
    expect(box?.y).toBeLessThan(200);
  });

  it('prints every tab, and nothing that is only for a screen', async () => {
    const { tab } = await openTab();
    await show(tab, 'bank.transaction-created.v1.html');
    await tab.emulateMedia({ media: 'print' });
    expect(await tab.locator('pre').filter({ hasText: 'curl -sS' }).first().isVisible()).toBe(true);
    expect(await tab.locator('.top:visible, .types:visible, .copy:visible, .tab-list:visible').count()).toBe(0);
  });
});
