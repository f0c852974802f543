/**
 * What runs in a function's thread: loads the bundle, then answers one invocation after the other. It takes the place
 * of Lambda's runtime, so it knows nothing of the sandbox but the messages below.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { format } from 'node:util';
import { compileFunction, constants } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';

/** What a thread is started with. */
export interface WorkerData {
  /** Path of the bundle, a CommonJS module. */
  readonly file: string;
  readonly exportName: string;
}

/** To the thread. */
export interface Invocation {
  readonly requestId: string;
  /** JSON. */
  readonly event: string;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  /** What the handler's context says of the function. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** From the thread. The first one tells that the bundle is loaded. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly requestId: string; readonly result: string }
  | {
      readonly kind: 'failure';
      readonly requestId: string;
      readonly errorType: string;
      readonly errorMessage: string;
      readonly trace: string;
    };

/**
 * Loads the bundle as CommonJS, as Lambda does where it stands alone: `require` would ask the package.json of some
 * folder above, which says something else in this repository.
 */
function loadBundle(): Readonly<Record<string, unknown>> {
  const bundle: { exports: Record<string, unknown> } = { exports: {} };
  const run = compileFunction(readFileSync(file, 'utf8'), ['exports', 'require', 'module', '__filename', '__dirname'], {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  run(bundle.exports, createRequire(file), bundle, file, path.dirname(file));
  return bundle.exports;
}

/**
 * Node.js 20 warns of what {@link loadBundle} uses; nobody who sees the warning can do anything about it. It is this
 * one that is left out: a function's own warnings stay.
 */
const emitWarning = process.emitWarning;
process.emitWarning = (warning: string | Error, ...rest: readonly unknown[]) => {
  if (!String(warning).includes('vm.USE_MAIN_CONTEXT_DEFAULT_LOADER'))
    Reflect.apply(emitWarning, process, [warning, ...rest]);
};

const port = parentPort;
if (port === null) throw new Error('lambda-worker.ts runs in a worker thread only');
const { file, exportName } = workerData as WorkerData;
const handler: unknown = loadBundle()[exportName];
if (typeof handler !== 'function') throw new Error(`${file} exports no function ${exportName}`);

let currentRequest: string | undefined;
// As Lambda does in its JSON log format: one object per call, with level and request.
for (const [method, level] of Object.entries({
  debug: 'DEBUG',
  info: 'INFO',
  log: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
})) {
  console[method as 'log'] = (...values: readonly unknown[]) => {
    const entry = { timestamp: new Date().toISOString(), level, requestId: currentRequest, message: format(...values) };
    process.stdout.write(`${JSON.stringify(entry)}\n`);
  };
}

const tell = (message: WorkerMessage) => port.postMessage(message);

port.on('message', async ({ requestId, event, deadline, context }: Invocation) => {
  currentRequest = requestId;
  try {
    const result: unknown = await handler(JSON.parse(event), {
      ...context,
      awsRequestId: requestId,
      callbackWaitsForEmptyEventLoop: false,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    tell({ kind: 'result', requestId, result: JSON.stringify(result) ?? 'null' });
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    tell({ kind: 'failure', requestId, errorType: error.name, errorMessage: error.message, trace: error.stack ?? '' });
  }
});

tell({ kind: 'ready' });
