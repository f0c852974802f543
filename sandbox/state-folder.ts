import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { claim } from '../scripts/claim.mjs';

/** Where a sandbox writes what others look for. */
export interface StateFolder {
  readonly folder: string;
  readonly logFolder: string;
  readonly targetFile: string;
  /** Process id of the sandbox that has `target.json` and `logs`, when it is another one; then ours have other names. */
  readonly other: number | undefined;
  release(): void;
}

const LEFTOVER = /^(?:cdk\.out|logs|target)-(\d+)/;

/**
 * Opens the folder. The first sandbox in it has the well-known names, `target.json` and `logs`, until it ends; others
 * at the same time put their process id into theirs. What those have left that are gone is removed: whoever is killed
 * cannot do so.
 */
export function openStateFolder(folder: string): StateFolder {
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(folder)) {
    const pid = Number(LEFTOVER.exec(entry)?.[1]);
    if (pid > 0 && !isRunning(pid)) rmSync(path.join(folder, entry), { recursive: true, force: true });
  }
  const { claim: own, owner: other } = claim(path.join(folder, 'running'));
  const suffix = other === undefined ? '' : `-${process.pid}`;
  return {
    folder,
    other,
    logFolder: path.join(folder, `logs${suffix}`),
    targetFile: path.join(folder, `target${suffix}.json`),
    release: () => own?.release(),
  };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
