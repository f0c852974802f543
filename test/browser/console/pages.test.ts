import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { everyExample, newEvent } from '../../acceptance/events.ts';
import { publish, putOnBus, request, waitForHead } from '../../acceptance/hub.ts';
import { serviceToken, subscriptionPath } from '../../acceptance/subscription-routes.ts';
import { launchChromium } from '../chromium.ts';
import { ConsoleTab, EVERY_SCOPE, LAPTOP, PHONE } from './console-tab.ts';
import { PLACES } from './places.ts';

/** `npm run screenshots` puts what these tests see where README and docs show it. */
const IMAGES = process.env['SCREENSHOTS'] === undefined ? undefined : path.resolve('docs/images/console');

const DEVICES = { phone: PHONE, desktop: LAPTOP };
const SCHEMES = ['light', 'dark'] as const;

/** Pages in the states that one looks at; what is done first, where there is nothing to see without. */
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
    const body = JSON.stringify({ name, filter: name === 'risk' ? { types: ['bank.*'] } : {} });
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

async function open(
  name: string,
  place: string,
  tenant: string | undefined,
  device: keyof typeof DEVICES,
  colorScheme: 'light' | 'dark',
) {
  const persona = tenant === undefined ? {} : FULL;
  const tab = await ConsoleTab.open(browser, { place, viewport: DEVICES[device], colorScheme, persona });
  onTestFinished(() => tab.close());
  await tab.page.waitForLoadState('networkidle');
  if (name === 'live' && device === 'desktop' && tenant !== undefined) {
    await tab.page.getByRole('row').last().click();
    await tab.page.waitForLoadState('networkidle');
  }
  return tab;
}

const CASES = SHOWN.flatMap(({ name, place }) =>
  (['phone', 'desktop'] as const).flatMap((device) => SCHEMES.map((scheme) => [name, device, scheme, place] as const)),
);

describe('a page of the console', () => {
  it.each(CASES)('is fit for everybody: %s on a %s, %s', async (name, device, scheme, place) => {
    const tab = await open(name, place, FULL.tenant, device, scheme);
    if (IMAGES !== undefined) {
      await tab.page.screenshot({ path: path.join(IMAGES, `${name}-${device}-${scheme}.png`), animations: 'disabled' });
    }
    expect(await tab.audit()).toEqual([]);
    expect(await tab.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(tab.complaints).toEqual([]);
  });

  it.each(PLACES.map(({ name, place }) => [name, place] as const))(
    'is fit for everybody with nothing in it: %s',
    async (name, place) => {
      const tab = await open(name.toLowerCase(), place, undefined, 'phone', 'dark');
      expect(await tab.audit()).toEqual([]);
      expect(tab.complaints).toEqual([]);
    },
  );

  it.each(PLACES.map(({ name, place }) => [name, place] as const))(
    'says so, and names what is missing, where one may do nothing: %s',
    async (_name, place) => {
      const tab = await ConsoleTab.open(browser, { place, persona: { scopes: [] } });
      onTestFinished(() => tab.close());
      await tab.page.waitForLoadState('networkidle');
      expect(await tab.audit()).toEqual([]);
      expect(tab.complaints.filter((complaint) => complaint.startsWith('uncaught'))).toEqual([]);
    },
  );
});
