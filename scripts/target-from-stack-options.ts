import { parseArgs } from 'node:util';
import { type CapabilityName, capabilities } from '../test/acceptance/capability-list.ts';

/** What the command line asks for. */
export interface Options {
  readonly stack: string;
  /** File to write. */
  readonly out: string;
  /** @default what the SDK finds in its own variables and files */
  readonly region: string | undefined;
  /** Where the AWS SDK finds every service; absent for AWS itself. */
  readonly endpoint: string | undefined;
  /** @default the stack's output */
  readonly issuer: string | undefined;
  /** @default the stack's output */
  readonly audience: string | undefined;
  /** @default what the issuer says */
  readonly tokenUrl: string | undefined;
  /** @default the stack's output */
  readonly apiUrl: string | undefined;
  /** @default the stack's output */
  readonly socketUrl: string | undefined;
  readonly clientId: string | undefined;
  readonly lacks: readonly CapabilityName[];
}

/** Something that whoever called has to change; the message says what was found and what was expected. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly exitCode: 1 | 2;
  constructor(message: string, options: ErrorOptions & { readonly exitCode?: 1 | 2 } = {}) {
    super(message, options);
    this.exitCode = options.exitCode ?? 1;
  }
}

export const USAGE = `
Usage: npm run target -- --stack tidings-dev --out FILE [options]

  --stack NAME       the deployed stack
  --out FILE         the target file to write
  --token-url URL    token endpoint (default: what the issuer's /.well-known/openid-configuration says)
  --issuer URL       (default: the stack's first issuer)
  --audience NAME    (default: that of the stack's first issuer)
  --client-id ID     for tokens; its secret comes from the variable TIDINGS_CLIENT_SECRET
  --region REGION    (default: AWS_REGION, or the profile's)
  --endpoint URL     where an emulator answers (default: AWS_ENDPOINT_URL, or AWS itself)
  --api-url URL      if the API is reached by another URL than the stack's output
  --socket-url URL   likewise for sockets: ws://… or wss://…, with the stage
  --lacks A,B        what the deployment cannot do, out of:
                     ${Object.keys(capabilities).join(', ')}`;

/**
 * Reads a command line.
 * @throws Refused with exit code 2 that names the option, what was found and what was expected
 */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Options {
  const values = parse(args);
  const required = (name: 'stack' | 'out'): string => {
    const value = values[name];
    if (value === undefined || value === '') throw refused(name, 'a value', value);
    return value;
  };
  const url = (name: keyof typeof values, value: string | undefined, schemes = /^https?:$/): string | undefined => {
    if (value === undefined) return undefined;
    if (URL.canParse(value) && schemes.test(new URL(value).protocol)) return value;
    throw refused(name, `a URL that begins with ${schemes.test('ws:') ? 'ws(s)' : 'http(s)'}://`, value);
  };
  return {
    stack: required('stack'),
    out: required('out'),
    region: values.region ?? environment['AWS_REGION'],
    endpoint: url('endpoint', values.endpoint ?? (environment['AWS_ENDPOINT_URL'] || undefined)),
    issuer: url('issuer', values.issuer),
    audience: values.audience,
    tokenUrl: url('token-url', values['token-url']),
    apiUrl: url('api-url', values['api-url']),
    socketUrl: url('socket-url', values['socket-url'], /^wss?:$/),
    clientId: values['client-id'],
    lacks: readLacks(values.lacks),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        stack: text,
        out: text,
        region: text,
        endpoint: text,
        issuer: text,
        audience: text,
        'token-url': text,
        'api-url': text,
        'socket-url': text,
        'client-id': text,
        lacks: text,
      },
    }).values;
  } catch (cause) {
    throw new Refused(cause instanceof Error ? cause.message : String(cause), { cause, exitCode: 2 });
  }
}

function readLacks(text = ''): readonly CapabilityName[] {
  const names = text.split(',').map((name) => name.trim());
  return names
    .filter((name) => name !== '')
    .map((name) => {
      if (isCapability(name)) return name;
      throw refused('lacks', `capabilities out of ${Object.keys(capabilities).join(', ')}`, name);
    });
}

const isCapability = (name: string): name is CapabilityName => Object.hasOwn(capabilities, name);

const refused = (option: string, expected: string, found: string | undefined): Refused =>
  new Refused(`--${option}: expected ${expected}, found ${found === undefined ? 'nothing' : JSON.stringify(found)}`, {
    exitCode: 2,
  });
