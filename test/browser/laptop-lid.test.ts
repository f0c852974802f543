import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest';
import { needs } from '../acceptance/capabilities.ts';
import { newEvent, newTenant } from '../acceptance/events.ts';
import { publish, readAll, tokenFor, waitForHead } from '../acceptance/hub.ts';
import { waitFor } from '../acceptance/wait.ts';
import { AppTab } from './app-tab.ts';
import { HubProxy } from './hub-proxy.ts';
import { type App, serveApp } from './page-server.ts';
import { startUserBrowser, type UserBrowser } from './user-browser.ts';

const pages = needs('subprotocol-echo', 'socket-authorizer');

/** Seconds that a token is good for. */
const TOKEN_SECONDS = 8;
/** More than a heartbeat of the pages (one second) and the wait for its answer together. */
const SILENCE_MILLISECONDS = 3000;
/** Events that are to happen in each part of the test. */
const SOME = 8;

let browser: UserBrowser;
let app: App;

beforeAll(async () => {
  [browser, app] = await Promise.all([startUserBrowser(), serveApp('react-page.tsx')]);
});
afterAll(async () => {
  app?.close();
  await browser?.close();
});

/** A tab of the same browser, and its own way to the hub. */
async function openTab(tenant: string, name: string) {
  const proxy = await HubProxy.start();
  const parameters = { tenant, socketUrl: proxy.url, tab: name, expires: String(TOKEN_SECONDS), keep: '' };
  const tab = await AppTab.open(browser.window, app.address(parameters));
  onTestFinished(async () => {
    await tab.page.close();
    proxy.close();
  });
  await tab.isLive();
  return { name, tab, proxy };
}

type OpenTab = Awaited<ReturnType<typeof openTab>>;

/** Publishes one event after the other, each when the one before has arrived wherever it is awaited. */
function keepPublishing(tenant: string, arrive: (id: string, count: number) => Promise<void>) {
  const published: string[] = [];
  let isEnough = false;
  const running = (async () => {
    while (!isEnough) {
      const event = newEvent(tenant);
      await publish([event]);
      published.push(event.id);
      await arrive(event.id, published.length);
    }
  })();
  // Reported by whoever waits for the end.
  running.catch(() => undefined);
  return {
    published,
    more: async (count: number) => {
      const goal = published.length + count;
      await Promise.race([waitFor(`${goal} events`, () => published.length >= goal || undefined), running]);
    },
    stop: async () => {
      isEnough = true;
      await running;
    },
  };
}

async function closeLid({ tab, proxy }: OpenTab): Promise<void> {
  proxy.cut();
  await tab.sleep();
}

/** Until longer than the heartbeat has passed, and the token has ended. */
async function oversleep({ name }: OpenTab): Promise<void> {
  const tokenEnd = app.tokens(name).at(-1) ?? 0;
  const until = Math.max(tokenEnd + 500, Date.now() + SILENCE_MILLISECONDS);
  await waitFor('the token to end', () => Date.now() > until || undefined);
}

/** A page is awake before its network is. */
async function openLid({ tab, proxy }: OpenTab): Promise<void> {
  await tab.wake();
  await tab.until('the page to have woken', `record.lifecycle.at(-1) === 'resume'`);
  proxy.mend();
  await tab.offline(false);
}

async function expectEachOnce({ tab, name }: OpenTab, published: readonly string[], tenant: string): Promise<void> {
  const last = JSON.stringify(published.at(-1));
  await tab.until('the last event in the list', `document.querySelector('#events li:last-child')?.id === ${last}`);
  const { handled, told } = await tab.record();
  expect(await tab.shown(), `${tenant}: what tab ${name} shows`).toEqual(published);
  expect([...handled].sort(), `${tenant}: what the handlers of tab ${name} were given`).toEqual([...published].sort());
  expect(
    told.filter((line) => line.startsWith('reset')),
    `${tenant}: tab ${name}`,
  ).toEqual([]);
}

describe('two tabs, one laptop lid', () => {
  for (const end of ['kill', 'forget'] as const) {
    const how = end === 'kill' ? 'was killed' : 'died without a word';
    pages(
      `a tab whose token ended and whose socket ${how} shows every event once, and the other stayed live`,
      async () => {
        const tenant = newTenant('lid');
        const [sleeper, other] = [await openTab(tenant, `sleeper ${end}`), await openTab(tenant, `other ${end}`)];
        const publishing = keepPublishing(tenant, (id) => other.tab.hasHandled(id));
        await publishing.more(SOME);
        await sleeper.tab.hasHandled(publishing.published.at(SOME - 1) ?? '');
        await closeLid(sleeper);
        const seen = (await sleeper.tab.record()).handled.length;
        await oversleep(sleeper);
        await publishing.more(SOME);
        expect((await sleeper.tab.record()).handled, `${tenant}: a tab that sleeps`).toHaveLength(seen);
        sleeper.proxy[end]();
        await openLid(sleeper);
        await publishing.more(SOME);
        await sleeper.tab.isLive();
        await publishing.more(SOME);
        await publishing.stop();
        const { published } = publishing;
        expect(
          (await readAll(await tokenFor({ tenant }))).map(({ id }) => id),
          tenant,
        ).toEqual(published);
        await expectEachOnce(sleeper, published, tenant);
        await expectEachOnce(other, published, tenant);
        const { states, lifecycle } = await sleeper.tab.record();
        expect(lifecycle).toEqual(['freeze', 'resume']);
        expect(states.filter((state) => state === 'live').length, states.join()).toBeGreaterThan(1);
        const others = (await other.tab.record()).states;
        expect(others.slice(others.indexOf('live')), 'what the other tab was').toEqual(['live']);
        expect(app.tokens(other.name).length, 'tokens of the other tab').toBeGreaterThan(1);
      },
    );
  }

  pages('both asleep, both show every event once when the lid is opened', async () => {
    const tenant = newTenant('lids');
    const tabs = [await openTab(tenant, 'one'), await openTab(tenant, 'two')];
    const publishing = keepPublishing(tenant, (_, count) => waitForHead(tenant, count));
    await publishing.more(SOME);
    await Promise.all(tabs.map(closeLid));
    await Promise.all(tabs.map(oversleep));
    await publishing.more(SOME);
    for (const { proxy } of tabs) proxy.kill();
    await Promise.all(tabs.map(openLid));
    await publishing.more(SOME);
    await Promise.all(tabs.map(({ tab }) => tab.isLive()));
    await publishing.more(SOME);
    await publishing.stop();
    for (const tab of tabs) await expectEachOnce(tab, publishing.published, tenant);
  });
});
