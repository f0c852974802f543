import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { waitFor } from '../acceptance/wait.ts';
import type { PageRecord } from './page-record.ts';

/** What a test can read of a page's record. */
export type Written = Pick<PageRecord, 'handled' | 'states' | 'told' | 'lifecycle' | 'lengths' | 'longestTask'>;

/** A tab that shows one of the pages of this folder. */
export class AppTab {
  readonly page: Page;
  readonly #cdp: CDPSession;

  private constructor(page: Page, cdp: CDPSession) {
    this.page = page;
    this.#cdp = cdp;
  }

  static async open(context: BrowserContext, address: string): Promise<AppTab> {
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const tab = new AppTab(page, await context.newCDPSession(page));
    await page.goto(address);
    return tab;
  }

  async record(): Promise<Written> {
    return await this.page.evaluate('JSON.parse(JSON.stringify(record))');
  }

  /** Waits until an expression, in the page, is true. Asks from outside: a page that is not seen has slow timers. */
  async until(what: string, expression: string): Promise<void> {
    let seen = '';
    const probe = async (): Promise<true | undefined> => {
      if ((await this.page.evaluate(`Boolean(${expression})`)) === true) return true;
      seen = JSON.stringify(await this.record()).slice(0, 2000);
      return undefined;
    };
    await waitFor(what, probe, { lastSeen: () => `The page has written down: ${seen}` });
  }

  isLive(): Promise<void> {
    return this.until('the page to be live', `record.states.at(-1) === 'live'`);
  }

  hasHandled(id: string): Promise<void> {
    return this.until(`the event ${id}`, `record.handled.includes(${JSON.stringify(id)})`);
  }

  /** Ids of the events in the list that the page shows, from top to bottom. */
  async shown(): Promise<readonly string[]> {
    return await this.page.evaluate(`[...document.querySelectorAll('#events li')].map(({ id }) => id)`);
  }

  /** The lid: the browser runs nothing of the page any more, and lets nothing through to its server. */
  async sleep(): Promise<void> {
    await this.offline(true);
    await this.#cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
  }

  /** The page goes on, and somebody looks at it. */
  async wake(): Promise<void> {
    await this.page.bringToFront();
    await this.#cdp.send('Page.setWebLifecycleState', { state: 'active' });
  }

  async offline(isOffline: boolean): Promise<void> {
    await this.#cdp.send('Network.emulateNetworkConditions', {
      offline: isOffline,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
    });
  }
}
