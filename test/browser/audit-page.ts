import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong with a page for people who use it by other means than eyes and a mouse. */
export async function auditPage(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  return await page.evaluate(`axe.run().then(({ violations }) =>
    violations.map(({ id, help, nodes }) => id + ': ' + help + ' ' + nodes.map(({ html }) => html).join(' ')))`);
}
