import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../acceptance/wait.ts';
import { launchChromium } from '../chromium.ts';
import { ConsoleTab } from './console-tab.ts';
import { Felt, interactionToNextPaint, percentile, type Responsiveness } from './responsiveness.ts';
import { SteadyHub } from './steady-hub.ts';

/** LIVE_SECONDS=60 is the whole length; a shorter run shows the same per second. */
const SECONDS = Number(process.env['LIVE_SECONDS'] ?? 10);
const PER_SECOND = 500;

/** What people notice. Source: RAIL, and "Interaction to Next Paint". */
const NOTICED_MILLISECONDS = 100;

const MIB = 1024 * 1024;

/** What else a machine does is felt in a page. What the page does itself is felt every time. */
const MEASURED = { retry: 2 };

let browser: Browser;
let hub: SteadyHub;
let tab: ConsoleTab;

beforeAll(async () => {
  [browser, hub] = await Promise.all([launchChromium(), SteadyHub.start()]);
  hub.publish(1000);
  tab = await ConsoleTab.open(browser, {
    configure: (configuration) => ({ ...configuration, apiUrl: hub.apiUrl, socketUrl: hub.socketUrl }),
    bypassesPolicy: true,
  });
  await tab.connection('Live');
});

afterAll(async () => {
  await tab?.close();
  await Promise.all([browser?.close(), hub?.close()]);
});

const counted = async (page: Page, what: 'received' | 'shown' | 'kept'): Promise<number> =>
  Number(await page.locator(`[data-${what}]`).getAttribute(`data-${what}`));

const hasReceived = (count: number): Promise<true> =>
  waitFor(
    `${count} events to be counted`,
    async () => ((await counted(tab.page, 'received')) >= count ? true : undefined),
    { deadline: 120_000 },
  );

function report(what: string, felt: Responsiveness, heap: number): void {
  const { longTasks, interactions, layoutShift, frames } = felt;
  const [slowest] = [...interactions].sort((one, other) => other.duration - one.duration);
  const parts = [
    `${interactions.length} inputs of 16 ms and more, INP ${interactionToNextPaint(felt)} ms`,
    ...(slowest === undefined ? [] : [`the slowest ${slowest.duration} ms (${slowest.name})`]),
    `${longTasks.length} long tasks, the longest ${Math.round(Math.max(0, ...longTasks))} ms`,
    `layout shift ${layoutShift.toFixed(4)}`,
    `heap ${(heap / MIB).toFixed(1)} MiB`,
    ...(frames.length === 0
      ? []
      : [
          `${frames.length} frames, median ${percentile(frames, 50).toFixed(1)} ms, p95 ${percentile(frames, 95).toFixed(1)} ms`,
        ]),
  ];
  console.log(`Live, ${what}: ${parts.join('; ')}`);
}

describe('the page of live events under load', () => {
  it('begins with the recent past', async () => {
    await waitFor('the past', async () => ((await counted(tab.page, 'shown')) === 500 ? true : undefined));
    expect(await counted(tab.page, 'received')).toBe(0);
  });

  it(
    `counts each of ${PER_SECOND} events a second for ${SECONDS} s, and answers whoever works with it meanwhile`,
    MEASURED,
    async () => {
      const { page } = tab;
      const felt = await Felt.begin(page);
      const before = await felt.heap();
      const receivedBefore = await counted(page, 'received');
      let isOver = false;
      const publishing = hub.publishSteadily(PER_SECOND, SECONDS).finally(() => {
        isOver = true;
      });
      const grid = page.getByRole('grid');
      let besides = 0;
      for (let round = 0; !isOver; round += 1) {
        await grid.locator('[data-index="3"]').click();
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('PageDown');
        await page.getByRole('button', { name: 'Close' }).click();
        await page.getByRole('button', { name: 'Pause' }).click();
        await page.getByRole('searchbox', { name: 'Search' }).fill(round % 2 === 0 ? 'statuschanged' : '');
        await page.getByRole('button', { name: /^Resume/ }).click();
        await grid.hover();
        await page.mouse.wheel(0, 2000);
        await waitFor('the list to have been scrolled', async () =>
          (await page.evaluate<number>(`document.querySelector('[role="grid"]').scrollTop`)) > 0 ? true : undefined,
        );
        // One of each type: whatever is searched for, something is new.
        hub.publish(3);
        besides += 3;
        await page.getByRole('button', { name: /new$/ }).click();
      }
      const published = (await publishing) + besides;
      await hasReceived(receivedBefore + published);
      const after = await felt.heap();
      const what = await felt.take();
      report(`${PER_SECOND} events/s for ${SECONDS} s`, what, after);
      await page.getByRole('searchbox', { name: 'Search' }).fill('');
      expect(await counted(page, 'received')).toBe(receivedBefore + published);
      expect(after - before).toBeLessThan(16 * MIB + published * 2048);
      expect(interactionToNextPaint(what)).toBeLessThan(NOTICED_MILLISECONDS);
      expect(Math.max(0, ...what.longTasks)).toBeLessThan(NOTICED_MILLISECONDS);
      expect(what.layoutShift).toBeLessThan(0.01);
    },
  );

  it(
    'keeps 100,000 events and lets the oldest go, within bounds of memory, and scrolls through all of them smoothly',
    MEASURED,
    async () => {
      const { page } = tab;
      const before = await counted(page, 'received');
      await hub.publishQuickly(110_000);
      await hasReceived(before + 110_000);
      expect(await counted(page, 'received')).toBe(before + 110_000);
      const kept = await counted(page, 'kept');
      expect(kept).toBeGreaterThanOrEqual(99_000);
      expect(kept).toBeLessThanOrEqual(100_000);
      const felt = await Felt.begin(page);
      await felt.scroll('[role="grid"]', { by: 900, frames: 240 });
      await felt.scroll('[role="grid"]', { by: 40, frames: 120 });
      const what = await felt.take();
      const heap = await felt.heap();
      report(`${kept} events`, what, heap);
      expect(percentile(what.frames, 95)).toBeLessThan(NOTICED_MILLISECONDS / 2);
      expect(Math.max(0, ...what.longTasks)).toBeLessThan(NOTICED_MILLISECONDS);
      expect(heap).toBeLessThan(160 * MIB);
      await page.getByRole('grid').focus();
      await page.keyboard.press('End');
      const last = page.locator('[role="row"][data-active="true"]');
      await waitFor('the oldest row', async () => {
        const index = await last.getAttribute('aria-rowindex');
        return Number(index) === (await counted(page, 'shown')) + 1 ? true : undefined;
      });
    },
  );

  it('has complained of nothing', () => {
    expect(tab.complaints).toEqual([]);
  });
});
