import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Folders with the bundled functions of this package, seen from this module: beside it in the published package, and
 * where `scripts/bundle.ts` puts them in the repository.
 */
const FOLDERS = ['functions', '../dist/functions'] as const;

/**
 * The folder with the bundle of one of this package's own functions, for `Code.fromAsset`.
 *
 * @param name of the folder below `src/` that has the function's `handler.ts`
 * @throws Error if there is no bundle, which says where it was looked for
 */
export function functionFolder(name: string): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const candidates = FOLDERS.map((folder) => path.join(here, folder, name));
  const found = candidates.find((folder) => existsSync(path.join(folder, 'index.js')));
  if (found !== undefined) return found;
  throw new Error(
    `Expected the bundle of the function ${name} at ${candidates.map((folder) => `${folder}/index.js`).join(' or ')}, ` +
      'found none. Install @tidings/constructs again, or in its repository run npm run build',
  );
}
