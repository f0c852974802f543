import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The Node.js to start processes with. */
export interface ChosenNode {
  /** Path of the program. */
  readonly file: string;
  /** Such as `v24.1.0`. */
  readonly version: string;
}

/** The Node.js that functions are deployed to: this one, or the one that npm has; if it has none, this one all the same. */
export async function chooseNode(): Promise<ChosenNode> {
  const own = { file: process.execPath, version: process.version };
  if (process.version.startsWith('v24.')) return own;
  try {
    const script = 'console.log(JSON.stringify({ file: process.execPath, version: process.version }))';
    const { stdout } = await run('npx', ['--yes', '--package', 'node@24', 'node', '-e', script], { timeout: 120_000 });
    return JSON.parse(stdout);
  } catch {
    return own;
  }
}
