import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hubUnderTest } from '../../acceptance/hub-under-test.ts';
import { launchChromium } from '../chromium.ts';
import { ConsoleTab, type ConsoleTabOptions, PHONE } from './console-tab.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

async function open(options?: ConsoleTabOptions): Promise<ConsoleTab> {
  const tab = await ConsoleTab.open(browser, { place: '/personas', ...options });
  onTestFinished(() => tab.close());
  return tab;
}

async function areLive(tab: ConsoleTab): Promise<void> {
  for (const side of ['Left', 'Right']) {
    await tab.page.getByRole('status', { name: `${side} persona: Live` }).waitFor();
  }
}

/** Publishes, and waits until it is known of both what became of it. */
async function publish(tab: ConsoleTab): Promise<{ readonly left: string; readonly right: string }> {
  await areLive(tab);
  const rows = tab.page.getByRole('region', { name: 'Published events' }).locator('tbody tr');
  const before = await rows.count();
  await tab.page.getByRole('button', { name: 'Publish once' }).click();
  await expect.poll(() => rows.count()).toBe(before + 1);
  const cell = (column: number) => rows.first().locator('td').nth(column);
  const known = async () => (await cell(3).innerText()) + (await cell(4).innerText());
  await expect.poll(known, { timeout: 15_000 }).not.toMatch(/not known yet|not connected/);
  return { left: await cell(3).innerText(), right: await cell(4).innerText() };
}

describe('two personas side by side', () => {
  it.each([
    ['Another organisation', /organizationids asks for north, is in south/],
    ['Another user', /userids asks for ada, is bo/],
    ['Another role', /roleids asks for admin, has clerk/],
    ['Another tenant', /tenantid is console-.*, is of globex/],
    ['Nobody is excluded', /received live in \d+ ms/],
  ])('shows who receives an event, and the rule that decided: %s', async (preset, right) => {
    const tab = await open();
    await areLive(tab);
    await tab.page.getByRole('button', { name: preset }).click();
    const outcome = await publish(tab);
    expect(outcome.left).toMatch(/received live in \d+ ms/);
    expect(outcome.right).toMatch(right);
    expect(tab.complaints).toEqual([]);
  });

  it('learns the number of an event that neither may see, and so can say that neither received it', async () => {
    const tab = await open();
    await areLive(tab);
    await tab.page.getByLabel('Only for organisations').fill('west');
    const { left, right } = await publish(tab);
    expect(left).toContain('organizationids asks for west, is in north');
    expect(right).toContain('organizationids asks for west, is in south');
  });

  it('gives a persona that is edited a token and a connection of its own, and keeps both for the tab', async () => {
    const tab = await open();
    await tab.page.getByRole('button', { name: 'Edit the right persona' }).click();
    await tab.page.getByLabel('User', { exact: true }).fill('grace');
    await tab.page.getByLabel('Organisations', { exact: true }).fill('north south');
    await tab.page.getByRole('button', { name: 'Be this persona' }).click();
    expect((await publish(tab)).right).toMatch(/grace[\s\S]*received live/);
    await tab.page.reload();
    await areLive(tab);
    const panel = tab.page.getByRole('region', { name: 'Right persona' });
    await panel.getByText('grace').waitFor();
    const stored = String(await tab.page.evaluate('JSON.stringify([{ ...sessionStorage }, { ...localStorage }])'));
    expect(stored).toContain('grace');
    expect(stored).not.toMatch(/eyJ/);
  });

  it('keeps what became of earlier events when a persona becomes another', async () => {
    const tab = await open();
    await areLive(tab);
    await publish(tab);
    await tab.page.getByRole('button', { name: 'Nobody is excluded' }).click();
    await publish(tab);
    const texts = await tab.page.getByRole('region', { name: 'Published events' }).locator('tbody tr').allInnerTexts();
    expect(texts).toHaveLength(2);
    expect(texts[1]).toContain('organizationids asks for north, is in south');
  });

  it('says what the hub says when it refuses the event', async () => {
    const tab = await open();
    await tab.page.getByRole('button', { name: 'Edit the left persona' }).click();
    await tab.page.getByLabel('Scopes').fill('events:read');
    await tab.page.getByRole('button', { name: 'Be this persona' }).click();
    const { left, right } = await publish(tab);
    await tab.page.getByText('Not accepted (SCOPE_MISSING)').waitFor();
    expect([left, right]).toEqual([expect.stringContaining('not published'), expect.stringContaining('not published')]);
  });

  it('says in one sentence why a deployed hub has none', async () => {
    // As the stack writes it, nothing of a sandbox; the issuer knows who signs in.
    const tab = await open({ configure: ({ sandbox: _, ...configuration }) => configuration });
    await tab.page.route(`${hubUnderTest().target.issuer}/authorize?**`, (route) => {
      const url = new URL(route.request().url());
      for (const [name, value] of Object.entries({ tenant: 'acme', sub: 'ada' })) url.searchParams.set(name, value);
      return route.fulfill({ status: 302, headers: { location: url.href } });
    });
    await tab.page.getByRole('button', { name: 'Sign in' }).click();
    await tab.page.getByText('Only a sandbox has personas').waitFor();
    expect(await tab.page.getByRole('button', { name: 'Publish once' }).count()).toBe(0);
  });

  it.each([
    ['light', undefined],
    ['dark', PHONE],
  ] as const)('is accessible in %s, with outcomes shown', async (colorScheme, viewport) => {
    const tab = await open({ colorScheme, ...(viewport !== undefined && { viewport }) });
    await publish(tab);
    expect(await tab.audit()).toEqual([]);
    expect(await tab.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  });
});
