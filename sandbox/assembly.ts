import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isConsoleBuilt } from '../scripts/console/build.ts';
import { isObject } from './http.ts';
import { SandboxError } from './sandbox-error.ts';

/** The repository. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A synthesized cloud assembly, as far as one stack of it goes. */
export interface Assembly {
  readonly template: unknown;
  /** Folder of the asset with this S3 key. */
  readonly assetFolder: (key: string) => string | undefined;
}

/** A new folder for an assembly, named after this process. */
export const createAssemblyFolder = (stateFolder: string): string =>
  mkdtempSync(path.join(stateFolder, `cdk.out-${process.pid}-`));

/**
 * Bundles the functions, builds the console where its sources have changed, and synthesizes the stack, each in a process of its own: nothing of `lib` or `lambdas` runs in
 * this one.
 *
 * @throws SandboxError with what the failing process said
 */
export async function synthesize(
  folder: string,
  issuer: string,
  {
    signal,
    onProgress,
  }: { readonly signal?: AbortSignal | undefined; readonly onProgress?: (step: string) => void } = {},
): Promise<void> {
  if (!isConsoleBuilt())
    onProgress?.('Building the console, which takes some seconds the first time and after a change');
  await runTypeScript('scripts/bundle.ts', {}, signal);
  await runTypeScript(
    'bin/tidings.ts',
    {
      CDK_OUTDIR: folder,
      CDK_CONTEXT_JSON: JSON.stringify({ environment: 'dev', issuer }),
      // The same template, two seconds sooner: what the checks would say, the tests have said.
      CDK_VALIDATION: 'false',
    },
    signal,
  );
}

/** @throws SandboxError when there is no such assembly */
export function loadAssembly(folder: string, stackName: string): Assembly {
  const artifact = stacksOf(folder).get(stackName);
  const properties = isObject(artifact) && isObject(artifact['properties']) ? artifact['properties'] : {};
  if (typeof properties['templateFile'] !== 'string') {
    const found = stackNames(folder).join(', ') || 'none';
    throw new SandboxError(`${folder}: found the stacks ${found}, expected ${stackName}`);
  }
  const folders = assetFolders(folder, `${stackName}.assets.json`);
  return { template: readJson(path.join(folder, properties['templateFile'])), assetFolder: (key) => folders.get(key) };
}

/** Names of all stacks of an assembly. @throws SandboxError when there is none */
export const stackNames = (folder: string): readonly string[] => [...stacksOf(folder).keys()];

function stacksOf(folder: string): ReadonlyMap<string, unknown> {
  const manifest = readJson(path.join(folder, 'manifest.json'));
  const artifacts = isObject(manifest) && isObject(manifest['artifacts']) ? manifest['artifacts'] : {};
  return new Map(
    Object.entries(artifacts).filter(([, each]) => isObject(each) && each['type'] === 'aws:cloudformation:stack'),
  );
}

function assetFolders(folder: string, file: string): ReadonlyMap<string, string> {
  const manifest = existsSync(path.join(folder, file)) ? readJson(path.join(folder, file)) : {};
  const files = isObject(manifest) && isObject(manifest['files']) ? Object.values(manifest['files']) : [];
  return new Map(
    files.filter(isObject).flatMap(({ source, destinations }) => {
      if (!isObject(source) || !isObject(destinations)) return [];
      const target = path.join(folder, String(source['path']));
      return Object.values(destinations)
        .filter(isObject)
        .map(({ objectKey }): [string, string] => [String(objectKey), target]);
    }),
  );
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SandboxError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function runTypeScript(
  script: string,
  variables: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<void> {
  const loader = createRequire(import.meta.url).resolve('tsx');
  const child = spawn(process.execPath, ['--import', `file://${loader}`, path.join(ROOT, script)], {
    cwd: ROOT,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  if (code !== 0) throw new SandboxError(`${script} failed:\n${Buffer.concat(output).toString('utf8').trim()}`);
}
