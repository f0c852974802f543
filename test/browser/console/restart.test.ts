import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newEvent } from '../../acceptance/events.ts';
import { DIRECTLY, startSandboxProcess } from '../../acceptance/sandbox-process.ts';
import { launchChromium } from '../chromium.ts';
import { ConsoleTab } from './console-tab.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** A sandbox takes the ports after the one that it is told, too. */
const PORTS = 8;

/** A port that is free now, as are those after it. */
async function freePort(): Promise<number> {
  for (let port = 21_000 + (process.pid % 500) * 20; ; port += PORTS) {
    const isFree = await Promise.all(Array.from({ length: PORTS }, (_, offset) => canListen(port + offset)));
    if (isFree.every(Boolean)) return port;
  }
}

const canListen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => {
      const { port: taken } = server.address() as AddressInfo;
      server.close(() => resolve(taken === port));
    });
  });

describe('the console of a sandbox that is killed', () => {
  it('keeps what it shows, and goes on where it was when the sandbox is back', { timeout: 180_000 }, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tidings-console-restart-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const port = String(await freePort());
    const start = () => startSandboxProcess(folder, DIRECTLY, ['--port', port]);
    const first = await start();
    const { consoleUrl, apiUrl, tokenUrl } = first.target;
    const tab = await ConsoleTab.open(browser, { at: consoleUrl ?? '' });
    onTestFinished(() => tab.close());
    const { tenant } = tab.persona;
    await tab.connection('Live');

    const publish = async (id: string) => {
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'test',
        client_secret: 'test',
        scope: 'bank',
      });
      const token = ((await (await fetch(tokenUrl, { method: 'POST', body: form })).json()) as { access_token: string })
        .access_token;
      const answer = await fetch(`${apiUrl}/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents+json' },
        body: JSON.stringify(newEvent(tenant, { id, subject: `transaction/${id}` })),
      });
      expect(answer.status).toBe(202);
    };
    const row = (id: string) => tab.page.getByRole('row').filter({ hasText: `transaction/${id}` });

    await publish('before');
    await row('before').waitFor();
    process.kill(-first.pid, 'SIGKILL');
    await tab.connection('Connecting');
    expect(await row('before').count()).toBe(1);

    // The one that was killed could not take its own away, and this one is up when it has written its own.
    rmSync(path.join(folder, 'target.json'));
    const second = await start();
    onTestFinished(() => second.stop());
    await publish('after');
    await tab.connection('Live');
    await row('after').waitFor();
    expect([await row('before').count(), await row('after').count()]).toEqual([1, 1]);
  });
});
