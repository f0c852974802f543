/**
 * Makes a fresh clone ready: installs what package-lock.json says, if that has not been done yet, and with
 * `--with-browser` makes sure that there is a Chromium for the browser tests. Plain JavaScript without dependencies,
 * because it runs before there are any.
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
  if (process.argv.includes('--with-browser') && findChromium() === undefined) installChromium();
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

function installChromium() {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || spawnSync('apt-get', ['--version']).status !== 0) {
    fail('The browser tests need Chromium: install it, or set CHROMIUM_PATH to the program.');
  }
  console.log('Installing Chromium for the browser tests …');
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium']);
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
