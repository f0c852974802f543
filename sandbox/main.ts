import { parseArgs, styleText } from 'node:util';
import { seededFaults } from './faults.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { SandboxError } from './sandbox-error.ts';

const HELP = `Runs the stack tidings-dev on this machine, as its CloudFormation template declares it.

Usage: npm start -- [options]

  --port N                 HTTP and WebSocket APIs on port N, the AWS endpoint on N + 1, the issuer on N + 2;
                           0 lets the system choose (default 4100)
  --data DIR               keep tables, messages and the signing key in DIR, over restarts
  --target FILE            write where everything is to FILE as well as to .sandbox/target.json
  --assembly DIR           serve an assembly that is already synthesized
  --faults SEED            let things go wrong: messages twice and out of order, throttling, lost answers, killed
                           functions, broken sockets
  --visibility-timeout S   hide received messages for S seconds, whatever the template says
  --verbose                show the logs of the functions
  --help                   show this
`;

interface Arguments {
  readonly port: number;
  readonly data: string | undefined;
  readonly target: string | undefined;
  readonly assembly: string | undefined;
  readonly faults: string | undefined;
  readonly visibilityTimeout: number | undefined;
  readonly verbose: boolean;
  readonly help: boolean;
}

/** @throws SandboxError */
export function readArguments(args: readonly string[]): Arguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '4100' },
        data: { type: 'string' },
        target: { type: 'string' },
        assembly: { type: 'string' },
        faults: { type: 'string' },
        'visibility-timeout': { type: 'string' },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const timeout = values['visibility-timeout'];
    const { data, target, assembly, faults, verbose, help } = values;
    return {
      port: whole('--port', values.port, 65_533),
      visibilityTimeout: timeout === undefined ? undefined : whole('--visibility-timeout', timeout, 43_200),
      data,
      target,
      assembly,
      faults,
      verbose,
      help,
    };
  } catch (error) {
    if (error instanceof SandboxError) throw error;
    throw new SandboxError(`${error instanceof Error ? error.message : String(error)}. See npm start -- --help`);
  }
}

function whole(option: string, text: string, highest: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= highest) return number;
  throw new SandboxError(`${option}: found ${JSON.stringify(text)}, expected a whole number from 0 to ${highest}`);
}

/** The text that tells where everything is. */
export function toBanner({ target, engine, logFolder }: Sandbox, milliseconds: number, colours: boolean): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) => (colours ? styleText(style, text) : text);
  const line = (name: string, value: string) => `  ${paint('dim', name.padEnd(14))}${value}`;
  return [
    `${paint('bold', 'Tidings')} is up in ${(milliseconds / 1000).toFixed(1)} s`,
    '',
    line('HTTP API', target.apiUrl),
    line('WebSocket API', target.socketUrl),
    line('Tokens', target.tokenUrl),
    line('AWS endpoint', `${target.awsEndpointUrl} (${target.region})`),
    line('DynamoDB', `${engine.name}, ${engine.endpoint}`),
    line('Logs', logFolder),
    '',
    'See an event arrive, in two other terminals:',
    '',
    paint('cyan', '  npx tidings tail'),
    paint('cyan', '  npx tidings publish bank.transaction:created@v1'),
    '',
    paint('dim', 'Ctrl-C stops everything.'),
  ].join('\n');
}

async function main(): Promise<void> {
  const { faults: seed, help, ...options } = readArguments(process.argv.slice(2));
  if (help) return void process.stdout.write(HELP);
  const started = performance.now();
  let stopping = false;
  const starting = startSandbox({
    ...options,
    ...(seed !== undefined && { faults: seededFaults(seed) }),
    onProgress: (step) => process.stderr.isTTY && process.stderr.write(`${step} …\n`),
  });
  const stop = () => {
    // A second signal changes nothing: it is on its way.
    if (stopping) return;
    stopping = true;
    starting.then((sandbox) => sandbox.end()).then(() => process.exit(0), fail);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // `tsx` runs this in a child process: when it is killed, nobody else would end this one.
  process.on('disconnect', stop);
  const sandbox = await starting;
  if (!stopping) console.log(toBanner(sandbox, performance.now() - started, process.stdout.isTTY ?? false));
}

function fail(error: unknown): never {
  console.error(error instanceof SandboxError ? error.message : error);
  process.exit(1);
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) main().catch(fail);
