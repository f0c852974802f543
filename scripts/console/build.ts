import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { claim } from '../claim.mjs';
import { type FirstLoad, MOST_JS, measureFirstLoad, toText } from './first-load.ts';
import { digestOfSources } from './sources.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LOOK_AGAIN_MILLISECONDS = 100;

/** Beside the manifest, which is not deployed either; so it comes and goes with the build that it tells of. */
const MARKER = path.join('.vite', 'built.json');

interface Marker {
  /** {@link digestOfSources}. */
  readonly sources: string;
  readonly firstLoad: FirstLoad;
}

/** Builds the page into a folder. */
export type Build = (folder: string, root: string) => Promise<void>;

export interface ConsoleBuild {
  readonly firstLoad: FirstLoad;
  /** Whether there was anything to build. */
  readonly built: boolean;
}

/** Whether `dist/console` is what the sources make. */
export const isConsoleBuilt = (root = ROOT): boolean => readMarker(folderOf(root))?.sources === digestOfSources(root);

/**
 * Builds `console/` into `dist/console`, unless that is what the sources make. Whoever reads there finds one build or
 * another, and never half of one; of two builds at once, one waits for the other.
 *
 * @returns nothing where there is no console
 * @throws Error when it does not compile, or is more than a first load may be; what was there before stays
 */
export async function buildConsole(root = ROOT, build: Build = buildWithVite): Promise<ConsoleBuild | undefined> {
  if (!existsSync(path.join(root, 'console', 'index.html'))) return undefined;
  const folder = folderOf(root);
  const known = readMarker(folder);
  if (known?.sources === digestOfSources(root)) return { firstLoad: known.firstLoad, built: false };
  const turn = await takeTurn(path.join(root, 'dist', '.building-console'));
  try {
    const sources = digestOfSources(root);
    const others = readMarker(folder);
    if (others?.sources === sources) return { firstLoad: others.firstLoad, built: false };
    const draft = path.join(root, 'dist', '.console-draft');
    rmSync(draft, { recursive: true, force: true });
    await build(draft, root);
    const firstLoad = measureFirstLoad(draft);
    if (firstLoad.js > MOST_JS)
      throw new Error(`The console: found ${toText(firstLoad)}, expected at most ${MOST_JS / 1000} kB of JavaScript`);
    writeMarker(draft, { sources, firstLoad });
    replace(folder, draft);
    return { firstLoad, built: true };
  } finally {
    turn.release();
  }
}

const folderOf = (root: string): string => path.join(root, 'dist', 'console');

async function buildWithVite(folder: string, root: string): Promise<void> {
  // Only now: loading it takes longer than all the rest where there is nothing to build.
  const { build } = await import('vite');
  const before = process.env['NODE_ENV'];
  // React has another build for those who look for mistakes, which Vite takes if this says so.
  process.env['NODE_ENV'] = 'production';
  try {
    await build({
      root: path.join(root, 'console'),
      configFile: path.join(root, 'console', 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: folder, emptyOutDir: true, manifest: true },
    });
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  }
}

async function takeTurn(folder: string): Promise<{ readonly release: () => void }> {
  for (;;) {
    const { claim: turn } = claim(folder);
    if (turn !== undefined) return turn;
    await new Promise((wake) => setTimeout(wake, LOOK_AGAIN_MILLISECONDS));
  }
}

function replace(folder: string, draft: string): void {
  const old = `${draft}-old`;
  rmSync(old, { recursive: true, force: true });
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(draft, folder);
  rmSync(old, { recursive: true, force: true });
}

/** Nothing where there is no build, or one of somebody else's making. */
function readMarker(folder: string): Marker | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, MARKER), 'utf8')) as Marker;
  } catch {
    return undefined;
  }
}

function writeMarker(folder: string, marker: Marker): void {
  const file = path.join(folder, MARKER);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(marker));
}
