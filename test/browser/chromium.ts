import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.mjs';
import type { ReceivedEvent } from '../acceptance/events.ts';
import { hubUnderTest } from '../acceptance/hub-under-test.ts';

export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Two pages of Chromium's own that each window loads for its address bar, which nobody sees here: half of the processor time
 * that opening a window takes.
 */
const UNSEEN_PAGES = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];

/** What Playwright 1.65 switches off. It is said once more, because of two such flags Chromium takes the last. */
const BY_PLAYWRIGHT = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
];

/** Flags of a browser that Playwright launches. */
export const LAUNCH_FLAGS = [...FLAGS, `--disable-features=${[...BY_PLAYWRIGHT, ...UNSEEN_PAGES].join(',')}`];

/** The browser of the machine: `CHROMIUM_PATH`, or the one that `npm test` has found or installed. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('Expected a Chromium on the PATH, or CHROMIUM_PATH to name one');
  return await chromium.launch({ executablePath, headless: true, args: LAUNCH_FLAGS });
}

/**
 * What a page of a user's does: opens a socket with nothing but what every browser has, and keeps what comes. It runs
 * in the browser, so it is text here.
 */
const SCRIPT = `
  const state = { frames: [], opened: undefined, closed: undefined };
  function connect(url, token) {
    const socket = new WebSocket(url, ['tidings.v1', 'bearer.' + token]);
    socket.onopen = () => { state.opened = { protocol: socket.protocol, url: socket.url }; };
    socket.onmessage = ({ data }) => { state.frames.push(JSON.parse(data)); };
    socket.onclose = ({ code }) => { state.closed = code; };
    window.socket = socket;
  }
  const events = () => state.frames.flatMap((frame) => frame.type === 'events' ? frame.events : []);
`;

/** A web page on this machine, for the browser to show. */
export interface WebPage {
  readonly url: string;
  close(): void;
}

/** Serves the page on an origin of its own. */
export async function servePage(): Promise<WebPage> {
  const html = `<!doctype html><meta charset="utf-8"><title>Tidings</title><script>${SCRIPT}</script>`;
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

/** A tab that shows the page. */
export class Tab {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Opens the page's socket, and waits until it is open. Answers the subprotocol that the hub has chosen. */
  async connect(token: string, types?: readonly string[]): Promise<string> {
    const url = new URL(hubUnderTest().target.socketUrl);
    if (types !== undefined) url.searchParams.set('types', types.join(','));
    await this.#page.evaluate(`connect(${JSON.stringify(url.href)}, ${JSON.stringify(token)})`);
    await this.#page.waitForFunction('state.opened !== undefined || state.closed !== undefined');
    const { opened, closed } = await this.state();
    if (opened === undefined) throw new Error(`The socket was closed with ${closed} before it was open`);
    return opened.protocol;
  }

  /** Sends a message and waits for the answer with its id. */
  async request(message: Readonly<Record<string, unknown>> & { readonly id: string }): Promise<unknown> {
    await this.#page.evaluate(`socket.send(${JSON.stringify(JSON.stringify(message))})`);
    const answer = `state.frames.find(({ id }) => id === ${JSON.stringify(message.id)})`;
    await this.#page.waitForFunction(`${answer} !== undefined`);
    return await this.#page.evaluate(answer);
  }

  /** Waits until at least this many events have arrived. */
  async events(least: number): Promise<readonly ReceivedEvent[]> {
    await this.#page.waitForFunction(`events().length >= ${least}`).catch(async (cause: unknown) => {
      throw new Error(`Expected ${least} events, found ${JSON.stringify(await this.state()).slice(0, 3000)}`, {
        cause,
      });
    });
    return await this.#page.evaluate('events()');
  }

  async state(): Promise<{ readonly opened?: { readonly protocol: string }; readonly closed?: number }> {
    return await this.#page.evaluate('state');
  }
}
