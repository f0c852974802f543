import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type BuildOptions, build, type Metafile, type OutputFile, type Plugin } from 'esbuild';

/** Folder with the validators, beside the bundle as beside `validators.js`. */
const FOLDER = 'validators';
const LAZY = 'lazy-validators';
/** Of a file's own, whatever a package.json above it says: a bundle lies alone on Lambda, and in this repository here. */
const EXTENSION = '.cjs';

/**
 * Leaves the compiled schemas of `packages/contracts/gen/validators/` out of a bundle, which loads each when the first
 * event of its type comes: a cold start costs the same with 11 types and with 100. {@link validatorFiles} makes the
 * files that it then finds beside itself.
 */
export const lazyValidators: Plugin = {
  name: LAZY,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/validators\/[^/]+\.js$/ }, ({ path: place, importer, resolveDir }) =>
      importer.endsWith(`${path.sep}validators.js`)
        ? { path: path.resolve(resolveDir, place), namespace: LAZY }
        : undefined,
    );
    onResolve({ filter: /\.cjs$/, namespace: LAZY }, ({ path: place }) => ({ path: place, external: true }));
    onLoad({ filter: /.*/, namespace: LAZY }, ({ path: place }) => {
      const load = `require(${JSON.stringify(`./${FOLDER}/${path.basename(place, '.js')}${EXTENSION}`)})`;
      const getters = ['quick', 'thorough'].map((name) => `get ${name}() { return ${load}.${name}; }`);
      return { contents: `module.exports = { ${getters.join(', ')} };`, loader: 'js' };
    });
  },
};

/** The files that bundles made with {@link lazyValidators} load, for each folder of a bundle that has any. */
export async function validatorFiles(
  options: BuildOptions,
  { inputs, outputs }: Metafile,
): Promise<readonly OutputFile[]> {
  const folders = Object.entries(outputs)
    .filter(([, output]) => output.imports.some(({ path: place }) => place.startsWith(`./${FOLDER}/`)))
    .map(([file]) => path.resolve(path.dirname(file)));
  const [lazy] = Object.keys(inputs).filter((input) => input.startsWith(`${LAZY}:`));
  if (folders.length === 0 || lazy === undefined) return [];
  const source = path.resolve(path.dirname(lazy.slice(LAZY.length + 1)));
  const names = (await readdir(source)).filter((name) => name.endsWith('.js'));
  const built = await Promise.all(
    folders.map((folder) =>
      build({
        ...options,
        entryPoints: names.map((name) => path.join(source, name)),
        outdir: path.join(folder, FOLDER),
        outExtension: { '.js': EXTENSION },
        format: 'cjs',
        plugins: [sharedRuntime],
      }),
    ),
  );
  return built.flatMap(({ outputFiles = [] }) => outputFiles);
}

/** What the validators share stays a file of its own. */
const sharedRuntime: Plugin = {
  name: 'shared-runtime',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/runtime\.js$/ }, () => ({ path: `./runtime${EXTENSION}`, external: true }));
  },
};
