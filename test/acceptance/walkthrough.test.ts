import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../browser/chromium.ts';
import { codeBlocks } from '../package/code-blocks.ts';
import { waitFor } from './wait.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/new-producer-team.md'), 'utf8');
const [schemaNew = '', generate = '', start = '', publish = '', example = '', schemaPublish = ''] = codeBlocks(PAGE)
  .filter(({ language }) => language === 'sh')
  .map(({ text }) => text.trim());
const [typescript = ''] = codeBlocks(PAGE).flatMap(({ language, text }) => (language === 'ts' ? [text] : []));

/** What the page promises. */
const FIVE_MINUTES = 5 * 60_000;
const INSTALLATION = 180_000;

/** Everything that may change without anybody touching it. */
const GENERATED =
  /^(?:schemas\/crm\/|packages\/(?:contracts|client)\/gen\/|packages\/dotnet\/src\/[\w.]+\/Gen\/|docs\/catalogue\/)/;

/** A new team has no target but the one that its own hub writes, whatever hub this suite runs against. */
const { TIDINGS_TARGET: _given, ...ENVIRONMENT } = process.env;

let folder = '';
const stops: (() => Promise<void>)[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-walkthrough-'));
  const files = shell('git ls-files --cached --others --exclude-standard', ROOT).split('\n').filter(Boolean);
  for (const file of files) cpSync(join(ROOT, file), join(folder, file));
  shell('git init -q && git add -A && git -c user.name=t -c user.email=t@example.com commit -qm clone', folder);
  // As `npm start` does it, which else would do it once more.
  shell('node scripts/install.mjs', folder);
}, INSTALLATION);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('docs/new-producer-team.md', () => {
  it(
    'leads a new team from nothing to an event in a browser, in less than five minutes, by one file under schemas/',
    async () => {
      const began = performance.now();
      shell(schemaNew, folder);
      shell(generate, folder);
      expect(changedFiles().filter((file) => !GENERATED.test(file))).toEqual([]);
      expect(changedFiles()).toContain('schemas/crm/customer-created.v1.json');

      const hub = run(`${start} -- --port 0`);
      const target = join(folder, '.sandbox/target.json');
      await waitFor('the hub to be up', () => hub.output().includes('npx tidings tail') || undefined, {
        deadline: 120_000,
        lastSeen: hub.output,
      });
      expect(JSON.parse(readFileSync(target, 'utf8'))).toMatchObject({ buses: { crm: 'tidings-dev-crm' } });
      expect(shell(publish, folder)).toContain('accepted');

      const page = run(`${example} -- --port 0`);
      const url = await waitFor('the page to be served', () => /http:\/\/\S+/.exec(page.output())?.[0], {
        deadline: 60_000,
        lastSeen: page.output,
      });
      const browser = await launchChromium();
      stops.push(() => browser.close());
      const tab = await browser.newPage();
      await tab.goto(url);
      const rows = tab.locator('tbody tr', { hasText: 'crm.customer:created@v1' });
      await rows.first().waitFor({ timeout: 30_000 });
      expect(performance.now() - began).toBeLessThan(FIVE_MINUTES);

      // What the page says next: publish again, and watch it arrive.
      shell(publish, folder);
      await rows.nth(1).waitFor({ timeout: 30_000 });
      expect(await tab.getByRole('status').innerText()).toContain('live');
    },
    FIVE_MINUTES + 60_000,
  );

  it('shows code that compiles once the types are generated', () => {
    const file = join(folder, 'packages/client/test/walkthrough.ts');
    writeFileSync(file, `${typescript}\nexport {};\n`);
    expect(shell('npx tsc -p .', folder).trim()).toBe('');
    rmSync(file);
  });

  it('publishes the type, and then refuses a change that breaks somebody', () => {
    expect(shell(schemaPublish, folder)).toContain('crm.customer:created@v1');
    const schema = join(folder, 'schemas/crm/customer-created.v1.json');
    writeFileSync(schema, readFileSync(schema, 'utf8').replace('"large"', '"huge"').replaceAll('"large"', '"small"'));
    const { status, stdout, stderr } = spawnSync('bash', ['-c', 'npm run schema:check'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stdout + stderr).toContain('ENUM_CHANGED');
    expect(stdout + stderr).toContain('--new-version');
  });
});

/** Runs what the page says, as it stands, and gives what it printed. */
function shell(command: string, cwd: string): string {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { cwd, encoding: 'utf8', env: ENVIRONMENT });
  if (status !== 0) throw new Error(`${command}\nended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** Starts what the page says to leave running. */
function run(command: string): { readonly output: () => string } {
  const child = spawn('bash', ['-c', command], {
    cwd: folder,
    env: ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  stops.push(async () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
    } catch {
      // It has ended already.
    }
    await ended;
  });
  return { output: () => output };
}

const changedFiles = (): readonly string[] =>
  shell('git status --porcelain --untracked-files=all', folder)
    .split('\n')
    .filter(Boolean)
    .map((line) => line.slice(3));
