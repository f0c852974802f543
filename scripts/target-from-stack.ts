import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { SETTLED } from './deploy/stack-state.ts';
import { type Options, Refused, readOptions, USAGE } from './target-from-stack-options.ts';

/** Outputs of a stack by name, as `lib/tidings-stack.ts` names them. */
type Outputs = Readonly<Record<string, string>>;

/** Where the command reads and speaks. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
}

const EXPECTED_OUTPUTS = [
  'ApiUrl',
  'SocketUrl',
  'Issuer',
  'Audience',
  'Region',
  'BusNames',
  'EventLogTable',
  'ConnectionsTable',
  'IntakeQueueUrl',
  'IntakeDeadLettersUrl',
  'IntakeUndeliverableUrl',
  'DoorbellQueueUrl',
  'DoorbellDeadLettersUrl',
] as const;

/** A company's issuer is asked for its token endpoint for this long. */
const DISCOVERY_MILLISECONDS = 10_000;

/**
 * Writes a target file from the outputs of a deployed stack, for the acceptance suite and the `tidings` command.
 *
 * @returns the exit code: 0 written, 1 the stack or the issuer does not give what is needed, 2 an argument that is wrong
 */
export async function runTargetFromStack(args: readonly string[], around: Surroundings): Promise<number> {
  try {
    const options = readOptions(args, around.environment);
    await writeTarget(await describeStack(options), options, around);
    return 0;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    around.complain(error.message);
    if (error.exitCode === 2) around.complain(USAGE);
    return error.exitCode;
  }
}

/**
 * Writes the target file of a stack.
 * @throws Refused if the stack is none of Tidings, or its issuer does not name its token endpoint
 */
export async function writeTarget(
  stack: Stack,
  options: Options,
  { environment, print }: Pick<Surroundings, 'environment' | 'print'>,
): Promise<void> {
  const target = await toTarget(readOutputs(stack, options), options, environment);
  await mkdir(path.dirname(path.resolve(options.out)), { recursive: true });
  // It may hold a client's secret. A file that is there already keeps its mode, so it is set as well.
  await writeFile(options.out, `${JSON.stringify(target, null, 2)}\n`, { mode: 0o600 });
  await chmod(options.out, 0o600);
  print(`Wrote ${options.out}: the hub at ${target.apiUrl}, sockets at ${target.socketUrl}`);
}

async function describeStack({ stack, region, endpoint }: Options): Promise<Stack> {
  const client = new CloudFormationClient({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
  });
  const where = endpoint ?? `AWS in ${region ?? 'the default region'}`;
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const [found] = Stacks;
    if (found === undefined) throw new Refused(`--stack: expected a stack named "${stack}" at ${where}, found none`);
    return found;
  } catch (cause) {
    if (cause instanceof Refused) throw cause;
    throw new Refused(`--stack: cannot describe "${stack}" at ${where}: ${reasonOf(cause)}`, { cause });
  } finally {
    client.destroy();
  }
}

/** Node.js puts the reasons of a failed connection, one for each address, into an error without a message. */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join('; ');
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

function readOutputs({ StackStatus, Outputs: found = [] }: Stack, { stack }: Options): Outputs {
  if (StackStatus === undefined || !SETTLED.includes(StackStatus)) {
    throw new Refused(`${stack}: expected a stack in one of the states ${SETTLED.join(', ')}, found ${StackStatus}`);
  }
  const outputs = Object.fromEntries(found.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  const missing = EXPECTED_OUTPUTS.filter((name) => (outputs[name] ?? '') === '');
  if (missing.length === 0) return outputs;
  throw new Refused(
    `${stack}: expected the outputs of a Tidings stack, found ${Object.keys(outputs).join(', ') || 'none'}; ` +
      `missing: ${missing.join(', ')}`,
  );
}

async function toTarget(outputs: Outputs, options: Options, environment: Surroundings['environment']) {
  const text = (name: (typeof EXPECTED_OUTPUTS)[number]): string => outputs[name] ?? '';
  const issuer = options.issuer ?? text('Issuer');
  const clientSecret = environment['TIDINGS_CLIENT_SECRET'];
  return {
    apiUrl: withoutSlash(options.apiUrl ?? text('ApiUrl')),
    socketUrl: options.socketUrl ?? asSocketUrl(text('SocketUrl')),
    ...(outputs['ConnectionsUrl'] !== undefined && { connectionsUrl: withoutSlash(outputs['ConnectionsUrl']) }),
    ...(outputs['ConsoleUrl'] !== undefined && { consoleUrl: withoutSlash(outputs['ConsoleUrl']) }),
    tokenUrl: options.tokenUrl ?? (await discoverTokenUrl(issuer)),
    issuer,
    audience: options.audience ?? text('Audience'),
    region: text('Region'),
    ...(options.endpoint !== undefined && { awsEndpointUrl: options.endpoint }),
    buses: readBusNames(text('BusNames'), options),
    tables: { eventLog: text('EventLogTable'), connections: text('ConnectionsTable') },
    queues: {
      intake: text('IntakeQueueUrl'),
      intakeDeadLetters: text('IntakeDeadLettersUrl'),
      intakeUndeliverable: text('IntakeUndeliverableUrl'),
      doorbell: text('DoorbellQueueUrl'),
      doorbellDeadLetters: text('DoorbellDeadLettersUrl'),
    },
    ...(options.clientId !== undefined && { clientId: options.clientId }),
    ...(clientSecret !== undefined && { clientSecret }),
    ...(options.lacks.length > 0 && { lacks: options.lacks }),
  };
}

const withoutSlash = (url: string): string => url.replace(/\/$/, '');

/** AWS names a WebSocket API by wss://. Emulators have been seen to name it by http://, which no socket client takes. */
const asSocketUrl = (url: string): string => withoutSlash(url.replace(/^http/, 'ws'));

function readBusNames(text: string, { stack }: Options): unknown {
  try {
    const buses: unknown = JSON.parse(text);
    if (typeof buses === 'object' && buses !== null && Object.keys(buses).length > 0) return buses;
  } catch {
    // Refused below, like JSON of another shape.
  }
  throw new Refused(`${stack}: expected the output BusNames to be JSON such as {"bank":"…"}, found ${text}`);
}

/** What the issuer itself says. Source: OpenID Connect Discovery 1.0, section 4. */
async function discoverTokenUrl(issuer: string): Promise<string> {
  const url = `${withoutSlash(issuer)}/.well-known/openid-configuration`;
  const hint = 'Pass --token-url if the issuer has no such document or does not run yet.';
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DISCOVERY_MILLISECONDS) });
    if (!response.ok) throw new Refused(`${url}: expected 200, found ${response.status}. ${hint}`);
    const { token_endpoint: tokenUrl } = (await response.json()) as { token_endpoint?: unknown };
    if (typeof tokenUrl === 'string' && URL.canParse(tokenUrl)) return tokenUrl;
    throw new Refused(`${url}: expected a "token_endpoint", found ${JSON.stringify(tokenUrl) ?? 'none'}. ${hint}`);
  } catch (cause) {
    if (cause instanceof Refused) throw cause;
    const reason = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
    throw new Refused(`${url}: expected the issuer's description, found: ${reasonOf(reason)}. ${hint}`, { cause });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await runTargetFromStack(process.argv.slice(2), {
    environment: process.env,
    print: (line) => console.log(line),
    complain: (line) => console.error(line),
  });
}
