import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { describeLeftOut, type LeftOut } from './left-out.ts';
import { startSandboxProcess } from './sandbox-process.ts';
import { readTarget, type Target } from './target.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly target: Target;
    /** Where tests write down what they leave out: each test file has a process of its own. */
    readonly leftOutFile: string;
    /** Seed of everything random in the suite. */
    readonly seed: number;
  }
}

/**
 * Finds the hub under test: the one that TIDINGS_TARGET describes, or a sandbox of the suite's own, which has to end
 * cleanly when the suite does.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-acceptance-'));
  const leftOutFile = join(folder, 'left-out.jsonl');
  writeFileSync(leftOutFile, '');
  const given = process.env['TIDINGS_TARGET'];
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  if (!Number.isSafeInteger(seed)) throw new Error(`SEED: expected a whole number, found ${process.env['SEED']}`);
  const sandbox = given === undefined ? await startSandboxProcess(folder) : undefined;
  const target = sandbox?.target ?? readTarget(resolve(given ?? ''));
  console.log(`Acceptance: ${given ?? 'a sandbox of its own'} at ${target.apiUrl}; SEED=${seed}`);
  project.provide('target', target);
  project.provide('leftOutFile', leftOutFile);
  project.provide('seed', seed);
  return async () => {
    const lines = readFileSync(leftOutFile, 'utf8').split('\n').filter(Boolean);
    console.log(describeLeftOut(lines.map((line) => JSON.parse(line) as LeftOut)));
    try {
      await sandbox?.stop();
    } catch (error) {
      // Vitest prints what a teardown throws, and calls the run a success all the same.
      process.exitCode = 1;
      throw error;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}
