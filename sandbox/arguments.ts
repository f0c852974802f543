import path from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf, SandboxError, UsageError } from './sandbox-error.ts';

export const HELP = `Runs the stack tidings-dev on this machine, as its CloudFormation template declares it.

Usage: npm start -- [options]

  --port N                 HTTP and WebSocket APIs on port N, the AWS endpoint on N + 1, the issuer on N + 2, the
                           console on N + 3; 0 lets the system choose (default 4100)
  --open                   open the console in the browser
  --data DIR               keep tables, messages and the signing key in DIR, over restarts
  --target FILE            write where everything is to FILE as well as to .sandbox/target.json
  --logs DIR               write the logs of the functions to DIR, and at the end which of their permissions they used
  --assembly DIR           serve an assembly that is already synthesized
  --with DIR               serve the stacks of another synthesized assembly as well, such as a producer's; may be repeated
  --faults SEED            let things go wrong: messages twice and out of order, throttling, lost answers, killed
                           functions, broken sockets
  --visibility-timeout S   hide received messages for S seconds, whatever the template says
  --verbose                show the logs of the functions
  --help                   show this
`;

export interface Arguments {
  readonly port: number;
  readonly open: boolean;
  readonly data: string | undefined;
  readonly target: string | undefined;
  readonly logs: string | undefined;
  readonly assembly: string | undefined;
  readonly with: readonly string[];
  readonly faults: string | undefined;
  readonly visibilityTimeout: number | undefined;
  readonly verbose: boolean;
  readonly help: boolean;
}

/**
 * @param folder what relative paths are relative to
 * @throws UsageError
 */
export function readArguments(args: readonly string[], folder = callersFolder()): Arguments {
  try {
    const { values } = parseArgs({
      args: withNegativeValues(args),
      options: {
        port: { type: 'string', default: '4100' },
        open: { type: 'boolean', default: false },
        data: { type: 'string' },
        target: { type: 'string' },
        logs: { type: 'string' },
        assembly: { type: 'string' },
        with: { type: 'string', multiple: true, default: [] },
        faults: { type: 'string' },
        'visibility-timeout': { type: 'string' },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const timeout = values['visibility-timeout'];
    const { open, data, target, logs, assembly, faults, verbose, help } = values;
    return {
      port: whole('--port', values.port, 65_532),
      open,
      visibilityTimeout: timeout === undefined ? undefined : whole('--visibility-timeout', timeout, 43_200),
      data: location('--data', data, folder),
      target: location('--target', target, folder),
      logs: location('--logs', logs, folder),
      assembly: location('--assembly', assembly, folder),
      with: values.with.flatMap((text) => location('--with', text, folder) ?? []),
      faults,
      verbose,
      help,
    };
  } catch (error) {
    if (error instanceof SandboxError) throw error;
    throw new UsageError(`${messageOf(error)}. See npm start -- --help`);
  }
}

/** npm runs scripts in the folder of the package, and tells in which one it was called. */
const callersFolder = (): string => process.env['INIT_CWD'] ?? process.cwd();

/** `--port -1` as `--port=-1`: what follows an option and looks like a number is its value, and wrong as such. */
function withNegativeValues(args: readonly string[]): string[] {
  const result: string[] = [];
  for (const arg of args) {
    const option = result.at(-1);
    if (/^-\d/.test(arg) && option !== undefined && /^--[a-z-]+$/.test(option))
      result.splice(-1, 1, `${option}=${arg}`);
    else result.push(arg);
  }
  return result;
}

function location(option: string, text: string | undefined, folder: string): string | undefined {
  if (text === '') throw new UsageError(`${option}: found "", expected a path`);
  return text === undefined ? undefined : path.resolve(folder, text);
}

function whole(option: string, text: string, highest: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= highest) return number;
  throw new UsageError(`${option}: found ${JSON.stringify(text)}, expected a whole number from 0 to ${highest}`);
}
