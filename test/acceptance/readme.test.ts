import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from './capabilities.ts';
import { CliFolder, outputOf } from './cli-process.ts';
import { hubUnderTest } from './hub-under-test.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block.trim());
const target = hubUnderTest().target;

/** What the page says to type, each as somebody would who has pasted it. */
const [start, tailAndPublish = '', test, curl = '', deploy, benchAndCost = ''] = blocks;
const [tail = '', publish = ''] = tailAndPublish.split('\n');
const [bench, cost = ''] = benchAndCost.split('\n');

describe('README.md', () => {
  let folder: CliFolder;
  beforeAll(() => {
    folder = new CliFolder(target, { API_URL: target.apiUrl });
  });
  afterAll(() => folder.remove());

  it('says nothing to type that no test runs', () => {
    // `npm start` is what the suite runs its sandbox with, `npm test` is this, and runs the benches; `npm run deploy` has
    // tests of its own.
    expect([start, test, deploy, bench]).toEqual(['npm start', 'npm test', 'npm run deploy -- dev', 'npm run bench']);
    expect([tail, publish]).toEqual(['npx tidings tail', 'npx tidings publish bank.transaction:created@v1']);
    expect(curl).toMatch(/^curl -sS "\$API_URL\/events"/);
    expect(blocks).toHaveLength(6);
  });

  needs('subprotocol-echo')('shows an event in the first terminal that the second has published', async () => {
    const tailing = folder.startBash(`${tail} --count 1`);
    await tailing.shows('live');
    expect(await folder.outputOf(publish)).toContain('accepted');
    expect(outputOf(await tailing.ended, tail)).toContain('bank.transaction:created@v1');
  });

  it('prints a bill, line by line', async () => {
    const { stdout } = await promisify(execFile)('bash', ['-c', cost], { cwd: root });
    for (const line of ['A month of 1,000,000 events', 'DynamoDB, writes', 'Events', 'Tidings', 'AppSync Events']) {
      expect(stdout).toContain(line);
    }
  });

  it('publishes by curl, and gets the answer that the page shows', async () => {
    const answer = JSON.parse(await folder.outputOf(curl)) as unknown;
    const shown = /The answer is `202 (\{.*?\})`;/.exec(page)?.[1] ?? '';
    expect(answer).toEqual(JSON.parse(shown));
  });
});
