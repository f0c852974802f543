import { execFileSync } from 'node:child_process';

/** A process of the machine. */
export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  /** Resident memory in bytes. */
  readonly memory: number;
  readonly command: string;
}

/** A process and all below it, from `ps`, which Linux and macOS have. */
export function processTree(root: number): readonly RunningProcess[] {
  const all = readProcesses();
  const tree = all.filter(({ pid }) => pid === root);
  for (const one of tree) tree.push(...all.filter(({ parent }) => parent === one.pid));
  return tree;
}

/** Those of some processes that still run. A zombie does not: it only waits for its parent to ask for its end. */
export function stillRunning(processes: readonly RunningProcess[]): readonly RunningProcess[] {
  const now = new Map(readProcesses().map((one) => [one.pid, one.command]));
  return processes.filter(({ pid, command }) => now.get(pid) === command);
}

function readProcesses(): readonly RunningProcess[] {
  return execFileSync('ps', ['-axo', 'pid=,ppid=,rss=,stat=,args='], { encoding: 'utf8', maxBuffer: 2 ** 26 })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .filter(([, , , , state]) => !state?.startsWith('Z'))
    .map(([, pid, parent, kibibytes, , command = '']) => ({
      pid: Number(pid),
      parent: Number(parent),
      memory: Number(kibibytes) * 1024,
      command,
    }));
}
