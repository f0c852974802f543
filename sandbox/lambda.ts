import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Faults } from './faults.ts';
import { FunctionLog } from './function-log.ts';
import { FunctionError, FunctionWorker, type WorkerSettings } from './function-worker.ts';
import type { Surroundings } from './resource-types.ts';
import type { Resource } from './template.ts';

/** A thread that was idle for so long ends, as execution environments do: memory is for those who work. */
const IDLE_MILLISECONDS = 60_000;

/**
 * So many threads of a function start as soon as they are asked for. Each one loads and compiles the function for
 * itself, so more of them than there are processors make nothing sooner, unless those that there are only wait.
 */
export const THREADS_AT_ONCE = Math.max(2, availableParallelism());

/** For so long an invocation waits for a thread that is there, before one more starts: about what a slow cold start takes. */
const PATIENCE_MILLISECONDS = 2000;

export interface LambdaOptions {
  /** Folder of the asset with this S3 key. */
  readonly assetFolder: (key: string) => string | undefined;
  readonly logFolder: string;
  readonly verbose: boolean;
  /** Threads per function. */
  readonly concurrency: number;
  readonly faults: Faults;
  /** Told of each line of every log. @default nobody is */
  readonly onLogEntry?: (entry: Readonly<Record<string, unknown>>) => void;
}

/** Lambda: the template's functions. */
export class Lambda {
  readonly functions: readonly LambdaFunction[];

  constructor(resources: readonly Resource[], at: Surroundings, options: LambdaOptions) {
    this.functions = resources.map((resource) => new LambdaFunction(resource, at, options));
  }

  /** By ARN or by name. */
  find(reference: string): LambdaFunction | undefined {
    return this.functions.find(({ arn, name }) => reference === arn || reference === name);
  }

  async end(): Promise<void> {
    await Promise.all(this.functions.map((each) => each.end()));
  }
}

/** A function, and the threads that run it. */
export class LambdaFunction {
  readonly name: string;
  readonly arn: string;
  /** Invocations that can run at the same time; the others wait. */
  readonly concurrency: number;
  readonly #settings: WorkerSettings;
  readonly #log: FunctionLog;
  readonly #faults: Faults;
  readonly #workers = new Set<FunctionWorker>();
  /** The one that was busy last is taken first, so that the others can go. */
  readonly #idle: { readonly worker: FunctionWorker; readonly since: number }[] = [];
  readonly #waiting: ((worker: FunctionWorker) => void)[] = [];
  readonly #reaper: NodeJS.Timeout;
  #ended = false;

  constructor(resource: Resource, at: Surroundings, options: LambdaOptions) {
    const { properties } = resource;
    this.name = resource.ref;
    this.arn = resource.attribute('Arn');
    if (properties.has('Layers'))
      properties.refuse('Layers', 'found layers, expected none: the sandbox runs bundles only');
    // None of the threads is set aside for a function; its most holds as well.
    this.concurrency = Math.min(
      options.concurrency,
      properties.number('ReservedConcurrentExecutions', options.concurrency),
    );
    this.#faults = options.faults;
    this.#settings = settingsOf(resource, at, options);
    if (!existsSync(this.#settings.file))
      properties.refuse('Handler', `found ${properties.text('Handler')}, but there is no ${this.#settings.file}`);
    this.#log = new FunctionLog(options.logFolder, this.name, options.verbose, options.onLogEntry);
    this.#reaper = setInterval(() => this.#reap(), IDLE_MILLISECONDS / 4).unref();
  }

  /**
   * @throws FunctionError when the function throws, exits, takes too long or is killed
   */
  async invoke(event: unknown): Promise<unknown> {
    const worker = await this.#worker();
    const requestId = randomUUID();
    // Killed while it runs, or at the latest when it has done everything and only its answer is missing.
    const killed = this.#faults.strikes('killed-worker');
    const timer = killed ? setTimeout(() => void worker.end(), this.#faults.choose('killed-worker', 50)) : undefined;
    try {
      const result = await worker.invoke(withinLimit('Request', JSON.stringify(event)), requestId);
      withinLimit('Response', result);
      if (killed) throw new FunctionError('Runtime.Killed', 'The worker was killed when it had done its work');
      return JSON.parse(result);
    } catch (error) {
      if (error instanceof FunctionError && !this.#ended) this.#report(error, requestId);
      throw error;
    } finally {
      clearTimeout(timer);
      if (killed) await worker.end();
      this.#release(worker);
    }
  }

  /** Kills every thread, as a crash of the machine below would. Those who invoked get an error. */
  async kill(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.end()));
  }

  async end(): Promise<void> {
    this.#ended = true;
    clearInterval(this.#reaper);
    await this.kill();
    await this.#log.end();
  }

  #worker(): Promise<FunctionWorker> {
    if (this.#ended) throw new FunctionError('Sandbox.Ended', 'The sandbox is ending');
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.worker.isAlive) return Promise.resolve(idle.worker);
      this.#workers.delete(idle.worker);
    }
    if (this.#workers.size < Math.min(this.concurrency, THREADS_AT_ONCE)) return Promise.resolve(this.#add());
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#workers.size < this.concurrency)
        setTimeout(() => this.#relieve(resolve), PATIENCE_MILLISECONDS).unref();
    });
  }

  /** Gives a thread of its own to whoever still waits for one. */
  #relieve(resolve: (worker: FunctionWorker) => void): void {
    const at = this.#waiting.indexOf(resolve);
    if (at < 0 || this.#ended || this.#workers.size >= this.concurrency) return;
    this.#waiting.splice(at, 1);
    resolve(this.#add());
  }

  #add(): FunctionWorker {
    const worker = new FunctionWorker(this.#settings, this.#log);
    this.#workers.add(worker);
    return worker;
  }

  #release(worker: FunctionWorker): void {
    if (!worker.isAlive) this.#workers.delete(worker);
    const next = this.#ended ? undefined : this.#waiting.shift();
    if (next !== undefined) next(worker.isAlive ? worker : this.#add());
    else if (worker.isAlive) this.#idle.push({ worker, since: Date.now() });
  }

  #reap(): void {
    for (let [oldest] = this.#idle; oldest !== undefined; [oldest] = this.#idle) {
      if (oldest.since > Date.now() - IDLE_MILLISECONDS) return;
      this.#idle.shift();
      this.#workers.delete(oldest.worker);
      void oldest.worker.end();
    }
  }

  #report({ errorType, message, trace }: FunctionError, requestId: string): void {
    const entry = {
      timestamp: new Date().toISOString(),
      level: 'ERROR',
      requestId,
      errorType,
      message,
      stackTrace: trace.split('\n'),
    };
    this.#log.write(JSON.stringify(entry), 'ERROR');
  }
}

/**
 * Bytes of a synchronous invocation's request and response, as JSON.
 * Source: Lambda developer guide, "Lambda quotas"; what the service itself names when a response is too large.
 */
const MAX_PAYLOAD_BYTES = 6_291_556;

function withinLimit(what: 'Request' | 'Response', payload: string): string {
  const bytes = Buffer.byteLength(payload);
  if (bytes <= MAX_PAYLOAD_BYTES) return payload;
  throw new FunctionError(
    `Function.${what}SizeTooLarge`,
    `${what} payload size (${bytes} bytes) exceeded maximum allowed payload size (${MAX_PAYLOAD_BYTES} bytes).`,
  );
}

function settingsOf(resource: Resource, at: Surroundings, options: LambdaOptions): WorkerSettings {
  const { properties } = resource;
  const name = resource.ref;
  const code = properties.object('Code');
  const key = code.text('S3Key');
  const folder = options.assetFolder(key) ?? code.refuse('S3Key', `found ${key}, which is no asset of the assembly`);
  const [module = '', exportName = ''] = properties.text('Handler').split('.');
  const memorySize = properties.number('MemorySize', 128);
  const environment = properties.object('Environment');
  const variables = environment.object('Variables');
  const names = Object.keys(Object(environment.raw('Variables') ?? {}));
  return {
    file: path.join(folder, `${module}.js`),
    exportName,
    memorySize,
    timeout: properties.number('Timeout', 3),
    variables: {
      ...runtimeVariables(name, memorySize, exportName, folder, at),
      ...Object.fromEntries(names.map((variable) => [variable, variables.text(variable)])),
    },
    context: {
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: resource.attribute('Arn'),
      memoryLimitInMB: String(memorySize),
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: 'sandbox',
    },
  };
}

/** What Lambda sets. Source: Lambda developer guide, "Defined runtime environment variables". */
function runtimeVariables(name: string, memorySize: number, exportName: string, folder: string, at: Surroundings) {
  return {
    AWS_REGION: at.region,
    AWS_DEFAULT_REGION: at.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'sandbox',
    // By this the sandbox knows who calls it, and what its role allows.
    AWS_ACCESS_KEY_ID: name,
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_SESSION_TOKEN: 'sandbox',
    // Every client of the AWS SDK reads this one; nothing in a handler knows of the sandbox.
    AWS_ENDPOINT_URL: at.awsEndpointUrl,
    LAMBDA_TASK_ROOT: folder,
    LANG: 'en_US.UTF-8',
    PATH: process.env['PATH'] ?? '',
    TZ: ':UTC',
    // About the Node.js of this machine, which is not the one that the functions are deployed to.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    _HANDLER: `index.${exportName}`,
  };
}
