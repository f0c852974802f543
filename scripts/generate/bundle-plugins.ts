import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

const COMPILED = 'compiled';
const INSTALLED = 'installed';

/** Serves sources that exist only in memory as `compiled:<name>`. */
export function compiledModules(sources: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'compiled-modules',
    setup(bundle) {
      const prefix = new RegExp(`^${COMPILED}:`);
      bundle.onResolve({ filter: prefix }, ({ path }) => ({ path: path.replace(prefix, ''), namespace: COMPILED }));
      bundle.onLoad({ filter: /.*/, namespace: COMPILED }, ({ path }) => {
        const contents = sources[path];
        return contents === undefined
          ? { errors: [{ text: `no compiled source ${path}` }] }
          : { contents, loader: 'js' };
      });
    },
  };
}

/**
 * Finds what compiled code requires (parts of ajv and its formats) and names it by package instead of by place:
 * esbuild writes the names into its output, which must be the same wherever `node_modules` lies.
 */
export const installedPackages: Plugin = {
  name: 'installed-packages',
  setup(bundle) {
    for (const namespace of [COMPILED, INSTALLED]) {
      bundle.onResolve({ filter: /.*/, namespace }, ({ path, pluginData }) => {
        if (namespace === COMPILED && path.startsWith('./')) return { path, external: true };
        const from: string = typeof pluginData === 'string' ? pluginData : import.meta.filename;
        const file = createRequire(from).resolve(path);
        return { path: file.split(/[\\/]node_modules[\\/]/).at(-1) ?? path, namespace: INSTALLED, pluginData: file };
      });
    }
    bundle.onLoad({ filter: /.*/, namespace: INSTALLED }, async ({ pluginData }) => {
      const file = String(pluginData);
      return { contents: await readFile(file, 'utf8'), loader: 'js', pluginData: file };
    });
  },
};
