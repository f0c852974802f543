import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isWithin } from './bench.ts';
import { BENCHES } from './benches.ts';
import { findingLines, type Report } from './report/report.ts';

/**
 * Nothing that was gained is lost unseen: the guarded benches run shortly, each in a process of its own, because a test
 * runner's way of loading modules costs the subjects time that their floors do not spend.
 */

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const LONGEST_MILLISECONDS = 120_000;

const guarded: string[] = [];
for (const [name, load] of Object.entries(BENCHES)) if ((await load()).isGuarded) guarded.push(name);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tidings-guard-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function runShortly(name: string): Promise<Report['benches'][number]> {
  const file = path.join(folder, `${name}.json`);
  const args = ['--import', 'tsx', MAIN, name, '--quick', '--json', file];
  // It ends with 1 for a figure outside of its limit, which the report says better; without a report, reading it fails.
  const ended = promisify(execFile)(process.execPath, args, { timeout: LONGEST_MILLISECONDS }).catch(
    (error: { stderr?: string }) => error,
  );
  const { stderr = '' } = await ended;
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`The bench ${name} has written no report: ${stderr}`);
  });
  await rm(file);
  const [bench] = (JSON.parse(text) as Report).benches;
  if (bench === undefined) throw new Error(`The report of ${name} is empty`);
  return bench;
}

describe('a short run of a guarded bench', () => {
  // A neighbour's burst may break a ratio once, not twice.
  it.each(guarded)(
    'finds every figure within its limit: %s',
    { retry: 1, timeout: 2 * LONGEST_MILLISECONDS },
    async (name) => {
      const { findings } = await runShortly(name);
      expect(findings.filter(({ limit }) => limit !== undefined).length, 'figures with a limit').toBeGreaterThan(0);
      expect(findingLines(findings.filter((finding) => !isWithin(finding)))).toEqual([]);
    },
  );

  it('guards something', () => {
    expect(guarded.length).toBeGreaterThan(5);
  });
});
