import { createDelivery, type DeliveryOptions, memoryCursorStore, type Surroundings } from '@tidings/client';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest';
import { launchChromium, servePage, type WebPage } from '../browser/chromium.ts';
import { openNodeSocket } from '../chaos/node-socket.ts';
import { needs } from './capabilities.ts';
import { newEvent, newTenant, type SentEvent } from './events.ts';
import { publish, readAll, tokenFor } from './hub.ts';
import { hubUnderTest } from './hub-under-test.ts';
import { numbers } from './pages.ts';
import { SubscriptionRoutes, serviceToken } from './subscription-routes.ts';
import { waitFor } from './wait.ts';

const clients = needs('socket-authorizer', 'subprotocol-echo');
const QUICK = { backoffBase: 50, backoffCap: 200 };

const many = (count: number, tenant: string): readonly SentEvent[] =>
  Array.from({ length: count }, (_, index) =>
    newEvent(tenant, index % 3 === 0 ? { type: 'community.member:left@v1' } : { organizationids: `o${index % 3}` }),
  );

/** Publishes so that much is under way at once. */
async function publishBursts(events: readonly SentEvent[], afterEach: (burst: number) => void = () => {}) {
  for (let at = 0; at < events.length; at += 20) {
    await publish(events.slice(at, at + 20));
    afterEach(at / 20);
  }
}

/** The client in Node, what it was given, and a way to break its sockets. */
function startClient(options: Partial<DeliveryOptions>) {
  const delivered: string[] = [];
  const told: string[] = [];
  const breaks = new Set<() => void>();
  const openSocket: Surroundings['openSocket'] = (url, protocols, events) => {
    let isBroken = false;
    const socket = openNodeSocket(url, protocols, {
      opened: () => isBroken || events.opened(),
      received: (text) => isBroken || events.received(text),
      closed: (code, reason) => isBroken || events.closed(code, reason),
    });
    breaks.add(() => {
      isBroken = true;
      socket.close();
      events.closed(1006, '');
    });
    return socket;
  };
  const delivery = createDelivery({
    url: hubUnderTest().target.socketUrl,
    strict: true,
    timing: QUICK,
    surroundings: { openSocket },
    onEvent: ({ id }) => delivered.push(id),
    onReset: (reset) => told.push(`reset: ${JSON.stringify(reset)}`),
    onError: ({ message }) => told.push(message),
    ...options,
  } as DeliveryOptions);
  onTestFinished(() => delivery.close());
  const breakSockets = (): void => {
    for (const breakSocket of breaks) breakSocket();
    breaks.clear();
  };
  const caughtUp = (head: number) =>
    waitFor(`the client to come to ${head}`, () => delivery.cursor?.sequence === head || undefined, {
      lastSeen: () => `It is ${delivery.state} at ${delivery.cursor?.sequence}; ${told.join('; ')}`,
    });
  return { delivery, delivered, told, breakSockets, caughtUp };
}

describe('the client in Node, over real sockets', () => {
  clients('is given every event once and in order, though its sockets break', async () => {
    const claims = { tenant: newTenant('client'), organizations: ['o1'] };
    const token = await tokenFor(claims);
    await publish(many(100, claims.tenant));
    const client = startClient({ token: () => token, cursor: 'oldest' });
    await publishBursts(many(300, claims.tenant), (burst) => burst % 4 === 0 && client.breakSockets());
    // The last events of the log may be for others: only a sync says so.
    await publish([newEvent(claims.tenant)]);
    await client.caughtUp(401);
    const expected = (await readAll(token)).map(({ id }) => id);
    expect(expected.length, claims.tenant).toBeLessThan(401);
    expect(client.delivered, claims.tenant).toEqual(expected);
    expect(client.told, claims.tenant).toEqual([]);
  });

  clients('goes on in its next life where the last one ended', async () => {
    const tenant = newTenant('lives');
    const token = await tokenFor({ tenant, organizations: ['o1', 'o2'] });
    const cursorStore = memoryCursorStore();
    const delivered: string[] = [];
    for (const life of numbers(1, 4)) {
      const client = startClient({ token: () => token, cursor: 'oldest', cursorStore });
      await publishBursts(many(60, tenant));
      // It may end in the middle of what has come.
      await waitFor('half of it', () => (client.delivery.cursor?.sequence ?? 0) >= 60 * life - 30 || undefined);
      await client.delivery.close();
      delivered.push(...client.delivered);
    }
    const last = startClient({ token: () => token, cursor: 'oldest', cursorStore });
    await last.caughtUp(240);
    delivered.push(...last.delivered);
    expect(delivered, tenant).toEqual((await readAll(token)).map(({ id }) => id));
  });

  clients('consumes a durable subscription over breaking sockets, and leaves it where it has come', async () => {
    const tenant = newTenant('service');
    const token = await serviceToken(tenant);
    const routes = new SubscriptionRoutes(token);
    await routes.make('work', { cursor: { sequence: 0 }, filter: { types: ['community.*'] } });
    const client = startClient({
      token: () => token,
      subscription: 'work',
      onEvent: ({ id, sequence }) => {
        client.delivered.push(id);
        client.delivery.ack(sequence);
      },
    });
    await publishBursts(many(150, tenant), (burst) => burst % 3 === 0 && client.breakSockets());
    await client.caughtUp(150);
    const wanted = await readAll(token, { types: 'community.*' });
    expect(client.delivered, tenant).toEqual(wanted.map(({ id }) => id));
    const last = Number(wanted.at(-1)?.sequence);
    await waitFor('the last acknowledgement', async () => (await routes.cursor('work')).sequence === last || undefined);
    expect(client.told, tenant).toEqual([]);
  });
});

describe('the client in Chromium', () => {
  let browser: Browser;
  let web: WebPage;
  let script: string;

  beforeAll(async () => {
    const bundling = build({
      stdin: { contents: "export * from '@tidings/client';", resolveDir: import.meta.dirname },
      bundle: true,
      format: 'iife',
      globalName: 'tidings',
      platform: 'browser',
      write: false,
    });
    const [started, served, { outputFiles }] = await Promise.all([launchChromium(), servePage(), bundling]);
    [browser, web, script] = [started, served, outputFiles[0]?.text ?? ''];
  });
  afterAll(async () => {
    web?.close();
    await browser?.close();
  });

  /** Begins a life of the client in a page; its record and its cursor are in the page's storage. */
  async function startIn(page: Page, token: string): Promise<void> {
    await page.goto(web.url);
    await page.addScriptTag({ content: script });
    const options = { url: hubUnderTest().target.socketUrl, token };
    await page.evaluate(`{
      const { url, token } = ${JSON.stringify(options)};
      const delivered = () => JSON.parse(localStorage.getItem('delivered') ?? '[]');
      const sockets = new Set();
      const Native = WebSocket;
      globalThis.WebSocket = class extends Native {
        constructor(...rest) { super(...rest); sockets.add(this); }
      };
      globalThis.life = {
        delivered,
        told: [],
        breakSockets() { for (const socket of sockets) socket.close(4000); sockets.clear(); },
        delivery: tidings.createDelivery({
          url,
          token: () => token,
          strict: true,
          cursor: 'oldest',
          timing: ${JSON.stringify(QUICK)},
          cursorStore: tidings.storageCursorStore(localStorage, 'cursor'),
          onEvent: ({ id }) => localStorage.setItem('delivered', JSON.stringify([...delivered(), id])),
          onReset: () => life.told.push('reset'),
          onError: ({ message }) => life.told.push(message),
        }),
      };
    }`);
  }

  clients(
    'is given every event once and in order, over breaking sockets and a page that is left and opened again',
    async () => {
      const tenant = newTenant('page');
      const token = await tokenFor({ tenant, organizations: ['o2'] });
      const page = await browser.newPage();
      page.setDefaultTimeout(30_000);
      await publish(many(50, tenant));
      await startIn(page, token);
      await publishBursts(many(100, tenant), (burst) => burst === 2 && void page.evaluate('life.breakSockets()'));
      await publish([newEvent(tenant)]);
      await page.waitForFunction('life.delivery.cursor?.sequence === 151');
      await page.evaluate('life.delivery.close()');
      await publishBursts(many(40, tenant));
      await startIn(page, token);
      await publish([newEvent(tenant)]);
      await page.waitForFunction('life.delivery.cursor?.sequence === 192');
      expect(await page.evaluate('life.delivered()'), tenant).toEqual((await readAll(token)).map(({ id }) => id));
      expect(await page.evaluate('life.told'), tenant).toEqual([]);
      await page.close();
    },
  );
});
