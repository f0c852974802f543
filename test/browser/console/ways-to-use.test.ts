import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { needs } from '../../acceptance/capabilities.ts';
import { newEvent, newTenant } from '../../acceptance/events.ts';
import { publish, request, tokenFor, waitForHead } from '../../acceptance/hub.ts';
import { buryGoodEvents } from '../../acceptance/operator.ts';
import { launchChromium } from '../chromium.ts';
import { ConsoleTab, type ConsoleTabOptions, LAPTOP } from './console-tab.ts';
import { PLACES } from './places.ts';
import { Felt } from './responsiveness.ts';
import { SteadyHub } from './steady-hub.ts';

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

/** A tenant with an event and a subscription. */
async function furnished(): Promise<string> {
  const tenant = newTenant('keyboard');
  await publish([newEvent(tenant, { id: 'first' })]);
  await waitForHead(tenant, 1);
  const token = await tokenFor({ tenant, scope: 'events:read subscriptions:write' });
  const body = JSON.stringify({ name: 'billing', filter: {}, cursor: { sequence: 0 } });
  await request('POST', '/subscriptions', { token, headers: { 'content-type': 'application/json' }, body });
  return tenant;
}

/** What has the focus: its role or element, its name, and whether one sees that it has it. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  const name = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent;
  // The field around an input, or what a link is drawn over, may show it instead.
  const isMarked = (style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  const drawn = [element, element.parentElement, element.parentElement?.parentElement].filter(Boolean);
  const isSeen = drawn.some((each) => isMarked(getComputedStyle(each))) || isMarked(getComputedStyle(element, '::after'));
  return { is: (element.getAttribute('role') ?? element.localName) + ' ' + name.trim().slice(0, 60), isSeen };
})()`;

interface Focused {
  readonly is: string;
  readonly isSeen: boolean;
}

/** More than anybody presses to come anywhere; a form has some twenty fields. */
const MOST_STEPS = 80;

/** Goes on by Tab until it is there, and sees on the way that the focus is never lost out of sight. */
async function tabTo(page: Page, wanted: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let step = 0; step < MOST_STEPS; step += 1) {
    await page.keyboard.press('Tab');
    const { is, isSeen } = await page.evaluate<Focused>(FOCUSED);
    passed.push(is);
    expect(isSeen || /^(body|html)/.test(is), `the focus is not seen on: ${is}`).toBe(true);
    if (wanted.test(is)) return;
  }
  throw new Error(`Tab does not lead to ${wanted}, but to ${passed.join(' | ')}`);
}

const focused = async (page: Page) => (await page.evaluate<Focused>(FOCUSED)).is;

describe('with the keyboard alone', () => {
  it('one opens an event, sees it in history, exports, and gets the focus back', async () => {
    const tab = await open({ persona: { tenant: await furnished() } });
    const { page } = tab;
    await page.locator('[role="row"][data-index]').first().waitFor();
    await tabTo(page, /^grid/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: 'Event' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await focused(page)).toMatch(/^grid/);

    await tab.go('/history?after=0');
    await page.locator('[role="row"][data-index]').first().waitFor();
    await tabTo(page, /^button Export/);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('up to number 1').waitFor();
    await page.evaluate('delete window.showSaveFilePicker; delete Window.prototype.showSaveFilePicker');
    await tabTo(page, /^button Export/);
    await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await focused(page)).toMatch(/^button Export/);
  });

  it('one publishes, and becomes another persona', async () => {
    const tab = await open({ place: '/publish' });
    const { page } = tab;
    await page.getByLabel('Transaction id').waitFor();
    await page.getByRole('heading', { level: 1 }).focus();
    await tabTo(page, /^button Publish$/);
    await page.keyboard.press('Enter');
    await page.getByText('Recorded as number 1').waitFor();

    await page.evaluate('document.activeElement.blur()');
    await page.getByRole('button', { name: /^You are/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    expect(await focused(page)).toMatch(/^button You are ada/);
    await page.keyboard.press('Enter');
    await tabTo(page, /^input User/);
    await page.keyboard.press('Control+A');
    await page.keyboard.type('grace');
    await tabTo(page, /^button Be this persona/);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'You are grace' }).waitFor();
  });

  it('one pauses a subscription, deletes it after a second thought, and reads the catalogue', async () => {
    const tab = await open({ persona: { tenant: await furnished() }, place: '/subscriptions' });
    const { page } = tab;
    await page.getByRole('link', { name: 'billing' }).waitFor();
    await tabTo(page, /^a billing/);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await tabTo(page, /^button Pause/);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    expect(await focused(page)).toMatch(/^button Resume/);
    await tabTo(page, /^button Delete/);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await focused(page)).toMatch(/^button Delete/);
    await page.keyboard.press('Enter');
    await dialog.waitFor();
    await page.keyboard.type('billing');
    await page.keyboard.press('Enter');
    await page.getByText('There are no subscriptions yet').waitFor();

    await tab.go('/catalogue');
    await page.getByRole('rowheader').first().waitFor();
    await tabTo(page, /^a Bank transaction created/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Bank transaction created' }).waitFor();
  });

  needs('dead-letters')('one sends letters back', async () => {
    const tab = await open({ place: '/catalogue' });
    const { page, persona } = tab;
    await buryGoodEvents(persona.tenant, 1);
    await tab.go('/health');
    const letter = page.getByRole('checkbox', { name: /^Choose letter 1/ });
    await expect
      .poll(async () => {
        await page.locator('button:not([aria-disabled="true"])', { hasText: 'Look again' }).press('Enter');
        await page.locator('button:not([aria-disabled="true"])', { hasText: 'Look again' }).waitFor();
        return await letter.count();
      })
      .toBe(1);
    await tabTo(page, /^input Choose letter 1/);
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Redrive 1 letter' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await tabTo(page, /^button Send back/);
    await page.keyboard.press('Enter');
    await page.getByText('1 letter sent back; none left').waitFor();
    await waitForHead(persona.tenant, 1);
  });
});

describe('on a small window, enlarged, or with less movement', () => {
  it.each([
    ['320 pixels wide', { width: 320, height: 640 }],
    ['a laptop at twice the size', { width: LAPTOP.width / 2, height: LAPTOP.height / 2 }],
  ])('no page is wider than %s, and all can be reached', async (_, viewport) => {
    const tab = await open({ viewport, persona: { tenant: await furnished() } });
    const { page } = tab;
    const wide: string[] = [];
    for (const place of [
      ...PLACES.map((each) => each.place),
      '/events/first',
      '/subscriptions?name=billing',
      '/publish?type=bank.transaction%3Acreated%40v1',
      '/catalogue/bank.transaction%3Acreated%40v1',
    ]) {
      await tab.go(place);
      await page.waitForLoadState('networkidle');
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      if (overflow > 0) wide.push(`${place} by ${overflow}`);
      // What is cut by an element that does not scroll cannot be read.
      const cut = await page.evaluate<readonly string[]>(`[...document.querySelectorAll('button, h1, h2, label')]
        .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 1 && getComputedStyle(each).overflowX === 'hidden')
        .map((each) => each.textContent)`);
      expect(cut, place).toEqual([]);
    }
    expect(wide).toEqual([]);
    expect(tab.complaints).toEqual([]);
  });

  it('nothing moves by itself where the system asks for that', async () => {
    const tab = await open();
    const { page } = tab;
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const moving: string[] = [];
    for (const { place } of PLACES) {
      await tab.go(place);
      const running = await page.evaluate<readonly string[]>(`document.getAnimations()
        .filter(({ effect, playState }) => playState === 'running' && effect.getComputedTiming().activeDuration > 100)
        .map(({ effect }) => effect.target?.className + ' ' + effect.getComputedTiming().activeDuration)`);
      moving.push(...running.map((each) => `${place}: ${each}`));
    }
    expect(moving).toEqual([]);
  });
});

describe('while events stream', () => {
  it.each([
    ['a laptop', LAPTOP],
    ['a phone', { width: 390, height: 844 }],
  ])('nothing moves that one reads, on %s', async (_, viewport) => {
    const hub = await SteadyHub.start();
    onTestFinished(() => hub.close());
    hub.publish(30);
    const tab = await open({
      viewport,
      configure: (configuration) => ({ ...configuration, apiUrl: hub.apiUrl, socketUrl: hub.socketUrl }),
      bypassesPolicy: true,
    });
    await tab.connection('Live');
    await tab.page.locator('[role="row"][data-index]').first().waitFor();
    const felt = await Felt.begin(tab.page);
    await hub.publishSteadily(50, 4);
    await expect
      .poll(() => tab.page.locator('[data-received]').getAttribute('data-received'), { timeout: 20_000 })
      .toBe('200');
    const { layoutShift } = await felt.take();
    console.log(`50 events/s: layout shift ${layoutShift.toFixed(4)}`);
    expect(layoutShift).toBeLessThan(0.01);
  });
});
