import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median } from '../measure.ts';

/** What a function has done so far. */
export interface FunctionUse {
  readonly invocations: number;
  /** Processor time of an invocation of this machine: the median. */
  readonly processorSeconds: number;
  /** Time that an invocation did not compute, while others answered: the median. */
  readonly waitSeconds: number;
  /** Of its own log lines, of all invocations. */
  readonly logBytes: number;
  readonly logLines: number;
  /** Processor time of all invocations together. */
  readonly processorTotal: number;
}

/** A function of the hub that runs as it is deployed, in a process of its own. */
export interface RunningFunction {
  /** @returns what the handler returned */
  invoke(event: unknown): Promise<unknown>;
  /** Forgets what was counted, such as warming up. */
  reset(): void;
  /** Ends it. Its log is whole then. */
  stop(): Promise<FunctionUse>;
}

interface Invocation {
  readonly result: unknown;
  readonly processor: number;
  readonly seconds: number;
}

/**
 * @param name of its folder below `lambdas/`
 * @param module URL of another module with a `handler`, which then is what runs
 */
export async function runFunction(
  name: string,
  variables: Readonly<Record<string, string>>,
  module = new URL(`../../../lambdas/${name}/handler.ts`, import.meta.url),
): Promise<RunningFunction> {
  const file = fileURLToPath(new URL('function-process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', file, module.href], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      ...variables,
      // As `lib/constructs/hub-function.ts` gives them to every function.
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_METRICS_NAMESPACE: 'tidings-prod',
      POWERTOOLS_LOG_LEVEL: 'INFO',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_LAMBDA_FUNCTION_NAME: `tidings-prod-${name}`,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
  });
  const log: Buffer[] = [];
  const { stdout } = child;
  if (stdout === null) throw new Error('Expected a standard output');
  stdout.on('data', (chunk: Buffer) => log.push(chunk));
  await message(child);
  const all: Invocation[] = [];
  let skipped = 0;
  return {
    async invoke(event) {
      const answered = message<Invocation>(child);
      child.send(event as object);
      const invocation = await answered;
      all.push(invocation);
      return invocation.result;
    },
    reset: () => {
      skipped = all.length;
    },
    async stop() {
      const ended = Promise.all([once(child, 'exit'), stdout.readableEnded || once(stdout, 'end')]);
      if (child.exitCode === null) {
        if (child.connected) child.disconnect();
        await ended;
      }
      const counted = all.slice(skipped);
      // What is written does not say for which invocation. They are alike, so each has the same part.
      const share = counted.length / all.length;
      const text = Buffer.concat(log).toString();
      const lines = text.split('\n').filter((line) => line !== '');
      return {
        invocations: counted.length,
        processorSeconds: median(counted.map(({ processor }) => processor)),
        waitSeconds: median(counted.map(({ processor, seconds }) => Math.max(0, seconds - processor))),
        logBytes: share * lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0),
        logLines: share * lines.length,
        processorTotal: counted.reduce((sum, { processor }) => sum + processor, 0),
      };
    },
  };
}

const message = <Message>(child: ChildProcess): Promise<Message> =>
  new Promise((resolve, reject) => {
    const failed = (code: number | null): void => reject(new Error(`The function ended with ${code}`));
    child.once('exit', failed);
    child.once('message', (value) => {
      child.off('exit', failed);
      resolve(value as Message);
    });
  });
