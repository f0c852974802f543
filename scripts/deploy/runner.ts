import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** A process to run. */
export interface Step {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  /** In addition to those of this process; one that is `undefined` is taken away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** How it ended. */
export interface Ended {
  /** 128 and the number of the signal if one ended it, as a shell says it. */
  readonly code: number;
  /** The last that it said, both streams together. */
  readonly tail: string;
}

export type Runner = (step: Step) => Promise<Ended>;

/** Enough for the reason of a failure, which the CDK and CloudFormation say last. */
const TAIL_CHARACTERS = 20_000;

const SIGNALLED = 128;

/** Runs a process that speaks to the terminal, and remembers the last that it said. */
export const runProcess: Runner = ({ program, args, folder, environment = {} }) =>
  new Promise((resolve, reject) => {
    const merged = Object.entries({ ...process.env, ...environment }).filter(([, value]) => value !== undefined);
    const child = spawn(program, args, {
      cwd: folder,
      env: Object.fromEntries(merged),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let tail = '';
    const passOn = (stream: NodeJS.WriteStream) => (chunk: string) => {
      stream.write(chunk);
      tail = (tail + chunk).slice(-TAIL_CHARACTERS);
    };
    child.stdout.setEncoding('utf8').on('data', passOn(process.stdout));
    child.stderr.setEncoding('utf8').on('data', passOn(process.stderr));
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ code: code ?? SIGNALLED + (signal === null ? 0 : constants.signals[signal]), tail }),
    );
  });
