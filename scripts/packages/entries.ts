import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** A package's `package.json` as it stands in the repository: it exports sources, and is private. */
export interface SourceManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional: boolean }>>;
  readonly engines?: Readonly<Record<string, string>>;
  readonly keywords?: readonly string[];
}

/** What people import: `.` is `index`, `./react` is `react`. */
export interface Entry {
  readonly subpath: string;
  readonly name: string;
  /** Absolute. */
  readonly source: string;
}

export async function readSourceManifest(folder: string): Promise<SourceManifest> {
  return JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as SourceManifest;
}

export const entriesOf = ({ exports }: SourceManifest, folder: string): readonly Entry[] =>
  Object.entries(exports).map(([subpath, source]) => ({
    subpath,
    name: subpath === '.' ? 'index' : subpath.slice('./'.length),
    source: path.join(folder, source),
  }));

/** The contracts are published as a part of whatever is made of them, and not by themselves. */
const isBuiltIn = (name: string): boolean => name === '@tidings/contracts';

/** What an importer installs beside the package, by itself or through it. */
export const externalPackages = ({ dependencies, peerDependencies = {} }: SourceManifest): readonly string[] =>
  [...Object.keys(dependencies), ...Object.keys(peerDependencies)].filter((name) => !isBuiltIn(name));

/** The manifest to publish. */
export function publishedManifest(source: SourceManifest, entries: readonly Entry[]): Record<string, unknown> {
  const { exports: _, dependencies, ...manifest } = source;
  return {
    name: manifest.name,
    version: manifest.version,
    description: manifest.description,
    keywords: manifest.keywords,
    license: manifest.license,
    type: 'module',
    sideEffects: false,
    engines: manifest.engines,
    main: './index.cjs',
    module: './index.js',
    types: './index.d.ts',
    exports: {
      ...Object.fromEntries(
        entries.map(({ subpath, name }) => [
          subpath,
          {
            import: { types: `./${name}.d.ts`, default: `./${name}.js` },
            require: { types: `./${name}.d.cts`, default: `./${name}.cjs` },
          },
        ]),
      ),
      './package.json': './package.json',
    },
    dependencies: Object.fromEntries(Object.entries(dependencies).filter(([name]) => !isBuiltIn(name))),
    peerDependencies: manifest.peerDependencies,
    peerDependenciesMeta: manifest.peerDependenciesMeta,
  };
}
