import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processTree, stillRunning } from './process-tree.ts';
import { readTarget, type Target } from './target.ts';
import { waitFor } from './wait.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BOOT_MILLISECONDS = 90_000;
const STOP_MILLISECONDS = 10_000;

/** A sandbox that runs as a process of its own, as a user would start it. */
export interface SandboxProcess {
  readonly target: Target;
  readonly pid: number;
  /** Everything that it has printed so far. */
  output(): string;
  /**
   * Ends it as Ctrl-C does.
   * @throws Error if it does not end, ends with a failure, or leaves a process behind
   */
  stop(): Promise<void>;
}

/** How a sandbox is started. */
export interface Start {
  /** Options follow. */
  readonly command: readonly [program: string, ...args: string[]];
  /** Exit codes and signals that count as a clean end. */
  readonly cleanEnds: readonly string[];
  /**
   * Whether tables and messages are kept in the folder.
   * @default true
   */
  readonly keepsData?: boolean;
}

/** Without anything in between. */
export const DIRECTLY: Start = { command: [process.execPath, '--import', 'tsx', 'sandbox/main.ts'], cleanEnds: ['0'] };

/** As the README says. npm passes Ctrl-C on, and then ends by the same signal itself. */
export const BY_NPM_START: Start = { command: ['npm', 'start', '--'], cleanEnds: ['0', 'SIGINT'] };

/**
 * Starts a sandbox with data and target file in a folder of its own, on free ports.
 *
 * @param more options
 *
 * It is the leader of a process group, as a command in a terminal is: Ctrl-C signals every process of the group.
 */
export async function startSandboxProcess(
  folder: string,
  start: Start = DIRECTLY,
  more: readonly string[] = [],
): Promise<SandboxProcess> {
  const { command, cleanEnds, keepsData = true } = start;
  const targetFile = join(folder, 'target.json');
  const [program, ...args] = command;
  const data = keepsData ? ['--data', join(folder, 'data')] : [];
  const options = ['--port', '0', ...data, '--target', targetFile, ...more];
  const child = spawn(program, [...args, ...options], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  const keep = (text: string): void => {
    output += text;
  };
  const lastSeen = (): string => output.slice(-20_000);
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  let ended: string | undefined;
  child.once('exit', (code, signal) => {
    ended = signal ?? String(code);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`The sandbox could not be started by ${command.join(' ')}`);
  const kill = (): void => signalGroup(pid, 'SIGKILL');
  process.once('exit', kill);
  const target = await waitFor(
    'the sandbox to write its target file',
    () => {
      if (ended !== undefined) throw new Error(`The sandbox ended with ${ended} before it was up:\n${lastSeen()}`);
      return existsSync(targetFile) ? readTarget(targetFile) : undefined;
    },
    { deadline: BOOT_MILLISECONDS, lastSeen },
  );
  const stop = async (): Promise<void> => {
    if (ended !== undefined)
      throw new Error(`The sandbox had ended with ${ended} before it was asked to:\n${lastSeen()}`);
    const processes = processTree(pid);
    signalGroup(pid, 'SIGINT');
    const how = await waitFor('the sandbox to end after SIGINT', () => ended, {
      deadline: STOP_MILLISECONDS,
      lastSeen,
    });
    process.off('exit', kill);
    if (!cleanEnds.includes(how)) {
      throw new Error(`The sandbox ended with ${how} after SIGINT, expected ${cleanEnds.join(' or ')}:\n${lastSeen()}`);
    }
    await waitFor('the processes of the sandbox to end', () => stillRunning(processes).length === 0 || undefined, {
      deadline: STOP_MILLISECONDS,
      lastSeen: () => JSON.stringify(stillRunning(processes)),
    });
  };
  return { target, pid, output: () => output, stop };
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
