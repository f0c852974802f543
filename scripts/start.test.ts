import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const { resolve } = createRequire(import.meta.url);
const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** In place of the sandbox: tells its process and its arguments, and ends at the signals that the sandbox ends at. */
const SANDBOX = `
import { writeFileSync } from 'node:fs';
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(0));
setInterval(() => undefined, 1000);
writeFileSync('started', JSON.stringify({ pid: process.pid, args: process.argv.slice(2) }));
`;

/** A clone with its own \`npm start\`; `tsx` is installed, or comes with the installation. */
function clone({ installed }: { readonly installed: boolean }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidings-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => path.join(folder, name);
  for (const name of ['scripts', 'sandbox', 'bin']) mkdirSync(at(name));
  for (const name of ['start.mjs', 'install.mjs', 'claim.mjs', 'chromium.mjs'])
    copyFileSync(new URL(name, import.meta.url), at(`scripts/${name}`));
  writeFileSync(at('sandbox/main.ts'), SANDBOX);
  writeFileSync(at('package.json'), JSON.stringify({ type: 'module', scripts: { start: scripts.start } }));
  writeFileSync(at('package-lock.json'), '{}');
  const tsx = path.dirname(resolve('tsx/package.json'));
  if (installed) {
    mkdirSync(at('node_modules'));
    symlinkSync(tsx, at('node_modules/tsx'));
    writeFileSync(at('node_modules/.installed-lock'), createHash('sha256').update('{}').digest('hex'));
  }
  writeFileSync(at('bin/npm'), `#!/bin/sh\nmkdir node_modules && ln -s ${tsx} node_modules/tsx\n`, { mode: 0o755 });
  const started = () =>
    until(() => (existsSync(at('started')) ? readFileSync(at('started'), 'utf8') || undefined : undefined)).then(
      (text) => JSON.parse(text) as { readonly pid: number; readonly args: readonly string[] },
    );
  return { at, folder, started };
}

async function until<T>(ask: () => T | undefined): Promise<T> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const answer = ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error('Waited fifteen seconds in vain');
    await new Promise((wake) => setTimeout(wake, 10));
  }
}

describe('npm start', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('ends when npm gets %s', async (signal) => {
    const { folder, started } = clone({ installed: true });
    const npm = spawn('npm', ['start', '--', '--port', '0'], { cwd: folder, stdio: 'ignore' });
    const { pid, args } = await started();
    onTestFinished(() => {
      if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL');
    });
    expect(args).toEqual(['--port', '0']);
    npm.kill(signal);
    await until(() => (existsSync(`/proc/${pid}`) ? undefined : true));
  });

  it('is one process below npm', async () => {
    const { folder, started } = clone({ installed: true });
    const npm = spawn('npm', ['start'], { cwd: folder, stdio: 'ignore' });
    const { pid } = await started();
    expect(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]).toBe(String(npm.pid));
    npm.kill('SIGTERM');
    await until(() => (existsSync(`/proc/${pid}`) ? undefined : true));
  });

  it('installs first in a fresh clone, whose loader of TypeScript is not there before', async () => {
    const { at, folder, started } = clone({ installed: false });
    const env = { ...process.env, PATH: `${at('bin')}:${process.env['PATH']}` };
    const child = spawn(process.execPath, ['scripts/start.mjs', '--help'], { cwd: folder, env, stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    expect(await started()).toEqual({ pid: child.pid, args: ['--help'] });
  });
});
