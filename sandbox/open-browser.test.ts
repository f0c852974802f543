import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { openInBrowser } from './open-browser.ts';

const URL = 'http://127.0.0.1:4103';

async function run(open: (url: string) => Promise<EventEmitter>, url: string | undefined = URL) {
  const lines: string[] = [];
  await openInBrowser(url, (line) => lines.push(line), open);
  return lines;
}

describe('--open', () => {
  it('opens the console, and says nothing when that has worked', async () => {
    const opened: string[] = [];
    const opener = new EventEmitter();
    const lines = await run(async (url) => {
      opened.push(url);
      return opener;
    });
    opener.emit('exit', 0);
    expect([opened, lines]).toEqual([[URL], []]);
  });

  it('says where the console is when there is no browser', async () => {
    const opener = new EventEmitter();
    const lines = await run(async () => opener);
    opener.emit('exit', 3);
    expect(lines).toEqual([`--open: found no browser to open (it ended with 3). The console is at ${URL}`]);
  });

  it('goes on when nothing can open a browser', async () => {
    const lines = await run(() => Promise.reject(new Error('spawn xdg-open ENOENT')));
    expect(lines).toEqual([`--open: found no browser to open (spawn xdg-open ENOENT). The console is at ${URL}`]);
  });

  it('says so where there is no console', async () => {
    const lines: string[] = [];
    await openInBrowser(undefined, (line) => lines.push(line));
    expect(lines).toEqual(['--open: the stack has no console']);
  });
});
