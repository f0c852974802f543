import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dotnet, type Ran, SOLUTION } from './sdk.ts';
import { readResults, type TestResult } from './test-results.ts';

/** One build for everything: what is tested is what is packed. Without servers that would stay behind. */
const AS_PUBLISHED = [
  ...['--configuration', 'Release', '--verbosity', 'quiet', '--tl:off', '-nodeReuse:false'],
  ...['-p:ContinuousIntegrationBuild=true', '-p:UseSharedCompilation=false'],
];

/** Restores and builds all projects. A warning fails it. */
export const build = (): Promise<Ran> => dotnet(['build', '-warnaserror', ...AS_PUBLISHED]);

/** Packs what has been built into a folder. */
export const pack = (folder: string): Promise<Ran> =>
  dotnet(['pack', '--no-build', '-warnaserror', ...AS_PUBLISHED, '--output', folder]);

/** What a test project has found. */
export interface Tested extends Ran {
  readonly results: readonly TestResult[];
}

/** Runs the tests of a project that has been built. What keeps it from that, or from reading what came of it, is told. */
export async function test(project: string, env: Readonly<Record<string, string>> = {}): Promise<Tested> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tidings-dotnet-'));
  try {
    const built = path.join(SOLUTION, 'artifacts/bin', project, 'release');
    const assembly = path.join(built, `${await assemblyIn(built)}.dll`);
    const ran = await dotnet(['test', assembly, ...HANGING, '--logger', 'trx', '--results-directory', folder], { env });
    const files = (await readdir(folder)).filter((file) => file.endsWith('.trx'));
    const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
    return { ...ran, results: texts.flatMap(readResults) };
  } catch (error) {
    return { status: 1, output: String(error), results: [] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A test that neither ends nor waits for its own deadline is named, and what has run is counted. */
const HANGING: readonly string[] = ['--blame-hang-timeout', '5m', '--blame-hang-dump-type', 'none'];

/** The name of the test assembly in a folder of build output: the one that can be run. */
async function assemblyIn(folder: string): Promise<string> {
  const suffix = '.runtimeconfig.json';
  const found = (await readdir(folder)).find((file) => file.endsWith(suffix));
  if (found === undefined) throw new Error(`${folder}: expected a built test project`);
  return found.slice(0, -suffix.length);
}

/** What of a build's output tells of mistakes: each once, with its path from the solution. */
export function mistakesIn(output: string): string {
  const lines = output.split('\n').filter((line) => /\b(error|warning) [A-Z]+\d+\s*:|: error\s*:/.test(line));
  const short = lines.map((line) =>
    line
      .trim()
      .replaceAll(`${SOLUTION}/`, '')
      .replace(/ \[[^\]]+\]$/, ''),
  );
  return short.length > 0 ? [...new Set(short)].join('\n') : output.slice(-4000);
}
