import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { bundleFunctions } from '../bundle.ts';
import { type Entry, entriesOf, externalPackages, publishedManifest, readSourceManifest } from './entries.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Recipe {
  /** What the package brings along besides code, by its path in the repository. */
  readonly documents: readonly string[];
  /** `neutral` runs in browsers too, so nothing in it may be a module of Node.js. */
  readonly platform: 'neutral' | 'node';
}

/** The packages that are published, by their folders below `packages/`. */
const RECIPES = {
  client: {
    documents: ['packages/client/README.md', 'PROTOCOL.md', 'CHANGELOG.md', 'LICENSE'],
    platform: 'neutral',
  },
  constructs: {
    documents: ['packages/constructs/README.md', 'CHANGELOG.md', 'LICENSE'],
    platform: 'node',
  },
} as const satisfies Readonly<Record<string, Recipe>>;

export type PackageName = keyof typeof RECIPES;

/** In the order in which they are published: each may need those before it. */
export const PACKAGE_NAMES = Object.keys(RECIPES) as readonly PackageName[];

/** Source: the code runs in Node.js from 20.19 on, and in browsers that have `Array.prototype.toSorted`. */
const TARGET = 'es2022';

export interface PackageOptions {
  /** @default the repository that this file belongs to */
  readonly root?: string;
  /** @default `<root>/dist/<name>` */
  readonly output?: string;
}

/**
 * Makes the folder that is published as `@tidings/<name>`: ES modules and CommonJS that share their parts between entry
 * points, so that a class is the same class wherever it is imported from; types for both; bundles of the functions that
 * it deploys; manifest and documents.
 *
 * @returns the folder
 */
export async function buildPackage(name: PackageName, { root = ROOT, output }: PackageOptions = {}): Promise<string> {
  const { documents, platform } = RECIPES[name];
  const source = path.join(root, 'packages', name);
  const target = output ?? path.join(root, 'dist', name);
  const manifest = await readSourceManifest(source);
  const entries = entriesOf(manifest, source);
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const external = externalPackages(manifest);
  const [modules, types] = await Promise.all([
    bundle(entries, external, platform),
    declare(entries, external, source),
    bundleFunctions(path.join(source, 'src'), path.join(target, 'functions')),
  ]);
  for (const [file, text] of modules) {
    await writeFile(path.join(target, file), text);
    await writeFile(path.join(target, file.replace(/\.js$/, '.cjs')), await toCommonJs(text));
  }
  for (const [file, text] of types) {
    await writeFile(path.join(target, file), text);
    await writeFile(path.join(target, file.replace(/\.d\.ts$/, '.d.cts')), withExtension(text, '.cjs'));
  }
  await writeFile(
    path.join(target, 'package.json'),
    `${JSON.stringify(publishedManifest(manifest, entries), null, 2)}\n`,
  );
  for (const document of documents)
    await copyFile(path.join(root, document), path.join(target, path.basename(document)));
  return target;
}

type Files = ReadonlyMap<string, string>;

async function bundle(
  entries: readonly Entry[],
  external: readonly string[],
  platform: Recipe['platform'],
): Promise<Files> {
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(entries.map(({ name, source }) => [name, source])),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform,
    target: TARGET,
    jsx: 'automatic',
    charset: 'utf8',
    legalComments: 'none',
    chunkNames: 'part-[hash]',
    external: external.flatMap((name) => [name, `${name}/*`]),
    outdir: 'out',
    write: false,
    logLevel: 'silent',
  });
  return new Map(outputFiles.map(({ path: file, text }) => [path.basename(file), text]));
}

/** Where a module finds itself: CommonJS has no `import.meta`. */
const MODULE_URL = 'import.meta.url';
const URL_IN_COMMON_JS = '__moduleUrl';

async function toCommonJs(text: string): Promise<string> {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: TARGET,
    charset: 'utf8',
    ...(text.includes(MODULE_URL) && {
      define: { [MODULE_URL]: URL_IN_COMMON_JS },
      banner: `const ${URL_IN_COMMON_JS} = require('node:url').pathToFileURL(__filename).href;`,
    }),
  });
  return withExtension(code, '.cjs');
}

/** Our own parts, named as they are in the other module system. */
const withExtension = (text: string, extension: string): string =>
  text.replaceAll(
    /(["'])(\.\/[\w-]+)\.js\1/g,
    (_, quote: string, name: string) => `${quote}${name}${extension}${quote}`,
  );

async function declare(entries: readonly Entry[], external: readonly string[], source: string): Promise<Files> {
  const bundled = await rollup({
    // It advises to export every type that another one is made of; what users name is exported, and tests compile it.
    logLevel: 'silent',
    input: Object.fromEntries(entries.map(({ name, source: file }) => [name, file])),
    external: external.flatMap((name) => [name, new RegExp(`^${name}/`)]),
    plugins: [
      dts({
        tsconfig: path.join(source, 'tsconfig.json'),
        includeExternal: ['@tidings/contracts'],
        compilerOptions: { declaration: true },
      }),
    ],
  });
  const { output } = await bundled.generate({ format: 'es', chunkFileNames: 'part-[hash].d.ts' });
  await bundled.close();
  return new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code] as const] : [])));
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const name of PACKAGE_NAMES) console.log(await buildPackage(name));
