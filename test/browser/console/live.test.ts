import { execFileSync } from 'node:child_process';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newEvent, type SentEvent } from '../../acceptance/events.ts';
import { publish, waitForHead } from '../../acceptance/hub.ts';
import { waitFor } from '../../acceptance/wait.ts';
import { launchChromium } from '../chromium.ts';
import { ConsoleTab, type ConsoleTabOptions, EVERY_SCOPE, PHONE } from './console-tab.ts';
import { SteadyHub } from './steady-hub.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

async function open(options?: ConsoleTabOptions): Promise<ConsoleTab> {
  const tab = await ConsoleTab.open(browser, options);
  onTestFinished(() => tab.close());
  await tab.connection('Live');
  return tab;
}

/** A tab before a hub that sends whatever it is told to. */
async function openSteady(options: ConsoleTabOptions = {}): Promise<{ tab: ConsoleTab; hub: SteadyHub }> {
  const hub = await SteadyHub.start();
  onTestFinished(() => hub.close());
  hub.publish(300);
  const tab = await open({
    ...options,
    configure: (configuration) => ({ ...configuration, apiUrl: hub.apiUrl, socketUrl: hub.socketUrl }),
    bypassesPolicy: true,
  });
  return { tab, hub };
}

const rows = ({ page }: ConsoleTab): Locator => page.locator('[role="row"][data-index]');
const rowOf = (tab: ConsoleTab, subject: string): Locator => rows(tab).filter({ hasText: subject });
const about = (tab: ConsoleTab, subject: string, attributes: Partial<SentEvent> = {}): SentEvent =>
  newEvent(tab.persona.tenant, { subject, ...attributes });
const told = async ({ page }: ConsoleTab, what: 'received' | 'shown' | 'kept'): Promise<number> =>
  Number(await page.locator(`[data-${what}]`).getAttribute(`data-${what}`));

/** The event that a copied command would publish: what a shell hands to curl last. */
const bodyOf = (command: string): unknown =>
  JSON.parse(
    execFileSync('sh', ['-c', command.replace(/^curl/, `printf '%s\\0'`)], { encoding: 'utf8' })
      .split('\0')
      .at(-2) ?? '',
  );

describe('the page of live events', () => {
  it('shows an event as it arrives, and everything about it on request', async () => {
    const tab = await open();
    const { page, persona } = tab;
    await page.getByRole('link', { name: 'Publish one' }).waitFor();
    const event = about(tab, 'transaction/1', {
      organizationids: 'north,south',
      traceparent: `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`,
    });
    await publish([event]);
    await rowOf(tab, 'transaction/1').click();
    const panel = page.getByRole('complementary', { name: 'Event' });
    await panel.getByText('Bank transaction created').waitFor();
    await panel.getByText('a1'.repeat(16)).waitFor();
    await panel.getByText('You are in north').waitFor();
    await panel.getByRole('textbox', { name: 'Data of the event' }).waitFor();
    await panel.getByRole('button', { name: 'curl' }).click();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toContain('Authorization: Bearer $TOKEN');
    const { specversion, source, type, tenantid, subject, organizationids, data } = event;
    const content = { specversion, source, type, tenantid, subject, organizationids, data };
    // A new event that says the same: under an id of its own, at a time of its own and without the trace.
    expect(tenantid).toBe(persona.tenant);
    expect(bodyOf(copied)).toEqual({ ...content, id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(copied).not.toContain(event.id);
    expect(copied).not.toMatch(/eyJ/);
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(tab.complaints).toEqual([]);
  });

  it('begins with what has just been, and keeps what came while another page was open', async () => {
    const tenant = `live-${crypto.randomUUID()}`;
    await publish([newEvent(tenant, { subject: 'transaction/before' })]);
    await waitForHead(tenant, 1);
    const tab = await open({ persona: { tenant } });
    await rowOf(tab, 'transaction/before').waitFor();
    await tab.go('/catalogue');
    await publish([about(tab, 'transaction/meanwhile')]);
    await waitForHead(tenant, 2);
    await tab.go('/live');
    await rowOf(tab, 'transaction/meanwhile').waitFor();
    await waitFor('both to be counted', async () => ((await told(tab, 'kept')) === 2 ? true : undefined));
    expect(await told(tab, 'received')).toBe(1);
  });

  it('shows live events to who may not read the past, and says so', async () => {
    const tenant = `live-${crypto.randomUUID()}`;
    await publish([newEvent(tenant)]);
    await waitForHead(tenant, 1);
    const tab = await open({ persona: { tenant, scopes: EVERY_SCOPE.filter((scope) => scope !== 'events:read') } });
    await tab.page.getByText('The past is not shown').waitFor();
    await publish([about(tab, 'transaction/broadcast')]);
    await rowOf(tab, 'transaction/broadcast').waitFor();
    expect(await told(tab, 'kept')).toBe(1);
  });

  it('filters by patterns that it completes and by text, and says how many it shows', async () => {
    const tab = await open();
    const { page } = tab;
    await publish([
      about(tab, 'transaction/1'),
      about(tab, 'message/1', { type: 'community.message:posted@v1' }),
      about(tab, 'account/1', { type: 'bank.account:created@v1' }),
    ]);
    await waitFor('three events', async () => ((await told(tab, 'kept')) === 3 ? true : undefined));
    const types = page.getByRole('combobox', { name: 'Types' });
    await types.fill('bank');
    await page.getByRole('option', { name: /^bank\.\* / }).click();
    await page.getByText('2 of 3 shown').waitFor();
    await types.fill('community.*');
    await types.press('Enter');
    await page.getByText('3 of 3 shown').waitFor();
    await page.getByRole('button', { name: 'Remove bank.*' }).click();
    await page.getByText('1 of 3 shown').waitFor();
    await page.getByRole('searchbox', { name: 'Search' }).fill('nothing like it');
    await page.getByText('None of 3 events matches').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByText('3 of 3 shown').waitFor();
    expect(tab.complaints).toEqual([]);
  });

  it('is held while it is paused, and says how many wait', async () => {
    const tab = await open();
    const { page } = tab;
    await page.getByRole('button', { name: 'Pause' }).click();
    await publish([about(tab, 'transaction/1'), about(tab, 'transaction/2')]);
    await page.getByRole('button', { name: 'Resume (2 waiting)' }).waitFor();
    expect(await rows(tab).count()).toBe(0);
    await page.getByRole('button', { name: /^Resume/ }).click();
    await rowOf(tab, 'transaction/2').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('No event yet').waitFor();
  });

  it('stays where somebody reads, and leads to what is new', async () => {
    const { tab, hub } = await openSteady();
    const { page } = tab;
    const grid = page.getByRole('grid');
    await rows(tab).first().waitFor();
    await grid.hover();
    await page.mouse.wheel(0, 1500);
    const place = () =>
      page.evaluate<string>(`JSON.stringify([...document.querySelectorAll('[role="row"][data-index]')]
        .map((row) => [row.id, Math.round(row.getBoundingClientRect().top)]))`);
    await waitFor('the list to rest', async () => {
      const before = await place();
      await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
      return before === (await place()) ? true : undefined;
    });
    const before = await place();
    hub.publish(50);
    await page.getByRole('button', { name: '50 new' }).waitFor();
    expect(await place()).toBe(before);
    await page.getByRole('button', { name: '50 new' }).click();
    await rows(tab).filter({ hasText: 'transaction/2771650' }).waitFor();
    hub.publish(1);
    await rows(tab).filter({ hasText: 'transaction/2779569' }).waitFor();
  });

  it('can be read with the keyboard alone', async () => {
    const { tab } = await openSteady();
    const { page } = tab;
    const grid = page.getByRole('grid');
    await rows(tab).first().waitFor();
    await grid.focus();
    const active = () => page.locator('[role="row"][data-active="true"]');
    const isAt = (rowindex: number) => page.locator(`[role="row"][data-active="true"][aria-rowindex="${rowindex}"]`);
    await page.keyboard.press('ArrowDown');
    await isAt(2).waitFor();
    await page.keyboard.press('End');
    await isAt(301).waitFor();
    expect(await grid.getAttribute('aria-activedescendant')).toBe(await active().getAttribute('id'));
    expect(await grid.getAttribute('aria-rowcount')).toBe('301');
    await page.keyboard.press('PageUp');
    await page.keyboard.press('ArrowUp');
    expect(Number(await active().getAttribute('aria-rowindex'))).toBeLessThan(300);
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: 'Event' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('complementary', { name: 'Event' }).waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('grid');
    expect(await tab.audit()).toEqual([]);
  });

  it('shows an event over the whole of a phone', async () => {
    const tab = await open({ viewport: PHONE });
    await publish([about(tab, 'transaction/1')]);
    await rowOf(tab, 'transaction/1').tap();
    const dialog = tab.page.getByRole('dialog', { name: 'Event' });
    await dialog.getByText('Bank transaction created').waitFor();
    expect(await dialog.boundingBox()).toEqual({ x: 0, y: 0, ...PHONE });
    expect(await tab.audit()).toEqual([]);
    await dialog.getByRole('button', { name: 'Close' }).tap();
    await dialog.waitFor({ state: 'detached' });
    expect(tab.complaints).toEqual([]);
  });
});
