import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'esbuild';

const LAZY = 'lazy-json';

/** A file that a bundle reads later, beside it. */
export interface LaterFile {
  readonly path: string;
  readonly contents: Uint8Array;
}

/**
 * Leaves JSON that is imported by `import()` out of a bundle, which then reads it from a file beside itself: as JSON, and
 * only if somebody asks for it. {@link jsonFiles} makes the files.
 */
export const lazyJson: Plugin = {
  name: LAZY,
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /\.json$/ }, async ({ path: place, kind, resolveDir, importer, namespace }) => {
      if (namespace === LAZY) return { path: place, external: true };
      if (kind !== 'dynamic-import') return undefined;
      // Asked for in another way, so that the answer is the bundler's own and not this one again.
      const found = await resolve(place, { kind: 'import-statement', resolveDir, importer });
      return found.errors.length > 0 ? { errors: found.errors } : { path: found.path, namespace: LAZY };
    });
    onLoad({ filter: /.*/, namespace: LAZY }, ({ path: place }) => ({
      contents: `module.exports = require(${JSON.stringify(`./${path.basename(place)}`)});`,
      loader: 'js',
    }));
  },
};

/** The files that a bundle made with {@link lazyJson} reads, by the names of its inputs, without white space. */
export const jsonFiles = (inputs: readonly string[], folder: string): Promise<readonly LaterFile[]> =>
  Promise.all(
    inputs
      .filter((input) => input.startsWith(`${LAZY}:`))
      .map(async (input) => {
        const source = input.slice(LAZY.length + 1);
        const value: unknown = JSON.parse(await readFile(source, 'utf8'));
        return { path: path.join(folder, path.basename(source)), contents: Buffer.from(JSON.stringify(value)) };
      }),
  );
