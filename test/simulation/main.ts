import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type SimulationResult, simulate } from './simulate.ts';

const USAGE = `npm run simulate -- [--seeds N] [--from N] [--steps N]     many seeds (default 1000, from 0, 1000 steps)
npm run simulate -- --seed N [--steps N] [--trace] [--lines N]   one seed again, with its last steps
npm run simulate -- … --mutant NAME                          with a deliberate mistake; see MUTANTS.md
--stop ends at the first violation.`;

const OPTIONS = {
  seed: { type: 'string' },
  seeds: { type: 'string', default: '1000' },
  from: { type: 'string', default: '0' },
  steps: { type: 'string', default: '1000' },
  lines: { type: 'string', default: '60' },
  mutant: { type: 'string' },
  trace: { type: 'boolean', default: false },
  stop: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const { values } = parseArgs({ options: OPTIONS });
const PROGRESS_MILLISECONDS = 5000;

/** Shows what was violated, and how to see it again. */
function report({ seed, violation, trace, profile }: SimulationResult, steps: number): void {
  if (violation === undefined) return;
  console.log(`seed ${seed}, step ${violation.step}: ${violation.rule}: ${violation.what}`);
  console.log(`  again: npm run simulate -- --seed ${seed} --steps ${steps} --trace`);
  if (!values.trace) return;
  console.log(JSON.stringify(profile, undefined, 1));
  console.log(trace.last(Number(values.lines)).join('\n'));
}

async function run(): Promise<number> {
  const steps = Number(values.steps);
  const first = Number(values.seed ?? values.from);
  const count = values.seed === undefined ? Number(values.seeds) : 1;
  const began = performance.now();
  const total = { seeds: 0, steps: 0, events: 0, violations: 0 };
  let shown = began;
  for (let seed = first; seed < first + count; seed += 1) {
    const wanted = { seed, steps, isTraced: values.trace };
    let result = await simulate(wanted);
    // Lines cost time: they are made only for what is to be read.
    if (result.violation !== undefined && !values.trace) result = await simulate({ ...wanted, isTraced: true });
    total.seeds += 1;
    total.steps += result.steps;
    total.events += result.events;
    if (result.violation !== undefined) total.violations += 1;
    report(result, steps);
    if (values.seed !== undefined) console.log(`seed ${seed}: ${result.steps} steps, trace ${result.hash}`);
    if (values.stop && total.violations > 0) break;
    if (performance.now() - shown < PROGRESS_MILLISECONDS) continue;
    shown = performance.now();
    console.error(`${total.seeds} of ${count} seeds, ${total.steps} steps, ${total.violations} violations`);
  }
  const seconds = (performance.now() - began) / 1000;
  const rate = `${(total.seeds / seconds).toFixed(0)} seeds/s, ${(total.steps / seconds).toFixed(0)} steps/s`;
  console.log(
    `${total.seeds} seeds, ${total.steps} steps, ${total.events} events in ${seconds.toFixed(1)} s (${rate}): ${total.violations} violations`,
  );
  return total.violations > 0 ? 1 : 0;
}

/** Runs the same in another process, in which a mistake has been made. */
async function runMutant(name: string): Promise<number> {
  const [{ bundleSimulation }, { MUTANTS }] = await Promise.all([import('./bundle.ts'), import('./mutants.ts')]);
  const mutant = MUTANTS.find((one) => one.name === name);
  if (mutant === undefined) {
    console.error(
      `Expected a mutant out of ${MUTANTS.map((one) => one.name).join(', ')}; found ${JSON.stringify(name)}`,
    );
    return 2;
  }
  const directory = await mkdtemp(path.join(tmpdir(), 'tidings-mutant-'));
  try {
    const file = path.join(directory, 'simulation.mjs');
    await bundleSimulation(file, mutant);
    const rest = process.argv.slice(2).filter((one, index, all) => one !== '--mutant' && all[index - 1] !== '--mutant');
    return spawnSync(process.execPath, [file, ...rest], { stdio: 'inherit' }).status ?? 2;
  } finally {
    await rm(directory, { recursive: true });
  }
}

if (values.help) console.log(USAGE);
else process.exitCode = values.mutant === undefined ? await run() : await runMutant(values.mutant);
