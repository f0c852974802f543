import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../acceptance/random.ts';
import { readChaosOptions } from './arguments.ts';
import { KillableHub } from './killable-hub.ts';
import { runChaos } from './run.ts';

/**
 * `npm run chaos -- --kills 50 --events 50000 --seed 1`: the sandbox with faults, killed under load and started again,
 * while producers and clients do what they can. Fails if anything that was acknowledged is lost, or comes twice.
 */

// About the Node.js of this machine, which is not the one that the functions are deployed to.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const options = readChaosOptions(process.argv.slice(2));
const folder = mkdtempSync(join(tmpdir(), 'tidings-chaos-'));
console.log(`Chaos: ${options.kills} kills, ${options.events} events, --seed ${options.seed}, data in ${folder}`);
const hub = await KillableHub.prepare(folder, options.seed);
try {
  const { rows, violations } = await runChaos(options, hub, folder, createRandom(options.seed));
  console.log(rows.map(([name, value]) => `${name.padEnd(26)}${value}`).join('\n'));
  for (const violation of violations) console.error(`VIOLATION: ${violation}`);
  if (violations.length > 0) process.exitCode = 1;
  else rmSync(folder, { recursive: true, force: true });
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  hub.abandon();
  if (process.exitCode === 1) console.error(`--seed ${options.seed}; the data stays in ${folder}`);
  // Producers of a run that has failed may still be trying.
  process.exit();
}
