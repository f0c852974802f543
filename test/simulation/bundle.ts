import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Mutant } from './mutant.ts';

const ROOT = path.join(import.meta.dirname, '../..');

/** A file with a mutant's patches. @throws Error if one of them does not fit exactly once */
function patched(contents: string, { name, patches }: Mutant, file: string): string {
  let mutated = contents;
  for (const { find, replace } of patches.filter((patch) => patch.file === file)) {
    const found = mutated.split(find).length - 1;
    if (found !== 1) throw new Error(`${name}: expected ${JSON.stringify(find)} once in ${file}, found ${found}`);
    mutated = mutated.replace(find, () => replace);
  }
  return mutated;
}

/** Makes sure that a mutant can be made of the code as it is. @throws Error if not */
export async function assertFits(mutant: Mutant): Promise<void> {
  for (const file of new Set(mutant.patches.map((patch) => patch.file))) {
    patched(await readFile(path.join(ROOT, file), 'utf8'), mutant, file);
  }
}

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

function patching(mutant: Mutant, applied: Set<string>): Plugin {
  return {
    name: `mutant ${mutant.name}`,
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
        const relative = path.relative(ROOT, file);
        if (!mutant.patches.some((patch) => patch.file === relative)) return undefined;
        applied.add(relative);
        return { contents: patched(await readFile(file, 'utf8'), mutant, relative), loader: 'ts' };
      });
    },
  };
}
