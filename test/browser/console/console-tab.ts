import type { Browser, BrowserContext, Page } from 'playwright-core';
import { hubUnderTest } from '../../acceptance/hub-under-test.ts';
import { keepSecret } from '../../acceptance/secrets.ts';
import { auditPage } from '../audit-page.ts';

/** Somebody whom the sandbox gives real tokens for; the page chooses it as a person would, and keeps it for the tab. */
export interface Persona {
  readonly tenant: string;
  readonly organizations: readonly string[];
  readonly user: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly tokenSeconds: number;
}

/** What the page finds in `config.json`. */
export type Configuration = Readonly<Record<string, unknown>>;

export interface ConsoleTabOptions {
  /** Who looks; what is left out is an operator of a tenant that no other test has. */
  readonly persona?: Partial<Persona>;
  /** URL of the console. @default that of the hub under test */
  readonly at?: string;
  /** Where it begins. @default '/live' */
  readonly place?: string;
  /** In CSS pixels. @default a laptop */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** @default 'light' */
  readonly colorScheme?: 'light' | 'dark';
  /** Another `config.json` than the hub's. What it leads to must be let in by the policy, or {@link bypassesPolicy}. */
  readonly configure?: (configuration: Configuration) => Configuration;
  /** Without the content security policy, for tests that put something between the page and its hub. */
  readonly bypassesPolicy?: boolean;
}

export const PHONE = { width: 390, height: 844 };
export const LAPTOP = { width: 1280, height: 800 };

export const EVERY_SCOPE = [
  'events:read',
  'subscriptions:write',
  'operations:read',
  'operations:write',
  'bank',
  'community',
];

/** A tab of a browser of its own that shows the console of the hub under test, over everything that it complains of. */
export class ConsoleTab {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly persona: Persona;
  /** Errors and warnings that the page wrote, uncaught ones, and what the content security policy has refused. */
  readonly complaints: string[] = [];

  private constructor(context: BrowserContext, page: Page, persona: Persona) {
    this.context = context;
    this.page = page;
    this.persona = persona;
    page.on('console', (message) => {
      const text = message.text();
      // What the browser says of a page that is left while its socket is being opened.
      if (text.includes('WebSocket is closed before the connection is established')) return;
      if (['error', 'warning'].includes(message.type())) this.complaints.push(`${message.type()}: ${text}`);
    });
    page.on('pageerror', (error) => this.complaints.push(`uncaught: ${error.message}`));
    // Tokens are in the requests that the page makes; no log may repeat one.
    page.on('request', (request) => {
      const token = request.headers()['authorization']?.replace(/^bearer /i, '');
      if (token !== undefined && token.length > 40) keepSecret('token', token);
    });
  }

  static async open(browser: Browser, options: ConsoleTabOptions = {}): Promise<ConsoleTab> {
    const { place = '/live', viewport = LAPTOP, colorScheme = 'light', bypassesPolicy = false } = options;
    const context = await browser.newContext({
      viewport,
      colorScheme,
      bypassCSP: bypassesPolicy,
      hasTouch: viewport.width < 700,
      isMobile: viewport.width < 700,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const persona = personaOf(options.persona);
    await context.addInitScript(
      `if (!sessionStorage.getItem('tidings.persona')) sessionStorage.setItem('tidings.persona', ${JSON.stringify(JSON.stringify(persona))})`,
    );
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const tab = new ConsoleTab(context, page, persona);
    if (options.configure !== undefined) await tab.#reconfigure(options.configure);
    await page.goto(`${options.at ?? consoleUrl()}#${place}`);
    await tab.heading();
    return tab;
  }

  /** Opens another page of the console, as a link does. */
  async go(place: string): Promise<void> {
    // Another page has another heading; the old one may stay for a moment.
    await this.page.evaluate(`{
      const pathOf = (hash) => hash.split('?')[0];
      const isOther = pathOf(location.hash) !== pathOf(${JSON.stringify(`#${place}`)});
      if (isOther) document.querySelector('h1')?.setAttribute('data-left', '');
    }`);
    await this.page.evaluate(`location.hash = ${JSON.stringify(place)}`);
    await this.heading();
  }

  /** The heading of the page that is shown, once there is one. */
  async heading(): Promise<string> {
    return (await this.page.locator('h1:not([data-left])').first().innerText()).trim();
  }

  /** Waits for what the header says of the connection, such as `Live`. */
  async connection(word: string): Promise<void> {
    await this.page.getByRole('status', { name: `Connection: ${word}` }).waitFor();
  }

  /** What axe finds. A link of the navigation that is scrolled out of sight is no skip link, though its page is a fragment. */
  audit(): Promise<readonly string[]> {
    return auditPage(this.page, ['skip-link']);
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  async #reconfigure(configure: (configuration: Configuration) => Configuration): Promise<void> {
    await this.page.route('**/config.json', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: configure((await answer.json()) as Configuration) });
    });
  }
}

/** Where the console of the hub under test is. @throws Error where it has none */
export function consoleUrl(): string {
  const { consoleUrl: url } = hubUnderTest().target;
  if (url === undefined) throw new Error('Expected a target with "consoleUrl": a hub whose environment has a console');
  return url;
}

const personaOf = (given: Partial<Persona> = {}): Persona => ({
  tenant: `console-${crypto.randomUUID()}`,
  organizations: ['north'],
  user: 'ada',
  roles: ['admin'],
  scopes: EVERY_SCOPE,
  tokenSeconds: 3600,
  ...given,
});
