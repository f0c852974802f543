import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { needs } from './capabilities.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block.trim());
const target = inject('target');

/** What the page says to type, each as somebody would who has pasted it. */
const [start, tailAndPublish = '', test, curl = '', deploy] = blocks;
const [tail = '', publish = ''] = tailAndPublish.split('\n');

describe('README.md', () => {
  let folder = '';
  beforeAll(() => {
    // A project like this one, whose `.sandbox/target.json` is the hub under test.
    folder = mkdtempSync(join(tmpdir(), 'tidings-readme-'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    mkdirSync(join(folder, '.sandbox'));
    writeFileSync(join(folder, '.sandbox', 'target.json'), JSON.stringify(target));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (command: string, onError: (text: string) => void = () => undefined): Promise<string> => {
    const child = spawn('bash', ['-c', command], {
      cwd: folder,
      // The command finds the hub by the folder; a path in the suite's own variable is relative to another.
      env: { ...process.env, TIDINGS_TARGET: '', API_URL: target.apiUrl },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (data) => {
      output += String(data);
    });
    child.stderr.on('data', (data) => {
      errors += String(data);
      onError(errors);
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) =>
        code === 0 ? resolve(output) : reject(new Error(`${command}: ${code}\n${errors}`)),
      );
    });
  };

  it('says nothing to type that no test runs', () => {
    // `npm start` is what the suite runs its sandbox with, `npm test` is this; `npm run deploy` has tests of its own.
    expect([start, test, deploy]).toEqual(['npm start', 'npm test', 'npm run deploy -- dev']);
    expect([tail, publish]).toEqual(['npx tidings tail', 'npx tidings publish bank.transaction:created@v1']);
    expect(curl).toMatch(/^curl -sS "\$API_URL\/events"/);
    expect(blocks).toHaveLength(5);
  });

  needs('subprotocol-echo')('shows an event in the first terminal that the second has published', async () => {
    let published: Promise<string> | undefined;
    const shown = await run(`${tail} --count 1`, (status) => {
      if (status.includes('live')) published ??= run(publish);
    });
    expect(await published).toContain('accepted');
    expect(shown).toContain('bank.transaction:created@v1');
  });

  it('publishes by curl, and gets the answer that the page shows', async () => {
    const answer = JSON.parse(await run(curl)) as unknown;
    const shown = /The answer is `202 (\{.*?\})`;/.exec(page)?.[1] ?? '';
    expect(answer).toEqual(JSON.parse(shown));
  });
});
