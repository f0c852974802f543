import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { folderWith, orderPlaced } from '../generate/schema-folder.ts';
import type { Surroundings } from './surroundings.ts';

// For tests.

export const ORDER = 'shop/order-placed.v1.json';
export { orderPlaced };

/** A command in this process, with what it said. */
export function commandIn(
  schemas: string,
  command: (args: readonly string[], around: Surroundings) => Promise<number>,
) {
  const printed: string[] = [];
  const complaints: string[] = [];
  const run = (...args: readonly string[]): Promise<number> =>
    command(args, { schemas, print: (line) => printed.push(line), complain: (line) => complaints.push(line) });
  return { run, printed, complaints };
}

/** A folder of schemas with one event type. */
export const shopFolder = (changes: Readonly<Record<string, unknown>> = {}): Promise<string> =>
  folderWith({ [ORDER]: orderPlaced(changes) });

/** Every file below a folder, hidden ones included. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

export const ROOT = path.join(import.meta.dirname, '../..');

/** A command as a process without a terminal. */
export function runProcess(
  entry: 'new' | 'check' | 'publish',
  args: readonly string[],
  user?: number,
): Promise<{ readonly status: number | null; readonly output: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', `scripts/schema/${entry}.ts`, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(user !== undefined && { uid: user, gid: user }),
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (status) => resolve({ status, output: chunks.join('') }));
  });
}
