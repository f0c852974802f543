import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.mjs';
import { waitFor } from '../acceptance/wait.ts';
import { FLAGS } from './chromium.ts';

/** A browser as a user starts it. */
export interface UserBrowser {
  /** Its window: all tabs of it share what tabs of one browser share. */
  readonly window: BrowserContext;
  close(): Promise<void>;
}

/**
 * Starts a Chromium of its own and attaches to it without changing anything. One that Playwright launches believes that
 * every page has the focus all the time, and a page that is seen is never frozen.
 */
export async function startUserBrowser(): Promise<UserBrowser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('Expected a Chromium on the PATH, or CHROMIUM_PATH to name one');
  const profile = mkdtempSync(join(tmpdir(), 'tidings-chromium-'));
  const flags = [...FLAGS, '--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
  const child = spawn(executablePath, flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    // Processes of the browser end a little after it.
    await rm(profile, { recursive: true, force: true, maxRetries: 20 });
  };
  try {
    const browser = await chromium.connectOverCDP(await debuggerOf(child), { noDefaults: true });
    const [window] = browser.contexts();
    if (window === undefined) throw new Error('Expected the browser to have a window, found none');
    return {
      window,
      close: async () => {
        const session = await browser.newBrowserCDPSession();
        await Promise.all([ended, session.send('Browser.close').catch(() => child.kill('SIGKILL'))]);
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where the browser is debugged, as it says itself. */
async function debuggerOf(child: ChildProcess): Promise<string> {
  let said = '';
  child.stderr?.on('data', (data) => {
    said += String(data);
  });
  const address = (): string | undefined => /^DevTools listening on (ws:\S+)/m.exec(said)?.[1];
  return await waitFor('Chromium to tell where to debug it', address, { lastSeen: () => said.slice(-1000) });
}
