import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { synthesize } from '../../sandbox/assembly.ts';
import { processTree, type RunningProcess, stillRunning } from '../acceptance/process-tree.ts';
import { readTarget, type Target } from '../acceptance/target.ts';
import { waitFor } from '../acceptance/wait.ts';
import type { HubMessage, HubSettings } from './hub-process.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HOST = '127.0.0.1';
const BOOT_MILLISECONDS = 60_000;
const END_MILLISECONDS = 20_000;

/**
 * Seconds for which a message that nobody has finished stays hidden: short, because after each kill what was under way
 * waits for so long, and yet longer than any function takes on a busy machine. With less, messages are handed out again
 * while they are worked on, until they have been tried too often.
 */
const VISIBILITY_SECONDS = 12;

/** Who is killed. */
export type Victim =
  /** The sandbox. Its database engine ends by itself, as it is made to. */
  | 'sandbox'
  /** The database engine as well, at the same moment. */
  | 'everything';

/** A sandbox that is killed and started again on the same data and the same ports. */
export class KillableHub {
  readonly #folder: string;
  readonly #seed: number;
  readonly #port: number;
  readonly #struck = new Map<string, number>();
  #child: ChildProcess | undefined;
  #isUp = false;
  #lives = 0;
  #output = '';

  private constructor(folder: string, seed: number, port: number) {
    this.#folder = folder;
    this.#seed = seed;
    this.#port = port;
  }

  /** Synthesizes the stack, once for all lives. */
  static async prepare(folder: string, seed: number): Promise<KillableHub> {
    const port = await freePorts(4);
    mkdirSync(join(folder, 'assembly'), { recursive: true });
    await synthesize(join(folder, 'assembly'), `http://${HOST}:${port + 2}`);
    return new KillableHub(folder, seed, port);
  }

  get target(): Target {
    return readTarget(join(this.#folder, 'state', 'target.json'));
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** How often it was started. */
  get lives(): number {
    return this.#lives;
  }

  /** Faults by kind, over all lives. */
  get struck(): ReadonlyMap<string, number> {
    return this.#struck;
  }

  /** Begins to start it; see {@link up}. */
  start(): void {
    this.#lives += 1;
    const settings: HubSettings = {
      port: this.#port,
      data: join(this.#folder, 'data'),
      assembly: join(this.#folder, 'assembly'),
      stateFolder: join(this.#folder, 'state'),
      faults: `${this.#seed}/${this.#lives}`,
      visibilityTimeout: VISIBILITY_SECONDS,
    };
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(ROOT, 'test/chaos/hub-process.ts'), JSON.stringify(settings)],
      { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
    );
    this.#child = child;
    const keep = (text: string): void => {
      this.#output = (this.#output + text).slice(-20_000);
    };
    child.stdout?.setEncoding('utf8').on('data', keep);
    child.stderr?.setEncoding('utf8').on('data', keep);
    child.on('message', (message: HubMessage) => {
      if (message.kind === 'struck') this.#struck.set(message.fault, (this.#struck.get(message.fault) ?? 0) + 1);
      else this.#isUp = child === this.#child;
    });
  }

  /** Waits until it is up. */
  async up(): Promise<void> {
    await waitFor(
      'the sandbox to be up',
      () => {
        const { exitCode, signalCode } = this.#running();
        if (exitCode !== null || signalCode !== null) {
          throw new Error(`The sandbox ended with ${signalCode ?? exitCode} by itself:\n${this.#output}`);
        }
        return this.#isUp || undefined;
      },
      { deadline: BOOT_MILLISECONDS, lastSeen: () => this.#output },
    );
  }

  /** Kills it at once, and waits until nothing of it is left: an engine that lives on would share its file. */
  async kill(victim: Victim): Promise<void> {
    const child = this.#running();
    const processes = processTree(child.pid ?? 0);
    this.#isUp = false;
    this.#child = undefined;
    for (const { pid } of victim === 'everything' ? processes : processes.slice(0, 1)) kill(pid);
    await ended(processes);
  }

  /** @throws Error unless it ends cleanly, as after Ctrl-C */
  async stop(): Promise<void> {
    const child = this.#running();
    const processes = processTree(child.pid ?? 0);
    child.kill('SIGINT');
    await waitFor('the sandbox to end', () => child.exitCode ?? child.signalCode ?? undefined, {
      deadline: END_MILLISECONDS,
      lastSeen: () => this.#output,
    });
    await ended(processes);
    if (child.exitCode !== 0) throw new Error(`The sandbox ended with ${child.exitCode}:\n${this.#output}`);
    this.#child = undefined;
  }

  /** Ends what is left, if a run fails. */
  abandon(): void {
    if (this.#child?.pid !== undefined) for (const { pid } of processTree(this.#child.pid)) kill(pid);
  }

  #running(): ChildProcess {
    if (this.#child === undefined) throw new Error('Expected a sandbox that was started, found none');
    return this.#child;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function ended(processes: readonly RunningProcess[]): Promise<void> {
  await waitFor('the processes of the sandbox to end', () => stillRunning(processes).length === 0 || undefined, {
    deadline: END_MILLISECONDS,
    lastSeen: () => JSON.stringify(stillRunning(processes)),
  });
}

/** The first of some ports in a row that are all free. */
async function freePorts(count: number): Promise<number> {
  const least = 20_000;
  for (let tries = 0; tries < 100; tries += 1) {
    const first = least + Math.floor(Math.random() * 10_000);
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index)));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`Expected ${count} free ports in a row, found none`);
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, HOST, () => server.close(() => resolve(true)));
  });
}
