import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe finds wrong with a page for people who use it by other means than eyes and a mouse.
 * @param without rules that do not fit the page
 */
export async function auditPage(page: Page, without: readonly string[] = []): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const rules = JSON.stringify(Object.fromEntries(without.map((rule) => [rule, { enabled: false }])));
  return await page.evaluate(`axe.run({ rules: ${rules} }).then(({ violations }) =>
    violations.map(({ id, help, nodes }) => id + ': ' + help + ' ' + nodes.map(({ html }) => html).join(' ')))`);
}
