import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Mutant } from './mutants.ts';

const ROOT = path.join(import.meta.dirname, '../..');

/** Bundles the simulation, with a mutant's patches if there is one. */
export async function bundleSimulation(outfile: string, mutant?: Mutant): Promise<void> {
  const applied = new Set<string>();
  await build({
    entryPoints: [path.join(import.meta.dirname, 'main.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    // Only a process without a mutant needs these.
    external: ['./bundle.ts', './mutants.ts'],
    logLevel: 'error',
    plugins: mutant === undefined ? [] : [patching(mutant, applied)],
  });
  const missed = mutant?.patches.find(({ file }) => !applied.has(file));
  if (missed !== undefined) throw new Error(`${mutant?.name}: ${missed.file} is not part of the simulation`);
}

function patching({ name, patches }: Mutant, applied: Set<string>): Plugin {
  return {
    name: `mutant ${name}`,
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
        const relative = path.relative(ROOT, file);
        const own = patches.filter((patch) => patch.file === relative);
        if (own.length === 0) return undefined;
        applied.add(relative);
        let contents = await readFile(file, 'utf8');
        for (const { find, replace } of own) {
          const found = contents.split(find).length - 1;
          if (found !== 1)
            throw new Error(`${name}: expected ${JSON.stringify(find)} once in ${relative}, found ${found}`);
          contents = contents.replace(find, () => replace);
        }
        return { contents, loader: 'ts' };
      });
    },
  };
}
