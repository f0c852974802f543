import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Everything that a build of the console is made of, below the repository. The lock stands for all packages. */
const SOURCES = [
  'console',
  'lib/environments.ts',
  'package-lock.json',
  'packages/client/package.json',
  'packages/client/src',
  'packages/contracts/gen',
  'packages/contracts/package.json',
  'packages/contracts/src',
  'schemas',
  'scripts/console',
  'scripts/generate',
];

/** A digest of all sources of the console: another one is another build. It takes some ten milliseconds. */
export function digestOfSources(root: string): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of filesOf(path.join(root, source))) {
      const content = readFileSync(file);
      hash.update(`${path.relative(root, file)}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

function filesOf(place: string): readonly string[] {
  if (!existsSync(place)) return [];
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && !/\.test\.tsx?$/.test(name) && !name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesOf(path.join(place, entry.name)) : [path.join(place, entry.name)]));
}
