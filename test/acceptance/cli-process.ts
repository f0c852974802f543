import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hubUnderTest } from './hub-under-test.ts';
import { waitFor } from './wait.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The command as npm links it. */
const TIDINGS = join(ROOT, 'packages', 'cli', 'bin', 'tidings.js');

/** How a process has ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly messages: string;
}

/** A process that is under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly messages: () => string;
  readonly ended: Promise<Ended>;
  /** Resolves once it has written this to standard output or standard error. */
  readonly shows: (text: string, times?: number) => Promise<void>;
}

/** A folder like that of a project, whose `.sandbox/target.json` is the hub under test. */
export class CliFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'tidings-cli-'));
  readonly #running = new Set<ChildProcess>();
  readonly #variables: Readonly<Record<string, string>>;

  /** @param variables what the environment has besides */
  constructor(target: object = hubUnderTest().target, variables: Readonly<Record<string, string>> = {}) {
    this.#variables = variables;
    symlinkSync(join(ROOT, 'node_modules'), join(this.path, 'node_modules'));
    mkdirSync(join(this.path, '.sandbox'));
    writeFileSync(join(this.path, '.sandbox', 'target.json'), JSON.stringify(target));
  }

  /** Starts the command. */
  start(...args: readonly string[]): Running {
    return this.#spawn(process.execPath, [TIDINGS, ...args]);
  }

  /** Runs the command to its end. */
  tidings(...args: readonly string[]): Promise<Ended> {
    return this.start(...args).ended;
  }

  /** Starts lines of bash, in which `tidings` is the command. They stop at the first that fails. */
  startBash(script: string): Running {
    return this.#spawn('bash', ['--norc', '-e', '-o', 'pipefail', '-c', script]);
  }

  /** Runs lines of bash to their end. */
  bash(script: string): Promise<Ended> {
    return this.startBash(script).ended;
  }

  /**
   * Runs lines of bash to their end.
   * @returns what they have printed
   * @throws Error if one of them fails
   */
  async outputOf(script: string): Promise<string> {
    return outputOf(await this.bash(script), script);
  }

  remove(): void {
    for (const child of this.#running) child.kill('SIGKILL');
    rmSync(this.path, { recursive: true, force: true });
  }

  #spawn(program: string, args: readonly string[]): Running {
    const { TIDINGS_TARGET: _, TIDINGS_TOKEN: __, FORCE_COLOR: ___, ...environment } = process.env;
    const PATH = `${join(this.path, 'node_modules', '.bin')}:${environment['PATH']}`;
    const env = { ...environment, PATH, NO_COLOR: '1', ...this.#variables };
    const child = spawn(program, args, { cwd: this.path, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#running.add(child);
    let output = '';
    let messages = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      messages += text;
    });
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        this.#running.delete(child);
        resolve({ code, output, messages });
      });
    });
    const shows = async (text: string, times = 1): Promise<void> => {
      await waitFor(
        `${text} from ${args.join(' ')}`,
        () => `${output}${messages}`.split(text).length > times || undefined,
        {
          lastSeen: () => `${output}\n${messages}`,
        },
      );
    };
    return { child, output: () => output, messages: () => messages, ended, shows };
  }
}

/**
 * What lines of bash have printed.
 * @throws Error that shows all of it if one of them failed
 */
export function outputOf({ code, output, messages }: Ended, script: string): string {
  if (code !== 0) throw new Error(`${script}: ${code}\n${output}\n${messages}`);
  return output;
}

/** A way to the hub's sockets that a test can cut, as a network does: without a word, and with nobody let in. */
export class Cable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Lays it on a free port. */
  static async lay(): Promise<Cable> {
    const { hostname, port, protocol } = new URL(hubUnderTest().target.socketUrl);
    const far = Number(port || (protocol === 'wss:' ? 443 : 80));
    const server = createServer();
    const cable = new Cable(server);
    server.on('connection', (near) => cable.#join(near, connect(far, hostname)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return cable;
  }

  /** The socket URL of the hub by this way. */
  get socketUrl(): string {
    const address = this.#server.address();
    const url = new URL(hubUnderTest().target.socketUrl);
    url.host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    return url.href;
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  async remove(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket, far: Socket): void {
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
    if (this.#isCut) near.destroy();
  }
}
