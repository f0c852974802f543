import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import lighthouse, { desktopConfig } from 'lighthouse';
import { type BrowserContext, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../../scripts/chromium.mjs';
import { FLAGS } from '../chromium.ts';
import { consoleUrl } from './console-tab.ts';
import { PLACES } from './places.ts';

/** Points out of a hundred that every page has at least. */
const LEAST = 95;

/** A phone's speed is calculated from how long this machine took, four times over: what else runs here counts as well. */
const LEAST_SPEED_OF_A_PHONE = 90;

/** Lighthouse's own phone is slowed down by calculation, so that a busy machine is not taken for a slow page. */
const DEVICES = { phone: undefined, desktop: desktopConfig };

let context: BrowserContext;
let folder: string;
let port: number;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tidings-lighthouse-'));
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('Expected a Chromium on the PATH, or CHROMIUM_PATH to name one');
  context = await chromium.launchPersistentContext(folder, {
    executablePath,
    headless: true,
    args: [...FLAGS, '--remote-debugging-port=0'],
  });
  // Chromium writes down which port it has taken.
  port = Number(readFileSync(path.join(folder, 'DevToolsActivePort'), 'utf8').split('\n')[0]);
});
afterAll(async () => {
  await context?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `LIGHTHOUSE=all` tries every page on both devices; else a phone shows the page that one comes to first. */
const CASES = (['desktop', 'phone'] as const).flatMap((device) =>
  PLACES.filter(({ place }) => device === 'desktop' || place === '/live' || process.env['LIGHTHOUSE'] === 'all').map(
    ({ name, place }) => [name, place, device] as const,
  ),
);

describe('Lighthouse', () => {
  it.each(CASES)(
    'gives %s (%s), on a %s, full marks or nearly',
    { timeout: 120_000, retry: 2 },
    async (_name, place, device) => {
      const result = await lighthouse(
        `${consoleUrl()}#${place}`,
        { port, onlyCategories: ['performance', 'accessibility', 'best-practices'], logLevel: 'error', output: 'json' },
        DEVICES[device],
      );
      const { categories, audits } = result?.lhr ?? { categories: {}, audits: {} };
      const scores = Object.values(categories).map(({ id, score }) => [id, Math.round((score ?? 0) * 100)] as const);
      const lost = Object.values(audits)
        .filter(({ score }) => score !== null && score < 0.9)
        .map(({ id, displayValue }) => `${id} ${displayValue ?? ''}`.trim());
      console.log(
        `Lighthouse ${place} ${device}: ${scores.map(([id, score]) => `${id} ${score}`).join(', ')}; ${lost.join(', ')}`,
      );
      expect(scores.map(([id]) => id).toSorted()).toEqual(['accessibility', 'best-practices', 'performance']);
      expect(
        scores.filter(
          ([id, score]) => score < (id === 'performance' && device === 'phone' ? LEAST_SPEED_OF_A_PHONE : LEAST),
        ),
        lost.join(', '),
      ).toEqual([]);
    },
  );
});
