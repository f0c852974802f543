import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { everyExample, newEvent } from '../../acceptance/events.ts';
import { publish, putOnBus, request, waitForHead } from '../../acceptance/hub.ts';
import { serviceToken, subscriptionPath } from '../../acceptance/subscription-routes.ts';
import { launchChromium } from '../chromium.ts';
import { ConsoleTab, type ConsoleTabOptions, EVERY_SCOPE, LAPTOP, PHONE } from './console-tab.ts';
import { PLACES } from './places.ts';

/** `npm run screenshots` puts what these tests see where README and docs show it. */
const IMAGES = process.env['SCREENSHOTS'] === undefined ? undefined : path.resolve('docs/images/console');

const DEVICES = { phone: PHONE, desktop: LAPTOP };
const SCHEMES = ['light', 'dark'] as const;

/** Pages in the states that one looks at. */
const SHOWN = [
  ...PLACES.map(({ name, place }) => ({ name: name.toLowerCase(), place: place as string })),
  { name: 'publish-form', place: '/publish?type=bank.transaction%3Acreated%40v1' },
  { name: 'catalogue-type', place: '/catalogue/bank.transaction%3Acreated%40v1' },
];

const FULL = { tenant: 'fjord', organizations: ['north'], user: 'nina', roles: ['clerk'], scopes: EVERY_SCOPE };

let browser: Browser;

beforeAll(async () => {
  if (IMAGES !== undefined) mkdirSync(IMAGES, { recursive: true });
  browser = await launchChromium();
  await fill(FULL.tenant);
});
afterAll(() => browser?.close());

/** A tenant with a little of everything: events for all, for some and for others, subscriptions, a refusal, a letter. */
async function fill(tenant: string): Promise<void> {
  const examples = everyExample(tenant).map(
    ({ correlationid: _1, causationid: _2, tracestate: _3, anextension: _4, ...event }) => event,
  );
  const events = Array.from({ length: 48 }, (_, index) => {
    const example = examples[(index * 7) % examples.length] ?? newEvent(tenant);
    return {
      ...example,
      id: crypto.randomUUID(),
      time: new Date(Date.now() - (48 - index) * 1700).toISOString(),
      actorid: ['nina.berg', 'ola', 'payment-service'][index % 3] ?? '',
      ...(index % 6 === 4 && { organizationids: 'south' }),
      ...(index % 9 === 5 && { roleids: 'clerk,auditor' }),
    };
  });
  await publish(events);
  await waitForHead(tenant, events.length);
  const token = await serviceToken(tenant);
  for (const [name, sequence] of [
    ['billing', 12],
    ['ledger-export', events.length],
    ['risk', 30],
  ] as const) {
    const filter = name === 'risk' ? { types: ['bank.*'] } : {};
    const body = JSON.stringify({ name, filter, cursor: { sequence: 0 } });
    await request('POST', '/subscriptions', { token, headers: { 'content-type': 'application/json' }, body });
    await request('POST', subscriptionPath(name, '/ack'), {
      token,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sequence }),
    });
  }
  // The bus is open to functions, and takes what the hub then sets aside.
  await putOnBus([newEvent(tenant, { data: { transactionId: 'no uuid' } })]);
}

type Device = keyof typeof DEVICES;

/** What a page shows when everything has come that it asks for. */
async function settle({ page }: ConsoleTab, name: string, device: Device): Promise<void> {
  await page.waitForLoadState('networkidle');
  if (name === 'live' && device === 'desktop') {
    await page.getByRole('row').filter({ hasText: 'message:posted' }).first().click();
    await page
      .getByRole('complementary')
      .or(page.getByRole('region', { name: 'Event' }))
      .first()
      .waitFor();
  }
  if (name === 'personas') {
    await page.getByRole('button', { name: 'Another organisation' }).click();
    await page.getByRole('button', { name: 'Publish once' }).click();
    await page.getByText('Not for this persona').first().waitFor();
    await page.evaluate('scrollTo(0, 0)');
  }
  if (name === 'health') await page.getByText('up to date').waitFor();
  // What is out of sight comes when one gets there.
  const waiting = `[...document.querySelectorAll('[aria-label^="Loading"]')]
    .filter((each) => each.getBoundingClientRect().top < innerHeight).length`;
  await expect.poll(() => page.evaluate(waiting), { timeout: 20_000 }).toBe(0);
}

async function openTab(options: ConsoleTabOptions): Promise<ConsoleTab> {
  const tab = await ConsoleTab.open(browser, options);
  onTestFinished(() => tab.close());
  return tab;
}

describe('every page of the console', { timeout: 180_000 }, () => {
  it.each((['phone', 'desktop'] as const).flatMap((device) => SCHEMES.map((scheme) => [device, scheme] as const)))(
    'is fit for everybody on a %s, %s',
    async (device, scheme) => {
      const tab = await openTab({ viewport: DEVICES[device], colorScheme: scheme, persona: FULL });
      const found: string[] = [];
      for (const { name, place } of SHOWN) {
        await tab.go(place);
        await settle(tab, name, device);
        if (IMAGES !== undefined) {
          await tab.page.screenshot({
            path: path.join(IMAGES, `${name}-${device}-${scheme}.png`),
            animations: 'disabled',
          });
        }
        found.push(...(await tab.audit()).map((violation) => `${name}: ${violation}`));
        const overflow = await tab.page.evaluate('document.documentElement.scrollWidth - innerWidth');
        if (Number(overflow) > 0) found.push(`${name}: ${overflow} pixels wider than the screen`);
      }
      expect(found).toEqual([]);
      expect(tab.complaints).toEqual([]);
    },
  );

  it.each([
    ['with nothing in it', {}],
    ['for somebody who may do nothing', { scopes: [] }],
  ])('is fit for everybody %s', async (_case, persona) => {
    const tab = await openTab({ viewport: PHONE, colorScheme: 'dark', persona });
    const found: string[] = [];
    for (const { name, place } of PLACES) {
      await tab.go(place);
      await tab.page.waitForLoadState('networkidle');
      found.push(...(await tab.audit()).map((violation) => `${name}: ${violation}`));
    }
    expect(found).toEqual([]);
    // A refusal is an answer that the browser writes down; nothing else may be.
    const others = tab.complaints.filter(
      (complaint) => !/the server responded with a status of 40[13]/.test(complaint),
    );
    expect(others.filter((complaint) => !complaint.includes('WebSocket connection to'))).toEqual([]);
  });
});
