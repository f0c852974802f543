import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

/** A clone whose `npm ci` tells its process id in a file and then runs until it is signalled, or as long as `slow` is there. */
const NPM = `#!/bin/sh
echo $$ >> npm.pid
trap 'exit 1' INT TERM HUP
while [ -e slow ]; do sleep 0.02; done
mkdir -p node_modules
`;

function clone() {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidings-install-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['scripts', 'bin']) mkdirSync(path.join(folder, name));
  for (const name of ['install.mjs', 'claim.mjs', 'chromium.mjs'])
    copyFileSync(new URL(name, import.meta.url), path.join(folder, 'scripts', name));
  const at = (name: string) => path.join(folder, name);
  writeFileSync(at('package-lock.json'), '{}');
  writeFileSync(at('slow'), '');
  writeFileSync(at('bin/npm'), NPM);
  chmodSync(at('bin/npm'), 0o755);
  const install = () => {
    const child = spawn(process.execPath, ['scripts/install.mjs'], {
      cwd: folder,
      env: { ...process.env, PATH: `${at('bin')}:${process.env['PATH']}` },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    return { child, output: () => output, ended: once(child, 'exit') as Promise<[number | null, string | null]> };
  };
  const npmIsRunning = () => until(() => existsSync(at('npm.pid')) && readFileSync(at('npm.pid'), 'utf8') !== '');
  const letNpmEnd = () => rmSync(at('slow'));
  const npms = () => readFileSync(at('npm.pid'), 'utf8').trim().split('\n').map(Number);
  return { at, install, npmIsRunning, letNpmEnd, npms };
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('Waited ten seconds in vain');
    await new Promise((wake) => setTimeout(wake, 10));
  }
}

const pidOf = ({ pid }: ChildProcess): number => pid ?? 0;

describe('the installation', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('ends at %s, with what it had started, and leaves nobody waiting', async (signal, code) => {
    const { at, install, npmIsRunning, letNpmEnd, npms } = clone();
    const { child, ended } = install();
    await npmIsRunning();
    child.kill(signal);
    expect(await ended).toEqual([code, null]);
    expect(existsSync(at('.installing'))).toBe(false);
    expect(npms().filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    letNpmEnd();
    const again = install();
    expect(await again.ended).toEqual([0, null]);
    expect(again.output()).toBe('Installing dependencies …\n');
  });

  it('is done over by the next one at once when it has been killed with all that it had started', async () => {
    const { at, install, npmIsRunning, letNpmEnd, npms } = clone();
    const { child, ended } = install();
    await npmIsRunning();
    child.kill('SIGKILL');
    for (const pid of npms()) process.kill(pid, 'SIGKILL');
    await ended;
    letNpmEnd();
    const again = install();
    expect(await again.ended).toEqual([0, null]);
    expect(again.output()).toBe('Installing dependencies …\n');
    expect(existsSync(at('.installing'))).toBe(false);
  });

  it('waits for one that is running, and says so', async () => {
    const { install, npmIsRunning, letNpmEnd, npms } = clone();
    const first = install();
    await npmIsRunning();
    const second = install();
    await until(() => second.output().includes('\n'));
    expect(second.output()).toMatch(/^Waiting for another installation \(pid \d+\) …\n$/);
    expect([pidOf(first.child), ...npms()]).toContain(Number(/\d+/.exec(second.output())?.[0]));
    letNpmEnd();
    expect(await first.ended).toEqual([0, null]);
    expect(await second.ended).toEqual([0, null]);
    expect(npms()).toHaveLength(1);
  });

  it('waits also for what a killed one has left running', async () => {
    const { install, npmIsRunning, letNpmEnd, npms } = clone();
    const first = install();
    await npmIsRunning();
    await until(() => existsSync(`/proc/${npms()[0]}`));
    first.child.kill('SIGKILL');
    await first.ended;
    const second = install();
    await until(() => second.output().includes('\n'));
    expect(second.output()).toBe(`Waiting for another installation (pid ${npms()[0]}) …\n`);
    letNpmEnd();
    expect(await second.ended).toEqual([0, null]);
  });

  it('takes an abandoned lock for none, also one whose process id is another process by now', async () => {
    const { at, install, letNpmEnd } = clone();
    mkdirSync(at('.installing'));
    writeFileSync(at(`.installing/${process.pid}-1-00000000`), '');
    letNpmEnd();
    const { ended, output } = install();
    expect(await ended).toEqual([0, null]);
    expect(output()).toBe('Installing dependencies …\n');
  });

  it('says what has failed', async () => {
    const { at, install } = clone();
    writeFileSync(at('bin/npm'), '#!/bin/sh\nexit 7\n');
    const { ended, output } = install();
    expect(await ended).toEqual([1, null]);
    expect(output()).toBe('Installing dependencies …\nnpm ci failed.\n');
    expect(existsSync(at('.installing'))).toBe(false);
  });
});
