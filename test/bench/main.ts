import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, type BenchResult, isWithin } from './bench.ts';
import { BENCHES } from './benches.ts';
import { surroundingsOfRun } from './report/machine.ts';
import { PUBLISHED, publish } from './report/publish.ts';
import { readReport } from './report/read-report.ts';
import { replaceParts } from './report/replace-parts.ts';
import { findingLines, type Report, type ReportedBench } from './report/report.ts';
import { endOnSignals } from './scratch.ts';

const USAGE = `npm run bench [-- <name> …] [options]: what the hub costs, beside its floors

  --quick        as CI does it: fewer rounds, less load, the same limits
  --rounds N     rounds of a measurement, of which the median counts (odd; 9, or 3 when quick)
  --json FILE    where the figures go (.sandbox/bench.json)
  --publish      writes docs/performance.md, its charts and its JSON; with names, these parts of it
  --from FILE    with --publish: from the JSON of an earlier whole run, without running anything

Ends with 1 if a figure is outside of its limit. Benches: ${Object.keys(BENCHES).join(', ')}`;

const ROUNDS = { whole: 9, quick: 3 } as const;

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
endOnSignals();

const { values, positionals } = readArguments();
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
if (values.from !== undefined) {
  if (!values.publish) fail('Expected --from with --publish');
  if (positionals.length > 0 || values.quick) fail('Expected --from with neither names nor --quick: nothing is run');
  await publishAndName(await readPublished(values.from));
  process.exit(0);
}

const names = positionals.length === 0 ? Object.keys(BENCHES) : positionals;
const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  fail(`Expected names of benches, found ${unknown.join(', ')}. There are ${Object.keys(BENCHES).join(', ')}`);
}
if (values.publish && values.quick) fail('Expected --publish without --quick: the page has figures of whole runs');
const rounds = Number(values.rounds ?? ROUNDS[values.quick ? 'quick' : 'whole']);
if (!Number.isInteger(rounds) || rounds < 1 || rounds % 2 === 0) {
  fail(`Expected an odd number of rounds, found --rounds ${values.rounds}`);
}

// Said now, and not when everything has been measured.
await mkdir(dirname(values.json), { recursive: true }).catch((error: Error) => fail(error.message));
await writeFile(values.json, '').catch((error: Error) => fail(`The figures cannot be written: ${error.message}`));
const published = values.publish && positionals.length > 0 ? await readPublished() : undefined;

const report: Report = { ...surroundingsOfRun(), rounds, ...(values.quick && { isQuick: true }), benches: [] };
const broken: string[] = [];
for (const [index, name] of names.entries()) {
  try {
    const bench = await run(name, `[${index + 1}/${names.length}] ${name}`);
    report.benches.push(bench);
    print(bench);
  } catch (error) {
    // The others are worth having all the same.
    console.error(`\n${name} has broken off:`, error);
    broken.push(name);
  }
}
await writeFile(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
console.log(`\nAs JSON: ${values.json}`);
if (broken.length > 0) fail(`Broken off: ${broken.join(', ')}`);
if (values.publish) await publishAndName(published === undefined ? report : replaceParts(published, report));
const outside = report.benches.flatMap(({ findings }) => findings).filter((finding) => !isWithin(finding)).length;
console.log(outside === 0 ? 'Every figure is within its limit' : `${outside} figures are outside of their limits`);
process.exit(outside === 0 ? 0 : 1);

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        json: { type: 'string', default: '.sandbox/bench.json' },
        publish: { type: 'boolean', default: false },
        from: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${USAGE}`);
  }
}

/** Runs a bench under a line that says how far it is: on a terminal it changes in place, elsewhere there is one. */
async function run(name: string, label: string): Promise<ReportedBench> {
  const { stderr } = process;
  const progress = (text: string): void => {
    if (!stderr.isTTY) return;
    stderr.write(`\r\x1b[2K${`${label}: ${text}`.slice(0, Math.max(20, stderr.columns - 1))}`);
  };
  if (!stderr.isTTY) stderr.write(`${label} …\n`);
  progress('…');
  const started = performance.now();
  try {
    const { title, method, run: measure } = await load(name);
    const result: BenchResult = await measure({ isQuick: values.quick, rounds, progress });
    return { name, title, method, seconds: Math.round((performance.now() - started) / 1000), ...result };
  } finally {
    if (stderr.isTTY) stderr.write('\r\x1b[2K');
  }
}

async function load(name: string): Promise<Bench> {
  const bench = await BENCHES[name]?.();
  if (bench === undefined) throw new Error(`There is no bench ${name}`);
  return bench;
}

function print({ name, title, seconds, findings, tables = [], notes = [] }: ReportedBench): void {
  console.log(`\n${title} (${name}, ${seconds} s)`);
  for (const line of findingLines(findings)) console.log(line);
  for (const { title: caption, rows } of tables) {
    console.log(`  ${caption}`);
    for (const row of rows) console.log(`    ${row.map((cell) => cell.padEnd(14)).join('  ')}`);
  }
  for (const note of notes) console.log(`  ${note}`);
}

async function readPublished(file = PUBLISHED): Promise<Report> {
  return await readReport(file, Object.keys(BENCHES)).catch((error: Error) => fail(error.message));
}

async function publishAndName(finished: Report): Promise<void> {
  for (const file of await publish(finished)) console.log(`Written: ${file}`);
}

function fail(text: string): never {
  console.error(text);
  process.exit(1);
}
