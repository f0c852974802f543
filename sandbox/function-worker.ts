import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { transform } from 'esbuild';
import type { FunctionLog } from './function-log.ts';
import type { Invocation, WorkerData, WorkerMessage } from './lambda-worker.ts';

/** How an invocation failed, in the words in which Lambda reports it. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly errorType: string;
  readonly trace: string;

  constructor(errorType: string, message: string, trace = '') {
    super(message);
    this.errorType = errorType;
    this.trace = trace;
  }
}

export interface WorkerSettings {
  readonly file: string;
  readonly exportName: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Seconds. */
  readonly timeout: number;
  /** Megabytes. */
  readonly memorySize: number;
  readonly context: Readonly<Record<string, unknown>>;
}

/** Lambda gives a bundle ten seconds to load. Source: Lambda developer guide, "Understanding the execution environment". */
const INIT_MILLISECONDS = 10_000;

/** A thread runs no TypeScript, whatever runs this process, so its few lines are transformed here. */
const { code: WORKER_SCRIPT } = await transform(readFileSync(new URL('lambda-worker.ts', import.meta.url), 'utf8'), {
  loader: 'ts',
  format: 'cjs',
  target: 'node20',
});

/** One execution environment of a function: a thread that runs one invocation at a time, until it fails badly. */
export class FunctionWorker {
  readonly #settings: WorkerSettings;
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  #settle: ((message: WorkerMessage | FunctionError) => void) | undefined;
  #gone: FunctionError | undefined;

  constructor(settings: WorkerSettings, log: FunctionLog) {
    this.#settings = settings;
    const workerData: WorkerData = { file: settings.file, exportName: settings.exportName };
    this.#worker = new Worker(WORKER_SCRIPT, {
      eval: true,
      execArgv: [],
      env: { ...settings.variables },
      workerData,
      stdout: true,
      stderr: true,
      // Half of what a thread takes of its own accord for what is young: there are many threads, and each takes it.
      resourceLimits: { maxOldGenerationSizeMb: settings.memorySize, maxYoungGenerationSizeMb: 24 },
    });
    log.follow(this.#worker.stdout, 'INFO');
    // Warnings of Node.js itself, mostly: what a handler calls an error says so.
    log.follow(this.#worker.stderr, 'WARN');
    this.#worker.on('message', (message: WorkerMessage) => this.#settle?.(message));
    this.#worker.on('error', (error) => this.#lose(new FunctionError(error.name, error.message, error.stack)));
    this.#worker.on('exit', (code) =>
      this.#lose(new FunctionError('Runtime.ExitError', `Runtime exited with code ${code}`)),
    );
    this.#ready = this.#wait(INIT_MILLISECONDS, 'Init timed out').then(() => undefined);
    // Whoever invokes hears of it; nobody may have come yet.
    this.#ready.catch(() => undefined);
  }

  /** Whether it can take another invocation. */
  get isAlive(): boolean {
    return this.#gone === undefined;
  }

  /**
   * @returns JSON
   * @throws FunctionError
   */
  async invoke(event: string, requestId = randomUUID()): Promise<string> {
    await this.#ready;
    const { timeout, context } = this.#settings;
    const answer = this.#wait(timeout * 1000, `${requestId} Task timed out after ${timeout.toFixed(2)} seconds`);
    const invocation: Invocation = { requestId, event, context, deadline: Date.now() + timeout * 1000 };
    this.#worker.postMessage(invocation);
    const message = await answer;
    if (message.kind === 'result') return message.result;
    if (message.kind === 'failure') throw new FunctionError(message.errorType, message.errorMessage, message.trace);
    throw new FunctionError('Runtime.UnexpectedMessage', `found ${message.kind}, expected a result`);
  }

  /** Ends the thread, whatever it is doing. */
  async end(reason = new FunctionError('Runtime.Killed', 'The worker was killed')): Promise<void> {
    this.#lose(reason);
    await this.#worker.terminate();
  }

  async #wait(milliseconds: number, timeoutMessage: string): Promise<WorkerMessage> {
    if (this.#gone !== undefined) throw this.#gone;
    const outcome = await new Promise<WorkerMessage | FunctionError>((resolve) => {
      const timer = setTimeout(
        () => void this.end(new FunctionError('Sandbox.Timedout', timeoutMessage)),
        milliseconds,
      );
      this.#settle = (message) => {
        clearTimeout(timer);
        this.#settle = undefined;
        resolve(message);
      };
    });
    if (outcome instanceof FunctionError) throw outcome;
    return outcome;
  }

  #lose(error: FunctionError): void {
    this.#gone ??= error;
    this.#settle?.(this.#gone);
  }
}
