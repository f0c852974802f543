import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, type BenchResult, isWithin } from './bench.ts';
import { BENCHES } from './benches.ts';
import { surroundingsOfRun } from './report/machine.ts';
import { publish } from './report/publish.ts';
import { findingLines, type Report } from './report/report.ts';

/**
 * `npm run bench [-- <name> …] [--quick] [--rounds N] [--json FILE] [--publish]`: what the hub costs, beside its
 * floors. Ends with 1 if a figure is outside of its limit.
 */

const ROUNDS = { whole: 9, quick: 3 } as const;

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    json: { type: 'string', default: '.sandbox/bench.json' },
    publish: { type: 'boolean', default: false },
  },
});

const names = positionals.length === 0 ? Object.keys(BENCHES) : positionals;
const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0)
  fail(`Expected names of benches, found ${unknown.join(', ')}: ${Object.keys(BENCHES).join(', ')}`);
const rounds = values.rounds === undefined ? ROUNDS[values.quick ? 'quick' : 'whole'] : Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1 || rounds % 2 === 0) {
  fail(`Expected an odd number of rounds, found --rounds ${values.rounds}`);
}
if (values.publish && (positionals.length > 0 || values.quick)) {
  fail('Expected --publish with neither names nor --quick: the page has all figures of one whole run');
}

const report: Report = { ...surroundingsOfRun(), rounds, benches: [] };
let outside = 0;
for (const [index, name] of names.entries()) {
  const bench = await BENCHES[name]?.();
  if (bench === undefined) continue;
  const started = performance.now();
  const result = await run(bench, `[${index + 1}/${names.length}] ${name}`);
  const seconds = Math.round((performance.now() - started) / 1000);
  report.benches.push({ name, title: bench.title, method: bench.method, seconds, ...result });
  console.log(`\n${bench.title} (${name}, ${seconds} s)`);
  for (const line of findingLines(result.findings)) console.log(line);
  for (const { title, rows } of result.tables ?? []) {
    console.log(`  ${title}`);
    for (const row of rows) console.log(`    ${row.map((cell) => cell.padEnd(14)).join('  ')}`);
  }
  for (const note of result.notes ?? []) console.log(`  ${note}`);
  outside += result.findings.filter((finding) => !isWithin(finding)).length;
}

await mkdir(dirname(values.json), { recursive: true });
await writeFile(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
console.log(`\nAs JSON: ${values.json}`);
if (values.publish) for (const file of await publish(report)) console.log(`Written: ${file}`);
console.log(outside === 0 ? 'Every figure is within its limit' : `${outside} figures are outside of their limits`);
process.exit(outside === 0 ? 0 : 1);

/** Runs a bench under a line that says how far it is: on a terminal it changes in place, elsewhere it grows. */
async function run(bench: Bench, label: string): Promise<BenchResult> {
  const { stderr } = process;
  const progress = (text: string): void => {
    if (!stderr.isTTY) return;
    stderr.write(`\r\x1b[2K${`${label}: ${text}`.slice(0, Math.max(20, stderr.columns - 1))}`);
  };
  if (!stderr.isTTY) stderr.write(`${label} …\n`);
  progress('…');
  try {
    return await bench.run({ isQuick: values.quick, rounds, progress });
  } finally {
    if (stderr.isTTY) stderr.write('\r\x1b[2K');
  }
}

function fail(text: string): never {
  console.error(text);
  process.exit(1);
}
