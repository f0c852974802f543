import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleSimulation } from './bundle.ts';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './mutants.ts';

const STEPS = 1000;
const MOST_SEEDS = 5000;

interface Found {
  readonly mutant: Mutant;
  /** Seeds that it took; absent if it was not found. */
  readonly seeds: number | undefined;
  readonly rule: string;
}

/** How many seeds the simulator takes to notice a mutant. */
async function hunt(mutant: Mutant, directory: string): Promise<Found> {
  const file = path.join(directory, `${mutant.name}.mjs`);
  await bundleSimulation(file, mutant);
  const options = ['--stop', '--steps', `${STEPS}`, '--seeds', `${MOST_SEEDS}`];
  const { stdout, stderr, status } = spawnSync(process.execPath, [file, ...options], { encoding: 'utf8' });
  if (status !== 0 && status !== 1) throw new Error(`${mutant.name} did not run: ${stderr}`);
  if (status === 1 && !stdout.startsWith('seed')) throw new Error(`${mutant.name} broke: ${stderr}`);
  const [, seed, rule] = /^seed (\d+), step \d+: ([^:]+):/m.exec(stdout) ?? [];
  const found = { mutant, seeds: seed === undefined ? undefined : Number(seed) + 1, rule: rule ?? 'none' };
  console.log(`${mutant.name}: ${found.seeds ?? 'NOT FOUND'} (${found.rule})`);
  return found;
}

const page = (found: readonly Found[]): string => `# Mutants

Deliberate mistakes in the code that is simulated, and how many seeds of ${STEPS} steps, from seed 0 on, it took until the
simulator noticed. Written by \`npx tsx test/simulation/mutants-main.ts\`; one of them again:
\`npm run simulate -- --mutant NAME --seed N --trace\`.

| mutant | the mistake | seeds | noticed by the rule |
|---|---|---|---|
${found.map(({ mutant, seeds, rule }) => `| \`${mutant.name}\` | ${mutant.what} | ${seeds ?? 'not found'} | ${rule} |`).join('\n')}
`;

const names = process.argv.slice(2);
const chosen = MUTANTS.filter(({ name }) => names.length === 0 || names.includes(name));
const directory = await mkdtemp(path.join(tmpdir(), 'tidings-mutants-'));
const found: Found[] = [];
try {
  for (const mutant of chosen) found.push(await hunt(mutant, directory));
} finally {
  await rm(directory, { recursive: true });
}
if (names.length === 0) await writeFile(path.join(import.meta.dirname, 'MUTANTS.md'), page(found));
process.exitCode = found.every(({ seeds }) => seeds !== undefined) ? 0 : 1;
