import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { checkRemains } from './aftermath.ts';
import type { HubUnderTest } from './hub-under-test.ts';
import { describeLeftOut, type LeftOut } from './left-out.ts';
import { DIRECTLY, type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';
import { readTarget } from './target.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** For each file that runs at the same time one; see {@link HubUnderTest}. */
    readonly hubs: readonly HubUnderTest[];
    /** Where tests write down what they leave out: each test file has a process of its own. */
    readonly leftOutFile: string;
    /** Where tests write down what no log may repeat. */
    readonly secretsFile: string;
    /** Seed of everything random in the suite. */
    readonly seed: number;
  }
}

/**
 * Finds the hubs under test: the one that TIDINGS_TARGET describes, or sandboxes of the suite's own, which have to end
 * cleanly when the suite does.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-acceptance-'));
  const leftOutFile = join(folder, 'left-out.jsonl');
  const secretsFile = join(folder, 'secrets.jsonl');
  for (const file of [leftOutFile, secretsFile]) writeFileSync(file, '');
  const given = process.env['TIDINGS_TARGET'];
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  if (!Number.isSafeInteger(seed)) throw new Error(`SEED: expected a whole number, found ${process.env['SEED']}`);
  const sandboxes = given === undefined ? await startSandboxes(folder, Number(project.config.maxWorkers)) : [];
  const hubs: readonly HubUnderTest[] =
    given === undefined
      ? sandboxes.map(({ hub }) => hub)
      : [{ target: readTarget(resolve(given)), logFolder: null, issuerKeyFile: null }];
  const urls = hubs.map(({ target }) => target.apiUrl).join(' and ');
  console.log(`${project.name}: ${given ?? 'a sandbox for each file at a time'} at ${urls}; SEED=${seed}`);
  project.provide('hubs', hubs);
  project.provide('leftOutFile', leftOutFile);
  project.provide('secretsFile', secretsFile);
  project.provide('seed', seed);
  return async () => {
    const lines = readFileSync(leftOutFile, 'utf8').split('\n').filter(Boolean);
    console.log(
      describeLeftOut(
        project.name,
        lines.map((line) => JSON.parse(line) as LeftOut),
      ),
    );
    try {
      if (sandboxes.length === 0) return;
      for (const { sandbox } of sandboxes) await sandbox.stop();
      const left = sandboxes.map(({ hub, sandbox }) => ({ logFolder: hub.logFolder, output: sandbox.output() }));
      checkRemains({ left, secretsFile, isWhole: await isWhole(project) });
    } catch (error) {
      // Vitest prints what a teardown throws, and calls the run a success all the same.
      process.exitCode = 1;
      throw error;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

interface OwnSandbox {
  readonly hub: HubUnderTest & { readonly logFolder: string };
  readonly sandbox: SandboxProcess;
}

/** Starts one after the other: the first builds what the others then find. */
async function startSandboxes(folder: string, count: number): Promise<readonly OwnSandbox[]> {
  const sandboxes: OwnSandbox[] = [];
  while (sandboxes.length < count) {
    const own = join(folder, `hub-${sandboxes.length + 1}`);
    mkdirSync(own);
    const logFolder = join(own, 'logs');
    const sandbox = await startSandboxProcess(own, DIRECTLY, ['--logs', logFolder]);
    const issuerKeyFile = join(own, 'data', 'issuer-key.json');
    sandboxes.push({ hub: { target: sandbox.target, logFolder, issuerKeyFile }, sandbox });
  }
  return sandboxes;
}

/**
 * Whether every test that can use a permission has run: no file and no test was chosen, and no part of them. What measures
 * pages runs apart, on a hub of its own, and is no proof of what functions need.
 */
async function isWhole(project: TestProject): Promise<boolean> {
  if (project.name !== 'acceptance') return false;
  if (project.config.testNamePattern !== undefined) return false;
  const { testFiles } = await project.globTestFiles();
  const ran = new Set(project.vitest.state.getTestModules().map(({ moduleId }) => moduleId));
  return testFiles.every((file) => ran.has(file));
}
