import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { functionsSdk } from './bundle/functions-sdk.ts';
import { jsonFiles, type LaterFile, lazyJson } from './bundle/lazy-json.ts';
import { lazyValidators, validatorFiles } from './bundle/lazy-validators.ts';
import { buildConsole } from './console/build.ts';
import { toText } from './console/first-load.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Where to read and write. */
export interface BundleOptions {
  /**
   * The repository.
   * @default the repository that this file belongs to
   */
  readonly root?: string;
  /**
   * Folder that gets one folder per function, each with an `index.js`.
   * @default `<root>/dist/lambdas`
   */
  readonly outputFolder?: string;
}

/** One bundle that was made. */
export interface Bundle {
  /** Name of the function, which is that of its folder, or `tidings` for the command. */
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  /** Of these, bytes that come from the schemas: they grow with every event type. */
  readonly bytesOfGenerated: number;
  /** Whether the file differs from what was there before. */
  readonly changed: boolean;
}

/**
 * Names are kept, so that stack traces read well without a source map: they add 5 % to a bundle, while parsing a map
 * would cost every cold start. `module` before `main` gives the tree shaker ES modules. The target is the oldest Node.js
 * that runs the bundles: the local sandbox's, not the deployed runtime's.
 */
const SHARED: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: true,
  legalComments: 'none',
  charset: 'utf8',
  write: false,
  logLevel: 'silent',
};

/**
 * Bundles every `lambdas/<name>/handler.ts`, every `packages/constructs/src/<name>/handler.ts`, and the `tidings` command
 * if it is there, and removes bundles whose source has gone. A file whose content is the same keeps its time stamp, so
 * watchers see only what changed.
 *
 * @throws esbuild's `BuildFailure` when a source does not compile
 */
export async function bundle(options: BundleOptions = {}): Promise<readonly Bundle[]> {
  const root = options.root ?? ROOT;
  const outputFolder = options.outputFolder ?? path.join(root, 'dist', 'lambdas');
  const constructs = path.join(root, 'packages', 'constructs');
  const bundles = await Promise.all([
    bundleFunctions(path.join(root, 'lambdas'), outputFolder),
    bundleFunctions(path.join(constructs, 'src'), path.join(constructs, 'dist', 'functions')),
    bundleCommand(root),
  ]);
  return bundles.flat();
}

/**
 * Bundles every `<sources>/<name>/handler.ts` to `<outputFolder>/<name>/index.js`, and what it loads later beside it.
 * @throws esbuild's `BuildFailure` when a source does not compile
 */
export async function bundleFunctions(sources: string, outputFolder: string): Promise<readonly Bundle[]> {
  const names = await functionNames(sources);
  const entryPoints = Object.fromEntries(
    names.map((name) => [`${name}/index`, path.join(sources, name, 'handler.ts')]),
  );
  const { outputFiles, metafile } = await build({
    ...SHARED,
    entryPoints,
    outdir: outputFolder,
    format: 'cjs',
    metafile: true,
    write: false,
    plugins: [functionsSdk(), lazyValidators, lazyJson],
  });
  const json = Object.entries(metafile.outputs).map(([file, { inputs }]) =>
    jsonFiles(Object.keys(inputs), path.resolve(path.dirname(file))),
  );
  const later = [...(await validatorFiles(SHARED, metafile)), ...(await Promise.all(json)).flat()];
  await removeStale(outputFolder, [...outputFiles, ...later]);
  await Promise.all(later.map((file) => write(file)));
  return Promise.all(outputFiles.map((file) => emit(path.basename(path.dirname(file.path)), file, metafile)));
}

async function bundleCommand(root: string): Promise<readonly Bundle[]> {
  const folder = path.join(root, 'packages', 'cli');
  const entryPoint = path.join(folder, 'src', 'main.ts');
  if (!(await exists(entryPoint))) return [];
  const { outputFiles, metafile } = await build({
    ...SHARED,
    metafile: true,
    write: false,
    entryPoints: [entryPoint],
    outfile: path.join(folder, 'dist', 'tidings.mjs'),
    format: 'esm',
    // CommonJS dependencies call `require`, which an ES module does not have. The source brings its own `#!` line.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
    },
  });
  return Promise.all(outputFiles.map((file) => emit('tidings', file, metafile, 0o755)));
}

/** Folders with a `handler.ts`: a new function needs no line here. */
async function functionNames(sources: string): Promise<readonly string[]> {
  if (!(await exists(sources))) return [];
  const entries = await readdir(sources, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const present = await Promise.all(folders.map((name) => exists(path.join(sources, name, 'handler.ts'))));
  return folders.filter((_, index) => present[index]).sort();
}

/** Removes what is in the folder and not among the files. */
async function removeStale(folder: string, files: readonly LaterFile[]): Promise<void> {
  const present = (await exists(folder)) ? await readdir(folder, { withFileTypes: true, recursive: true }) : [];
  const isWanted = (place: string): boolean =>
    files.some((file) => file.path === place || file.path.startsWith(`${place}${path.sep}`));
  const stale = present.map((entry) => path.join(entry.parentPath, entry.name)).filter((place) => !isWanted(place));
  await Promise.all(stale.map((place) => rm(place, { recursive: true, force: true })));
}

async function emit(name: string, file: LaterFile, metafile: Metafile, mode?: number): Promise<Bundle> {
  return {
    name,
    file: file.path,
    bytes: file.contents.byteLength,
    bytesOfGenerated: bytesOfGenerated(file, metafile),
    changed: await write(file, mode),
  };
}

function bytesOfGenerated(file: LaterFile, { outputs }: Metafile): number {
  const found = Object.entries(outputs).find(([place]) => path.resolve(place) === file.path);
  const generated = Object.entries(found?.[1].inputs ?? {}).filter(([input]) => input.includes('contracts/gen/'));
  return generated.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
}

/** Writes what differs from what is there, and says whether it did. */
async function write(output: LaterFile, mode = 0o644): Promise<boolean> {
  const before = await readFile(output.path).catch(() => undefined);
  const changed = before === undefined || !before.equals(output.contents);
  if (changed) {
    await mkdir(path.dirname(output.path), { recursive: true });
    await writeFile(output.path, output.contents, { mode });
  }
  return changed;
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  try {
    const [bundles, site] = await Promise.all([bundle(), buildConsole()]);
    const sizes = bundles.map(({ name, bytes }) => `${name} ${Math.ceil(bytes / 1024)} kB`);
    const milliseconds = Math.round(performance.now() - started);
    // To standard error: `cdk` passes standard output of the app on to whoever reads its own.
    console.error(`Bundled ${sizes.join(', ') || 'nothing: lambdas/ has no handler.ts'} in ${milliseconds} ms`);
    if (site !== undefined)
      console.error(`${site.built ? 'Built the console' : 'The console is as it was'}: ${toText(site.firstLoad)}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
