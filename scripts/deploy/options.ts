import { parseArgs } from 'node:util';
import { nearest } from '../../lib/nearest.ts';
import { Refused } from '../target-from-stack-options.ts';

/** What the command line asks for. */
export interface Options {
  /** Not checked yet: `lib/environments.ts` knows the names. */
  readonly environment: string;
  /** Stop after the difference was shown. */
  readonly dryRun: boolean;
  readonly skipSmoke: boolean;
  /** What has been changed when something fails stays changed, and the next deployment goes on from there. */
  readonly noRollback: boolean;
  /** Somebody has read that data goes, and wants it gone. */
  readonly allowDestructive: boolean;
  /** `key=value`, as `cdk -c` takes them. The app refuses what is not for this environment. */
  readonly context: readonly string[];
  /** What `npm run target` is to be told beside stack, file, region and endpoint. */
  readonly targetArguments: readonly string[];
}

/** Keys of `-c` that an app of Tidings reads. Any other would be taken by the CDK without a word, and change nothing. */
const CONTEXT_KEYS = ['issuer', 'account', 'region', 'schemaRegistry', 'watched', 'archiveDays', 'console'];

/** Options of `npm run target` that are passed on to it. */
const TARGET_OPTIONS = ['client-id', 'token-url', 'api-url', 'socket-url', 'lacks'] as const;

export const USAGE = `
Usage: npm run deploy -- ENVIRONMENT [options]

Builds, checks, shows what would change, deploys it, writes .tidings/targets/ENVIRONMENT.json and tries the hub.

  --dry-run            build, check and show the difference; change nothing
  --allow-destructive  deploy without asking, even if tables, queues or other things with data would go
  --skip-smoke         do not try the hub afterwards
  --no-rollback        if something fails, leave what has been changed; the next deployment goes on from there
  -c KEY=VALUE         for dev only: ${CONTEXT_KEYS.join(', ')}
  --help               this text

For the target file, as npm run target takes them:
  --client-id ID       OAuth2 client (or TIDINGS_CLIENT_ID); its secret is in TIDINGS_CLIENT_SECRET
  --token-url URL      token endpoint, if the issuer does not name it
  --api-url URL, --socket-url URL, --lacks A,B

The smoke test asks for tokens with that client, and writes three events under the tenant in TIDINGS_SMOKE_TENANT.`;

/**
 * Reads a command line.
 * @returns nothing if it asks for help
 * @throws Refused with exit code 2 that names the option, what was found and what was expected
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [environment, ...others] = positionals;
  if (environment === undefined) throw refused('expected the name of an environment, found none');
  if (others.length > 0) throw refused(`expected one environment, found ${positionals.join(' ')}`);
  const context = values.context ?? [];
  context.forEach(checkContext);
  return {
    environment,
    dryRun: values['dry-run'] ?? false,
    skipSmoke: values['skip-smoke'] ?? false,
    noRollback: values['no-rollback'] ?? false,
    allowDestructive: values['allow-destructive'] ?? false,
    context,
    targetArguments: TARGET_OPTIONS.flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [`--${name}`, value];
    }),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'dry-run': flag,
        'skip-smoke': flag,
        'no-rollback': flag,
        'allow-destructive': flag,
        help: { ...flag, short: 'h' },
        context: { ...text, short: 'c', multiple: true },
        'client-id': text,
        'token-url': text,
        'api-url': text,
        'socket-url': text,
        lacks: text,
      },
    });
  } catch (cause) {
    throw refused(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function checkContext(pair: string): void {
  const at = pair.indexOf('=');
  if (at < 1) throw refused(`-c: expected KEY=VALUE, found ${JSON.stringify(pair)}`);
  const key = pair.slice(0, at);
  if (CONTEXT_KEYS.includes(key)) return;
  const guess = nearest(key, CONTEXT_KEYS);
  throw refused(
    `-c: expected one of ${CONTEXT_KEYS.join(', ')}, found ${JSON.stringify(key)}` +
      (guess === undefined ? '' : `. Did you mean ${guess}?`),
  );
}

const refused = (message: string, cause?: unknown): Refused => new Refused(message, { exitCode: 2, cause });
