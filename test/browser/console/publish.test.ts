import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { ConsoleTab, type ConsoleTabOptions, EVERY_SCOPE, PHONE } from './console-tab.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

async function open(options?: ConsoleTabOptions): Promise<ConsoleTab> {
  const tab = await ConsoleTab.open(browser, { place: '/publish', ...options });
  onTestFinished(() => tab.close());
  await tab.page.getByLabel('Transaction id').waitFor();
  return tab;
}

const publish = (tab: ConsoleTab) => tab.page.getByRole('button', { name: 'Publish', exact: true }).click();

/** What has the focus, by the pointer that its input bears. */
const focused = (tab: ConsoleTab) => tab.page.evaluate('document.activeElement.getAttribute("name")');

/** Pointers of all inputs that are marked as wrong, in the order of the page. */
const wrong = (tab: ConsoleTab): Promise<unknown> =>
  tab.page.evaluate('[...document.querySelectorAll(`[aria-invalid="true"]`)].map((each) => each.getAttribute("name"))');

/** What the page complained of, but for answers that the browser itself writes down. */
const complaints = (tab: ConsoleTab) => tab.complaints.filter((text) => !text.includes('the server responded with'));

async function chooseType(tab: ConsoleTab, words: string, type: string): Promise<void> {
  const field = tab.page.getByRole('combobox', { name: 'Event type' });
  await field.fill(words);
  await tab.page.getByRole('option', { name: type }).click();
}

describe('publishing from the console', () => {
  it('sends the example, shows it recorded and records it once when it is sent again', async () => {
    const tab = await open();
    await tab.connection('Live');
    await publish(tab);
    await tab.page.getByText('Recorded as number 1').waitFor();
    await tab.page.getByText('It came in live').waitFor();
    await tab.page.getByRole('button', { name: 'Send again with the same id' }).click();
    await tab.page.getByText('Recorded once: it still is number 1').waitFor();
    await tab.page.getByRole('link', { name: 'See the event' }).click();
    await tab.page.waitForURL(/#\/events\//);
    // The bundle of the form, its validator and its libraries, and not a word of the content security policy.
    expect(complaints(tab)).toEqual([]);
  });

  it('finds a type by the words of its description, and makes a form of its schema', async () => {
    const tab = await open();
    await chooseType(tab, 'person posted message', 'community.message:posted@v1');
    await tab.page.getByRole('group', { name: 'Message', exact: true }).getByLabel('Text').fill('Ahoy');
    await publish(tab);
    await tab.page.getByText('Recorded as number 1').waitFor();
    await tab.page.getByRole('link', { name: 'See the event' }).waitFor();
    expect(complaints(tab)).toEqual([]);
  });

  it('checks the data before it is sent, at the field, and moves the focus there', async () => {
    const tab = await open();
    await tab.page.getByLabel('Licence').fill('');
    await tab.page.getByLabel('Status code').fill('many');
    await publish(tab);
    await expect.poll(() => focused(tab)).toBe('/data/license');
    expect(await wrong(tab)).toEqual(['/data/license', '/data/status/code']);
    await tab.page.getByLabel('Licence').fill('licence');
    await expect.poll(() => wrong(tab)).toEqual(['/data/status/code']);
    expect(await tab.page.getByText('Accepted').count()).toBe(0);
  });

  it('says nothing any more of the last event when the next one is stopped', async () => {
    const tab = await open();
    await publish(tab);
    await tab.page.getByText('Accepted', { exact: true }).waitFor();
    await tab.page.getByLabel('Licence').fill('');
    await publish(tab);
    await expect.poll(() => focused(tab)).toBe('/data/license');
    expect(await tab.page.getByText('Accepted', { exact: true }).count()).toBe(0);
  });

  it('begins with the type that a link names, and says so where the hub has none of that name', async () => {
    const tab = await open();
    const type = tab.page.getByRole('combobox', { name: 'Event type' });
    await tab.go('/publish?type=community.message%3Aposted%40v1');
    await expect.poll(() => type.inputValue()).toBe('community.message:posted@v1');
    await tab.go('/publish?type=bank.nothing%3Aof%40v1');
    await tab.page.getByText('This hub has no such event type').waitFor();
    expect(await type.inputValue()).toBe('bank.transaction:created@v1');
  });

  it('has its button in view on a phone, however long the form is, and shows what came of it', async () => {
    const tab = await open({ viewport: PHONE });
    await tab.connection('Live');
    await publish(tab);
    const recorded = tab.page.getByText('Recorded as number 1');
    await recorded.waitFor();
    const button = tab.page.getByRole('button', { name: 'Publish', exact: true });
    const navigation = tab.page.getByRole('navigation', { name: 'Pages' });
    const bottom = async (locator: typeof button) => {
      const { y = Number.NaN, height = 0 } = (await locator.boundingBox()) ?? {};
      return y + height;
    };
    await expect.poll(async () => (await bottom(recorded)) < ((await button.boundingBox())?.y ?? 0)).toBe(true);
    expect(await bottom(button)).toBeLessThanOrEqual((await navigation.boundingBox())?.y ?? 0);
    expect((await recorded.boundingBox())?.y).toBeGreaterThan(0);
  });

  it("shows the hub's own judgement at the fields that it names", async () => {
    const tab = await open();
    await tab.page.getByLabel('Check the data here first').uncheck();
    await tab.page.getByLabel('Licence').fill('');
    await tab.page.getByLabel('Status code').fill('many');
    await publish(tab);
    await tab.page.getByText('Not accepted (EVENT_DATA_INVALID)').waitFor();
    await tab.page.getByText('The hub answered 422').waitFor();
    expect(await focused(tab)).toBe('/data/license');
    expect(await wrong(tab)).toEqual(['/data/license', '/data/status/code']);
  });

  it('shows at an attribute what is wrong with it', async () => {
    const tab = await open();
    await tab.page.getByLabel('Time', { exact: true }).fill('yesterday');
    await publish(tab);
    await tab.page.getByText('Not accepted (EVENT_MALFORMED)').waitFor();
    expect(await focused(tab)).toBe('/time');
  });

  it('keeps form and JSON in step, and names line and column of what is no JSON', async () => {
    const tab = await open();
    await tab.page.getByRole('radio', { name: 'JSON' }).check();
    const text = tab.page.getByLabel('Data as JSON');
    const data = JSON.parse(await text.inputValue()) as Record<string, unknown>;
    await text.fill('{\n  "license": \n}');
    await tab.page.getByText('Line 3, column 1: expected').waitFor();
    await publish(tab);
    await expect.poll(() => focused(tab)).toBe('/data');
    expect(await tab.page.getByRole('radio', { name: 'Form' }).isDisabled()).toBe(true);
    await text.fill(JSON.stringify({ ...data, license: 'from JSON' }));
    await tab.page.getByRole('radio', { name: 'Form' }).check();
    expect(await tab.page.getByLabel('Licence').inputValue()).toBe('from JSON');
    await tab.page.getByLabel('Licence').fill('from the form');
    await tab.page.getByRole('radio', { name: 'JSON' }).check();
    expect(await text.inputValue()).toContain('"license": "from the form"');
  });

  it('says at the type that the scope for it is missing, before and after the hub does', async () => {
    const tab = await open({ persona: { scopes: EVERY_SCOPE.filter((scope) => scope !== 'bank') } });
    await tab.page.getByText('Your token has no scope bank').waitFor();
    await publish(tab);
    await tab.page.getByText('Not accepted (SCOPE_MISSING)').waitFor();
    expect(await focused(tab)).toBe('/type');
  });

  it('sends copies, each under an id of its own, and tells what became of each', async () => {
    const tab = await open();
    await tab.page.getByRole('radio', { name: 'Copies' }).check();
    await tab.page.getByLabel('How many').fill('120');
    await tab.page.getByRole('button', { name: 'Publish 120 events' }).click();
    await tab.page.getByText('120 accepted, 0 rejected').waitFor();
    await tab.page.getByRole('button', { name: /Show more of 120/ }).click();
    const ids = await tab.page.getByRole('region', { name: 'Results of each event' }).getByRole('link').allInnerTexts();
    expect(new Set(ids).size).toBe(120);
  });

  it('hides nothing of a list of which only a part is accepted', async () => {
    const tab = await open();
    await tab.page.getByRole('radio', { name: 'A list' }).check();
    const type = 'bank.test:created@v1';
    const data = { firstName: 'A', lastName: 'B', favoriteColor: 'Red', registrationDate: '2026-01-31T09:30:00Z' };
    const lines = [
      JSON.stringify({ type, data }),
      JSON.stringify({ type, data: { ...data, favoriteColor: 'Mauve' } }),
      '{"type": }',
      JSON.stringify({ type: 'bank.test:creatd@v1', data }),
      JSON.stringify({ type, data }),
    ];
    await tab.page.getByLabel('Events', { exact: true }).fill(lines.join('\n'));
    await tab.page.getByText('Line 3, column 10').waitFor();
    await tab.page.getByRole('button', { name: 'Publish 4 events' }).click();
    await tab.page.getByText('2 accepted, 3 rejected').waitFor();
    const rows = tab.page.getByRole('region', { name: 'Results of each event' }).locator('tbody tr');
    const texts = await rows.allInnerTexts();
    expect(texts.map((text) => /accepted|EVENT_DATA_INVALID|NOT_JSON|EVENT_TYPE_UNKNOWN/.exec(text)?.[0])).toEqual([
      'accepted',
      'EVENT_DATA_INVALID',
      'NOT_JSON',
      'EVENT_TYPE_UNKNOWN',
      'accepted',
    ]);
    expect(texts[1]).toContain('/data/favoriteColor');
    await tab.page.getByRole('radio', { name: 'Rejected 3' }).check();
    expect(await rows.count()).toBe(3);
  });

  it('takes a list from a file, with new ids for what a hub has recorded before', async () => {
    const tab = await open();
    await tab.page.getByRole('radio', { name: 'A list' }).check();
    const data = { firstName: 'A', lastName: 'B', favoriteColor: 'Red', registrationDate: '2026-01-31T09:30:00Z' };
    const event = { id: 'old', type: 'bank.test:created@v1', data, sequence: '00000000000000000007' };
    const file = { name: 'events.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify([event])) };
    await tab.page.locator('input[type=file]').setInputFiles(file);
    const send = async () => {
      await tab.page.getByRole('button', { name: 'Publish 1 event', exact: true }).click();
      const results = tab.page.getByRole('region', { name: 'Results of each event' });
      await expect.poll(() => results.getByRole('link').allInnerTexts()).toHaveLength(1);
      return await results.getByRole('link').innerText();
    };
    expect(await send()).toBe('old');
    await tab.page.getByLabel('Under new ids').check();
    await expect.poll(send).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('puts an event on the bus as a function would, and sees it recorded', async () => {
    const tab = await open();
    await tab.connection('Live');
    await tab.page.getByRole('radio', { name: 'On the bus' }).check();
    await publish(tab);
    await tab.page.getByText('On the bus', { exact: true }).last().waitFor();
    await tab.page.getByText('Recorded as number 1').waitFor();
    expect(complaints(tab)).toEqual([]);
  });

  it('says that the outcome is unknown when the answer is lost, keeps the id, and settles it by sending again', async () => {
    const tab = await open();
    let lost = 0;
    await tab.page.route('**/events', async (route) => {
      if (route.request().method() !== 'POST') return await route.fallback();
      lost += 1;
      await route.fetch();
      return await route.abort('connectionreset');
    });
    const id = await tab.page.locator('input[name="/id"]').inputValue();
    await publish(tab);
    await tab.page.getByText(/Nobody knows whether it was recorded/).waitFor({ timeout: 60_000 });
    expect(lost).toBeGreaterThan(0);
    expect(await tab.page.locator('input[name="/id"]').inputValue()).toBe(id);
    await tab.page.unroute('**/events');
    await tab.page.getByRole('button', { name: 'Send again with the same id' }).click();
    await tab.page.getByText(/Recorded (once: it still is|as) number 1/).waitFor();
  });

  it('says whom an event is for when who sends it may not see it', async () => {
    const tab = await open();
    await tab.page.getByLabel('Roles').fill('auditor');
    await publish(tab);
    await tab.page.getByText('You may not see this event').waitFor();
  });

  it('shows what leaves as a command and as a program, and no token in either', async () => {
    const tab = await open();
    for (const [form, part] of [
      ['curl', 'Bearer $TOKEN'],
      ['TypeScript', 'new TidingsApiClient'],
    ] as const) {
      await tab.page.getByRole('radio', { name: form }).check();
      await tab.page.getByRole('button', { name: 'Copy', exact: true }).click();
      const copied = String(await tab.page.evaluate('navigator.clipboard.readText()'));
      expect(copied).toContain(part);
      expect(copied).not.toMatch(/eyJ/);
    }
  });

  it.each([
    ['light', undefined],
    ['dark', PHONE],
  ] as const)('is accessible in %s, with errors shown', async (colorScheme, viewport) => {
    const tab = await open({ colorScheme, ...(viewport !== undefined && { viewport }) });
    await tab.page.getByLabel('Licence').fill('');
    await publish(tab);
    await expect.poll(() => focused(tab)).toBe('/data/license');
    expect(await tab.audit()).toEqual([]);
    await tab.page.getByRole('button', { name: 'All event types' }).click();
    await tab.page.getByRole('option').first().waitFor();
    expect(await tab.audit()).toEqual([]);
    expect(await tab.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  });
});
