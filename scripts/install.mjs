/**
 * Makes a fresh clone ready: installs what package-lock.json says, if that has not been done yet, and with
 * `--for-tests` what the tests need of the machine. Plain JavaScript without dependencies, because it runs before there
 * are any.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const MARKER = join(root, 'node_modules', '.installed-lock');
const TURN = join(root, '.installing');
const LONGEST_TURN_MILLISECONDS = 10 * 60_000;

const NEEDED_BY_TESTS = [
  {
    name: 'Chromium',
    debian: 'chromium',
    isThere: () => findChromium() !== undefined,
    without: 'the browser tests will fail. Install it, or set CHROMIUM_PATH to the program.',
  },
  {
    name: 'Java 17',
    debian: 'openjdk-17-jre-headless',
    isThere: () => spawnSync('java', ['-version']).status === 0,
    without: "the tests against AWS's own DynamoDB Local are left out.",
  },
];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19))
  fail(`Tidings needs Node 20.19 or later; this is ${process.versions.node}.`);

takeTurn();
try {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (!existsSync(MARKER) || readFileSync(MARKER, 'utf8') !== lock) {
    console.log('Installing dependencies …');
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error']);
    writeFileSync(MARKER, lock);
  }
  if (process.argv.includes('--for-tests')) installForTests();
} finally {
  rmdirSync(TURN);
}

/** Two commands at once on a fresh clone must not both install. */
function takeTurn() {
  for (;;) {
    try {
      mkdirSync(TURN);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const since = statSync(TURN, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (Date.now() - since > LONGEST_TURN_MILLISECONDS) rmdirSync(TURN);
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
}

/** Installs what the tests need of the machine, where that can be done. */
function installForTests() {
  const missing = NEEDED_BY_TESTS.filter(({ isThere }) => !isThere());
  if (missing.length === 0) return;
  const canInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  for (const { name, without } of canInstall ? [] : missing) console.log(`${name} is not installed: ${without}`);
  if (!canInstall) return;
  console.log(`Installing ${missing.map(({ name }) => name).join(' and ')} for the tests …`);
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing.map(({ debian }) => debian)]);
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) fail(`${command} ${args[0]} failed${error ? `: ${error.message}` : ''}.`);
}

function fail(message) {
  console.error(message);
  if (existsSync(TURN)) rmdirSync(TURN);
  process.exit(1);
}
