import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hubUnderTest } from '../../acceptance/hub-under-test.ts';
import { keepSecret } from '../../acceptance/secrets.ts';
import { launchChromium } from '../chromium.ts';
import { HubProxy } from '../hub-proxy.ts';
import { ConsoleTab, type ConsoleTabOptions, consoleUrl, EVERY_SCOPE, PHONE } from './console-tab.ts';
import { PLACES } from './places.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

async function open(options?: ConsoleTabOptions): Promise<ConsoleTab> {
  const tab = await ConsoleTab.open(browser, options);
  onTestFinished(() => tab.close());
  return tab;
}

describe('the console', () => {
  it.each(['laptop', 'phone'])(
    'leads to every page by its navigation, on a %s, and complains of nothing',
    async (device) => {
      const tab = await open({ place: '/nowhere', ...(device === 'phone' && { viewport: PHONE }) });
      for (const { name, place } of PLACES) {
        await tab.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click();
        await tab.page.getByRole('heading', { level: 1, name }).waitFor();
        expect(new URL(tab.page.url()).hash).toBe(`#${place}`);
        const hasFocus = await tab.page.evaluate(`document.activeElement?.tagName`);
        expect(hasFocus).toBe('H1');
        const overflow = await tab.page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(overflow).toBeLessThanOrEqual(0);
      }
      expect(tab.complaints).toEqual([]);
    },
  );

  it('can be walked through with the keyboard alone, past the navigation', async () => {
    const tab = await open();
    await tab.page.evaluate('document.activeElement.blur()');
    await tab.page.keyboard.press('Tab');
    await tab.page.getByRole('button', { name: 'Skip to content' }).press('Enter');
    expect(await tab.page.evaluate('document.activeElement.id')).toBe('main');
  });

  it('says where there is no such page', async () => {
    const tab = await open({ place: '/nowhere' });
    expect(await tab.heading()).toBe('There is no such page');
  });

  it('is dark or light as the system is, until somebody chooses, and keeps that', async () => {
    const tab = await open({ colorScheme: 'dark' });
    const background = () => tab.page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const dark = await background();
    await tab.page.getByRole('button', { name: "Theme: the system's" }).click();
    await tab.page.getByRole('button', { name: 'Theme: light' }).waitFor();
    const light = await background();
    expect(light).not.toBe(dark);
    await tab.page.reload();
    await tab.heading();
    expect(await background()).toBe(light);
  });

  it('makes another session for another persona, and keeps who that is for the tab', async () => {
    const tab = await open();
    await tab.connection('Live');
    await tab.page.getByRole('button', { name: 'You are ada' }).click();
    const dialog = tab.page.getByRole('dialog', { name: 'Who looks' });
    await dialog.getByLabel('User').fill('grace');
    await dialog.getByRole('button', { name: 'Be this persona' }).click();
    await tab.page.getByRole('button', { name: 'You are grace' }).waitFor();
    await tab.connection('Live');
    await tab.page.reload();
    await tab.page.getByRole('button', { name: 'You are grace' }).waitFor();
    expect(tab.complaints).toEqual([]);
  });
});

describe('the console without a network', () => {
  it('says so, keeps what is shown, and is live again when the network is back', async () => {
    const proxy = await HubProxy.start();
    onTestFinished(() => proxy.close());
    const tab = await open({
      configure: (configuration) => ({ ...configuration, socketUrl: proxy.url }),
      bypassesPolicy: true,
    });
    await tab.connection('Live');
    await tab.context.setOffline(true);
    proxy.kill();
    await tab.page.getByText('There is no network').waitFor();
    await tab.connection('Offline');
    await tab.context.setOffline(false);
    await tab.connection('Live');
    expect(await tab.page.getByText('There is no network').count()).toBe(0);
  });
});

describe('the console with tokens that end', () => {
  it('goes on over the end of each, as long as there is a next one', async () => {
    const tab = await open({ persona: { tokenSeconds: 12 } });
    await tab.connection('Live');
    const { tokenUrl } = hubUnderTest().target;
    let renewed = 0;
    tab.page.on('response', (response) => {
      if (response.url() === tokenUrl && response.ok()) renewed += 1;
    });
    await expect.poll(() => renewed, { timeout: 60_000 }).toBeGreaterThanOrEqual(2);
    await tab.connection('Live');
    expect(tab.complaints).toEqual([]);
  });
});

describe('signing in at a deployed hub', () => {
  /** As the stack writes it: nothing of a sandbox. */
  const deployed = ({ sandbox: _, ...configuration }: Readonly<Record<string, unknown>>) => configuration;

  async function signIn(claims: Readonly<Record<string, string>>): Promise<ConsoleTab> {
    const tab = await open({ configure: deployed });
    // The sandbox's issuer gives the claims that it is asked for; people's own issuers know theirs.
    await tab.page.route(
      `${hubUnderTest().target.issuer}/authorize?**`,
      (route) => {
        const url = new URL(route.request().url());
        for (const [name, value] of Object.entries(claims)) url.searchParams.set(name, value);
        return route.fulfill({ status: 302, headers: { location: url.href } });
      },
      { times: 1 },
    );
    await tab.page.getByRole('button', { name: 'Sign in' }).click();
    await tab.connection('Live');
    return tab;
  }

  const claims = {
    tenant: 'acme',
    organization: 'north',
    sub: 'ada',
    roles: 'admin',
    scope: `openid ${EVERY_SCOPE.join(' ')}`,
  };

  it('asks for it, comes back where one was, and leaves neither code nor token in the address', async () => {
    const tab = await open({ configure: deployed, place: '/history' });
    expect(await tab.page.getByRole('button', { name: 'Sign in' }).count()).toBe(1);
    const visited: string[] = [];
    tab.page.on('framenavigated', (frame) => visited.push(frame.url()));
    await tab.page.getByRole('button', { name: 'Sign in' }).click();
    await tab.page.getByRole('heading', { level: 1, name: 'History' }).waitFor();
    const url = new URL(tab.page.url());
    expect([url.search, url.hash]).toEqual(['', '#/history']);
    expect(visited.some((address) => /access_token|id_token|eyJ/.test(address))).toBe(false);
  });

  it('keeps tokens for the tab only, across a reload, and forgets them with a sign-out', async () => {
    const tab = await signIn(claims);
    const kept = () =>
      tab.page.evaluate('[JSON.stringify(sessionStorage), JSON.stringify(localStorage), document.cookie]');
    const [session, local, cookie] = (await kept()) as [string, string, string];
    expect(session).toContain('access_token');
    expect(local).not.toContain('access_token');
    expect(cookie).toBe('');
    const token = /access_token[\\":]+(eyJ[\w.-]+)/.exec(session)?.[1] ?? '';
    expect(token).not.toBe('');
    keepSecret('token', token);
    await tab.page.reload();
    await tab.connection('Live');
    const asked: URL[] = [];
    tab.page.on('request', (request) => asked.push(new URL(request.url())));
    await tab.page.getByRole('button', { name: 'You are ada' }).click();
    await tab.page.getByRole('button', { name: 'Sign out' }).click();
    await tab.page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(((await kept()) as string[]).join()).not.toContain('access_token');
    const end = asked.find(({ pathname }) => pathname === '/endsession');
    expect(end?.searchParams.get('client_id')).toBe('tidings-console');
    expect(asked.filter(({ href }) => /eyJ/.test(href)).map(({ pathname }) => pathname)).toEqual([]);
    // Its refresh token would outlive the tab.
    expect(asked.map(({ pathname }) => pathname)).toContain('/revoke');
  });

  it('says that a session has ended once the issuer says so, keeps what is shown, and offers to sign in again', async () => {
    const tab = await signIn({ ...claims, expires_in: '8' });
    let refusals = 0;
    await tab.page.route(hubUnderTest().target.tokenUrl, (route) => {
      refusals += 1;
      return route.fulfill({ status: 503, json: { error: 'temporarily_unavailable' } });
    });
    await expect.poll(() => refusals, { timeout: 60_000 }).toBeGreaterThan(1);
    expect(await tab.page.getByText('Your session has ended').count(), 'an issuer that is busy').toBe(0);
    await tab.page.unroute(hubUnderTest().target.tokenUrl);
    await tab.page.route(hubUnderTest().target.tokenUrl, (route) =>
      route.fulfill({ status: 400, json: { error: 'invalid_grant' } }),
    );
    await tab.page.getByText('Your session has ended').waitFor({ timeout: 60_000 });
    await tab.connection('Signed out');
    expect(await tab.heading()).toBe('Live');
    await tab.page.unroute(hubUnderTest().target.tokenUrl);
    await tab.page.getByRole('button', { name: 'Sign in again' }).click();
    await tab.page.getByRole('button', { name: /You are/ }).waitFor();
    await tab.page.getByText('Your session has ended').waitFor({ state: 'detached' });
  });

  it('says what the issuer answered when it refuses', async () => {
    const tab = await open({ configure: deployed });
    await tab.page.route(`${hubUnderTest().target.issuer}/authorize?**`, (route) => {
      const state = new URL(route.request().url()).searchParams.get('state') ?? '';
      const location = `${consoleUrl()}?error=access_denied&error_description=not+for+you&state=${state}`;
      return route.fulfill({ status: 302, headers: { location } });
    });
    await tab.page.getByRole('button', { name: 'Sign in' }).click();
    await tab.page.getByText('Signing in failed').waitFor();
    await tab.page.getByText('not for you').waitFor();
    expect(new URL(tab.page.url()).search).toBe('');
  });
});
