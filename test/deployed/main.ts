import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { prove } from './prove.ts';
import { WorkingCopy } from './working-copy.ts';

/**
 * Proves that deployments lose nothing, at an endpoint that has no stack `tidings-dev`; see docs/deploy-to-an-emulator.md:
 *
 *     AWS_ENDPOINT_URL=http://localhost:4566 … node --import tsx test/deployed/main.ts --refused archiveDays=14 -- \
 *       -c issuer=http://127.0.0.1:4702 …
 */

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    refused: { type: 'string', default: 'archiveDays=14' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const seed = Number(values.seed);
if (!Number.isSafeInteger(seed))
  throw new Error(`--seed: found ${JSON.stringify(values.seed)}, expected a whole number`);
if ((process.env['AWS_ENDPOINT_URL'] ?? '') === '') {
  throw new Error('AWS_ENDPOINT_URL: expected the URL of an emulator, found none. This is not for an account of AWS.');
}

const copy = new WorkingCopy(mkdtempSync(path.join(tmpdir(), 'tidings-deployed-')));
console.log(`Deployments of ${copy.folder} to ${process.env['AWS_ENDPOINT_URL']}, --seed ${seed}`);
const violations = await prove(copy, {
  deployArguments: positionals,
  refused: values.refused,
  seed,
  print: (line) => console.log(line),
});
for (const violation of violations) console.error(`VIOLATION: ${violation}`);
console.log(`${violations.length} violations`);
if (violations.length === 0) copy.remove();
process.exit(violations.length === 0 ? 0 : 1);
