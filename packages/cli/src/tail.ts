import { compilePattern, isTidingsError, parseFilter, type RecordedEvent } from '@tidings/contracts';
import {
  ACCESS_OPTIONS,
  CLAIM_OPTIONS,
  getToken,
  readClaims,
  readCredentials,
  readOwnToken,
  TOKEN_OPTION,
  type WantedClaims,
} from './access-token.ts';
import type { Arguments } from './arguments.ts';
import { defineCommand } from './command.ts';
import { KNOWN_TYPES } from './example-event.ts';
import { UsageError } from './failure.ts';
import { type FollowOptions, follow } from './follow.ts';
import { DEFAULT_TENANT } from './publish.ts';
import { renderEvent } from './render-event.ts';
import { readTarget, type Target } from './target.ts';
import { harmless, paintFor, say, type Terminal } from './terminal.ts';
import { READ_SCOPE } from './token.ts';

const DEFAULT_USER = 'alice';

/** Where the output has no width, as a file has none. */
const PLAIN_WIDTH = 200;

const OPTIONS = {
  json: { type: 'boolean', summary: 'print each event as JSON, one to a line' },
  count: { type: 'string', short: 'n', value: 'N', summary: 'stop after so many events' },
  ...CLAIM_OPTIONS,
  ...TOKEN_OPTION,
  ...ACCESS_OPTIONS,
} as const;

export const tail = defineCommand({
  name: 'tail',
  summary: 'show events as they happen',
  usage: '[PATTERN…] [options]',
  details: [
    'A PATTERN chooses types: bank.*, community.member:*, or a whole type; * stands for anything but a dot.',
    `In the sandbox you are user ${DEFAULT_USER} of tenant ${DEFAULT_TENANT}, unless you say otherwise. Ctrl-C stops.`,
  ],
  examples: [
    "tidings tail 'bank.*'",
    'tidings tail --tenant acme --organization 42 --roles "admin auditor"',
    'tidings tail --json --count 1 | jq .data',
  ],
  options: OPTIONS,
  mostPositionals: Number.POSITIVE_INFINITY,
  async run(given, terminal) {
    const types = readPatterns(given.positionals);
    const most = given.wholeNumber('count') ?? Number.POSITIVE_INFINITY;
    const target = await readTarget(given.text('target'), terminal.folder);
    const tokens = readTokens(given, terminal, target);

    const paint = paintFor(terminal.messages);
    const onStatus = (status: string): void => say(terminal, paint('dim', `tidings: ${harmless(status)}`));
    warnOfStrangers(types, onStatus);
    const enough = new AbortController();
    const render = given.flag('json') ? JSON.stringify : rendererFor(terminal);
    let shown = 0;
    const onEvent = (event: RecordedEvent): void => {
      terminal.output.write(`${render(event)}\n`);
      shown += 1;
      if (shown >= most) enough.abort();
    };
    await follow({
      target,
      types,
      tokens,
      onEvent,
      onStatus,
      stop: AbortSignal.any([terminal.untilStopped(), enough.signal]),
    });
    return 0;
  },
});

function readPatterns(patterns: readonly string[]): readonly string[] {
  try {
    return parseFilter({ types: patterns }, '').types ?? [];
  } catch (error) {
    if (!isTidingsError(error)) throw error;
    throw new UsageError(`the patterns cannot be used: ${error.errors[0]?.message ?? error.message}`);
  }
}

function readTokens(
  given: Arguments<keyof typeof OPTIONS>,
  terminal: Terminal,
  target: Target,
): FollowOptions['tokens'] {
  const own = readOwnToken(given, terminal);
  if (own !== undefined) return { isRenewable: false, next: async () => own };
  const credentials = readCredentials(given, terminal, target);
  const claims = withDefaults(readClaims(given), target);
  return { isRenewable: true, next: () => getToken(target, credentials, READ_SCOPE, claims) };
}

const withDefaults = (claims: WantedClaims, { isSandbox }: Target): WantedClaims =>
  isSandbox ? { ...claims, tenant: claims.tenant ?? DEFAULT_TENANT, sub: claims.sub ?? DEFAULT_USER } : claims;

/** A pattern that is misspelt would wait for ever without a word. The hub may know more types: it is no error. */
function warnOfStrangers(patterns: readonly string[], onStatus: (status: string) => void): void {
  for (const pattern of patterns) {
    if (KNOWN_TYPES.some(compilePattern(pattern))) continue;
    onStatus(`no known type matches ${JSON.stringify(pattern)}; known: ${KNOWN_TYPES.join(', ')}`);
  }
}

function rendererFor({ output }: Terminal): (event: RecordedEvent) => string {
  const paint = paintFor(output);
  return (event) => renderEvent(event, { paint, width: output.columns || PLAIN_WIDTH, now: new Date() });
}
