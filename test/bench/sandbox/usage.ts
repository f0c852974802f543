import { existsSync, readFileSync } from 'node:fs';
import { processTree } from '../../acceptance/process-tree.ts';

/** Ticks of a second in which Linux counts processor time. Source: proc(5); `sysconf(_SC_CLK_TCK)` is 100 everywhere. */
const TICKS_PER_SECOND = 100;

/** Whether this system says what a process takes of pages that several share. Linux does. */
export const SHARES_ARE_KNOWN = existsSync('/proc/self/smaps_rollup');

/**
 * Bytes that a process and all below it take: each page shared by n processes counts one n-th in each (PSS), so that
 * the sum is what would be free without them. Where the system doesn't say, resident bytes, which count such pages twice.
 */
export const memoryOf = (root: number): number =>
  processTree(root).reduce((sum, { pid, memory }) => sum + (proportional(pid) ?? memory), 0);

function proportional(pid: number): number | undefined {
  const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/**
 * Seconds of processor time that a process has taken so far, with all of its threads: by the names of the processes below it,
 * or, where it gets a name, its own only. Nothing where the system has no `/proc`.
 */
export function processorSeconds(root: number, name?: string): ReadonlyMap<string, number> {
  const seconds = new Map<string, number>();
  for (const { pid, command } of processTree(root)) {
    if (name !== undefined && pid !== root) continue;
    // The name, in parentheses, may have spaces. After it: state is field 3, user and system time are 14 and 15.
    const fields = read(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ');
    if (fields === undefined) continue;
    const key = name ?? nameOf(command);
    seconds.set(key, (seconds.get(key) ?? 0) + (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND);
  }
  return seconds;
}

const nameOf = (command: string): string =>
  command.startsWith('npm') ? 'npm' : command.includes('start.mjs') ? 'sandbox' : 'DynamoDB engine';

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Gone meanwhile, or a system without such files.
    return undefined;
  }
}
