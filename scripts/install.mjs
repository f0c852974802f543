/**
 * Makes a fresh clone ready: installs what package-lock.json says, if that has not been done yet, and with
 * `--for-tests` what the tests need of the machine. Plain JavaScript without dependencies, because it runs before there
 * are any.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.mjs';
import { claim } from './claim.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const MARKER = join(root, 'node_modules', '.installed-lock');
const TURN = join(root, '.installing');
const LOOK_AGAIN_MILLISECONDS = 100;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

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
  {
    // No package of Debian's: it is only told of.
    name: 'The .NET 10 SDK',
    isThere: () => spawnSync('dotnet', ['--version'], { cwd: join(root, 'packages/dotnet') }).status === 0,
    without: 'the .NET packages are not tested.',
  },
];

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === realpathSync(fileURLToPath(import.meta.url)))
  await install(process.argv.includes('--for-tests'));

/** Installs what is missing. Ends the process when that fails, or when a signal comes meanwhile. */
export async function install(forTests = false) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Tidings needs Node 20.19 or later; this is ${process.versions.node}.`);
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const isInstalled = () => existsSync(MARKER) && readFileSync(MARKER, 'utf8') === lock;
  const missing = forTests ? NEEDED_BY_TESTS.filter(({ isThere }) => !isThere()) : [];
  if (isInstalled() && missing.length === 0) return;

  const work = { turn: undefined, child: undefined, signal: undefined };
  const onSignal = (signal) => {
    work.signal ??= signal;
    work.child?.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    work.turn = await takeTurn(work);
    if (work.turn !== undefined && !isInstalled()) {
      console.log('Installing dependencies …');
      await run(work, 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error']);
      if (work.signal === undefined) writeFileSync(MARKER, lock);
    }
    if (missing.length > 0) await installForTests(work, missing);
  } catch (error) {
    work.turn?.release();
    if (work.signal === undefined) fail(error instanceof Error ? error.message : String(error));
  } finally {
    work.turn?.release();
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
  // What a shell makes of a process that a signal has ended.
  if (work.signal !== undefined) process.exit(128 + constants.signals[work.signal]);
}

/** Two commands at once on a fresh clone must not both install. */
async function takeTurn(work) {
  let told;
  while (work.signal === undefined) {
    const { claim: turn, owner } = claim(TURN);
    if (turn !== undefined) return turn;
    if (owner !== told) console.log(`Waiting for another installation (pid ${owner}) …`);
    told = owner;
    await new Promise((wake) => setTimeout(wake, LOOK_AGAIN_MILLISECONDS));
  }
  return undefined;
}

/** Installs what the tests need of the machine, where that can be done. */
async function installForTests(work, missing) {
  const canInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  const wanted = canInstall ? missing.filter(({ debian }) => debian !== undefined) : [];
  for (const { name, without } of missing.filter((one) => !wanted.includes(one)))
    console.log(`${name} is not installed: ${without}`);
  if (wanted.length === 0) return;
  console.log(`Installing ${wanted.map(({ name }) => name).join(' and ')} for the tests …`);
  await run(work, 'apt-get', ['update', '-qq']);
  await run(work, 'apt-get', [
    'install',
    '-y',
    '-qq',
    '--no-install-recommends',
    ...wanted.map(({ debian }) => debian),
  ]);
}

/** Runs a program that keeps the turn for as long as it lives, even when this process has been killed. */
async function run(work, command, args) {
  if (work.signal !== undefined) return;
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const ended = new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${command} ${args[0]} failed: ${error.message}.`)));
    child.once('close', (code) => resolve(code));
  });
  if (child.pid !== undefined) work.turn.share(child.pid);
  work.child = child;
  const code = await ended;
  work.child = undefined;
  if (code !== 0 && work.signal === undefined) throw new Error(`${command} ${args[0]} failed.`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
