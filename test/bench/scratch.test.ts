import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inScratchFolder } from './scratch.ts';

const WORK = `
  import { endOnSignals, inScratchFolder } from ${JSON.stringify(new URL('scratch.ts', import.meta.url).href)};
  endOnSignals();
  await inScratchFolder(async (folder) => {
    process.stdout.write(folder);
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  });
`;

describe('a scratch folder', () => {
  it('is gone when the work has failed, which says why', async () => {
    let used = '';
    const work = inScratchFolder(async (folder) => {
      used = folder;
      expect(existsSync(folder)).toBe(true);
      throw new Error('broken off');
    });
    await expect(work).rejects.toThrow('broken off');
    expect(existsSync(used)).toBe(false);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('is gone when the process is ended by %s', async (signal, code) => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', WORK], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [folder] = await once(child.stdout, 'data');
    expect(existsSync(String(folder))).toBe(true);
    const ended = once(child, 'exit');
    child.kill(signal);
    expect(await ended).toEqual([code, null]);
    expect(existsSync(String(folder))).toBe(false);
  });
});
