import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newEvent, newTenant } from '../../acceptance/events.ts';
import { publish, waitForHead } from '../../acceptance/hub.ts';
import { hubUnderTest } from '../../acceptance/hub-under-test.ts';
import { keepSecret } from '../../acceptance/secrets.ts';
import { launchChromium } from '../chromium.ts';
import { type Configuration, ConsoleTab, consoleUrl, EVERY_SCOPE } from './console-tab.ts';
import { PLACES } from './places.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** Three parts in base64url, the first of which is JSON: what every token of this hub looks like. */
const TOKEN = /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/;

/** Everything that a page can leave behind, but for `sessionStorage`. */
const LEFT = `(async () => JSON.stringify({
  local: { ...localStorage },
  cookie: document.cookie,
  databases: (await indexedDB.databases()).map(({ name }) => name),
  caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  referrer: document.referrer,
  state: history.state,
  name: window.name,
  address: location.href,
}))()`;

interface Left {
  readonly local: Readonly<Record<string, string>>;
  readonly cookie: string;
  readonly databases: readonly string[];
  readonly caches: readonly string[];
  readonly workers: number;
  readonly referrer: string;
}

/** What goes out of a browser, and what is written where somebody can read it. */
class Overheard {
  /** Addresses, with those of sockets and of pages. */
  readonly addresses: string[] = [];
  readonly referrers: string[] = [];
  readonly written: string[] = [];
  readonly violations: string[] = [];

  static async begin(context: BrowserContext): Promise<Overheard> {
    const heard = new Overheard();
    await context.exposeFunction('tellViolation', (text: string) => heard.violations.push(text));
    await context.addInitScript(
      `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => tellViolation(violatedDirective + ' ' + blockedURI))`,
    );
    context.on('request', (request) => {
      heard.addresses.push(request.url());
      const { referer } = request.headers();
      if (referer !== undefined) heard.referrers.push(referer);
    });
    context.on('console', (message) => heard.written.push(message.text()));
    for (const page of context.pages()) heard.#listen(page);
    return heard;
  }

  #listen(page: Page): void {
    page.on('websocket', (socket) => this.addresses.push(socket.url()));
    page.on('framenavigated', (frame) => this.addresses.push(frame.url()));
  }

  /** Whatever has a token in it. */
  get secrets(): readonly string[] {
    return [...this.addresses, ...this.referrers, ...this.written].filter((text) => TOKEN.test(text));
  }
}

/** Sees every page of the console, with an event, and copies it. @returns what was copied */
async function walk(tab: ConsoleTab, id: string): Promise<readonly string[]> {
  const { page } = tab;
  for (const { name, place } of PLACES) {
    await tab.go(place);
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.waitForLoadState('networkidle');
  }
  await tab.go(`/events/${id}`);
  const copied: string[] = [];
  for (const name of ['curl', 'TypeScript', 'JSON']) {
    const button = page.getByRole('button', { name });
    await button.click();
    await button.getByText('Copied').waitFor({ state: 'attached' });
    copied.push(await page.evaluate<string>('navigator.clipboard.readText()'));
  }
  return copied;
}

async function leaves(page: Page): Promise<void> {
  const text = await page.evaluate<string>(LEFT);
  expect(text).not.toMatch(TOKEN);
  const { local, cookie, databases, caches, workers, referrer } = JSON.parse(text) as Left;
  expect(Object.keys(local).filter((key) => !['tidings.theme'].includes(key))).toEqual([]);
  expect({ cookie, databases, caches, workers, referrer }).toEqual({
    cookie: '',
    databases: [],
    caches: [],
    workers: 0,
    referrer: '',
  });
}

const keysOf = (page: Page) => page.evaluate<readonly string[]>('Object.keys(sessionStorage).sort()');
const sessionOf = (page: Page) => page.evaluate<string>('JSON.stringify({ ...sessionStorage })');

/** A tenant with one event. */
async function tenantWithEvent(id: string): Promise<string> {
  const tenant = newTenant('secrets');
  await publish([newEvent(tenant, { id })]);
  await waitForHead(tenant, 1);
  return tenant;
}

describe('the token of a persona', () => {
  it('is in no address, in nothing that is kept, logged or copied, on any page', async () => {
    const tenant = await tenantWithEvent('seen');
    const tab = await ConsoleTab.open(browser, { persona: { tenant }, place: '/nowhere' });
    onTestFinished(() => tab.close());
    const heard = await Overheard.begin(tab.context);
    await tab.page.reload();
    await tab.connection('Live');
    const copied = await walk(tab, 'seen');
    expect(copied.filter((text) => TOKEN.test(text))).toEqual([]);
    expect(heard.addresses.some((url) => url.startsWith(hubUnderTest().target.socketUrl))).toBe(true);
    expect(heard.secrets).toEqual([]);
    expect(heard.violations).toEqual([]);
    await leaves(tab.page);
    expect(await tab.context.cookies()).toEqual([]);
    expect(await sessionOf(tab.page)).not.toMatch(TOKEN);
    // Who one is there, which is no secret.
    expect((await keysOf(tab.page)).filter((key) => !/^tidings\.personas?$|^tsr-scroll/.test(key))).toEqual([]);
    expect(tab.complaints).toEqual([]);
  });
});

describe('the tokens of somebody who has signed in', () => {
  const deployed = ({ sandbox: _, ...configuration }: Configuration) => configuration;

  it('are in the session of the tab and nowhere else, and nowhere after the sign-out', async () => {
    const tenant = await tenantWithEvent('seen');
    const tab = await ConsoleTab.open(browser, { configure: deployed, place: '/nowhere' });
    onTestFinished(() => tab.close());
    const { page, context } = tab;
    const heard = await Overheard.begin(context);
    // The sandbox's issuer gives the claims that it is asked for; people's own issuers know theirs.
    await page.route(`${hubUnderTest().target.issuer}/authorize?**`, (route) => {
      const url = new URL(route.request().url());
      const claims = { tenant, organization: 'north', sub: 'ada', scope: `openid ${EVERY_SCOPE.join(' ')}` };
      for (const [name, value] of Object.entries(claims)) url.searchParams.set(name, value);
      return route.fulfill({ status: 302, headers: { location: url.href } });
    });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await tab.connection('Live');
    // It is of the test, and not of the page.
    await page.evaluate(`sessionStorage.removeItem('tidings.persona')`);
    const copied = await walk(tab, 'seen');
    expect(copied.filter((text) => TOKEN.test(text))).toEqual([]);
    await leaves(page);
    const kept = await keysOf(page);
    expect(kept.filter((key) => !/^tidings\.user:|^tsr-scroll/.test(key))).toEqual([]);
    const session = await sessionOf(page);
    expect(session).toMatch(TOKEN);
    for (const [token] of session.matchAll(new RegExp(TOKEN, 'g'))) keepSecret('token', token);

    await page.getByRole('button', { name: 'You are ada' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(new URL(page.url()).origin).toBe(new URL(consoleUrl()).origin);
    expect(await sessionOf(page)).not.toMatch(TOKEN);
    expect((await keysOf(page)).filter((key) => !/^tidings\.persona$|^tsr-scroll/.test(key))).toEqual([]);
    await leaves(page);
    expect(heard.secrets).toEqual([]);
    expect(heard.violations).toEqual([]);
  });
});
