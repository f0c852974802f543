import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { checkRemains } from './aftermath.ts';
import { describeLeftOut, type LeftOut } from './left-out.ts';
import { DIRECTLY, startSandboxProcess } from './sandbox-process.ts';
import { readTarget, type Target } from './target.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly target: Target;
    /** Where tests write down what they leave out: each test file has a process of its own. */
    readonly leftOutFile: string;
    /** Where tests write down what no log may repeat. */
    readonly secretsFile: string;
    /** Folder with the logs of the functions, where the hub is the suite's own. */
    readonly logFolder: string | null;
    /** The private key of the issuer as a JWK, where it is the suite's own. */
    readonly issuerKeyFile: string | null;
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
  const secretsFile = join(folder, 'secrets.jsonl');
  const logFolder = join(folder, 'logs');
  for (const file of [leftOutFile, secretsFile]) writeFileSync(file, '');
  const given = process.env['TIDINGS_TARGET'];
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  if (!Number.isSafeInteger(seed)) throw new Error(`SEED: expected a whole number, found ${process.env['SEED']}`);
  const sandbox = given === undefined ? await startSandboxProcess(folder, DIRECTLY, ['--logs', logFolder]) : undefined;
  const target = sandbox?.target ?? readTarget(resolve(given ?? ''));
  console.log(`Acceptance: ${given ?? 'a sandbox of its own'} at ${target.apiUrl}; SEED=${seed}`);
  project.provide('target', target);
  project.provide('leftOutFile', leftOutFile);
  project.provide('secretsFile', secretsFile);
  project.provide('logFolder', sandbox === undefined ? null : logFolder);
  project.provide('issuerKeyFile', sandbox === undefined ? null : join(folder, 'data', 'issuer-key.json'));
  project.provide('seed', seed);
  return async () => {
    const lines = readFileSync(leftOutFile, 'utf8').split('\n').filter(Boolean);
    console.log(describeLeftOut(lines.map((line) => JSON.parse(line) as LeftOut)));
    try {
      if (sandbox === undefined) return;
      await sandbox.stop();
      checkRemains({ logFolder, output: sandbox.output(), secretsFile, isWhole: await isWhole(project) });
    } catch (error) {
      // Vitest prints what a teardown throws, and calls the run a success all the same.
      process.exitCode = 1;
      throw error;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

/** Whether every test of the suite has run: no file and no test was chosen, and no part of them. */
async function isWhole(project: TestProject): Promise<boolean> {
  if (project.config.testNamePattern !== undefined) return false;
  const { testFiles } = await project.globTestFiles();
  const ran = new Set(project.vitest.state.getTestModules().map(({ moduleId }) => moduleId));
  return testFiles.every((file) => ran.has(file));
}
