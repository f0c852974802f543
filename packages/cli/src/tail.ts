import { ACCESS_OPTIONS, CLAIM_OPTIONS, TOKEN_OPTION } from './access-token.ts';
import { defineCommand } from './command.ts';
import { formatCursor, PLACE_SYNTAX, parsePlace } from './cursor-text.ts';
import { EVENT_OUTPUT_OPTIONS, readEventOutput, writeLine } from './event-output.ts';
import { FILTER_OPTIONS, readFilter, strangersIn } from './filter-options.ts';
import { follow } from './follow.ts';
import { HubApi } from './hub-api.ts';
import { readTarget } from './target.ts';
import { isUnread, statusFor } from './terminal.ts';
import { DEFAULT_TENANT, DEFAULT_USER, READ_SCOPE, readTokens } from './tokens.ts';

const OPTIONS = {
  after: { type: 'string', value: 'CURSOR', summary: `begin after ${PLACE_SYNTAX}, or with the oldest` },
  count: { type: 'string', short: 'n', value: 'N', summary: 'stop after so many events' },
  ...EVENT_OUTPUT_OPTIONS,
  ...FILTER_OPTIONS,
  ...CLAIM_OPTIONS,
  ...TOKEN_OPTION,
  ...ACCESS_OPTIONS,
} as const;

export const tail = defineCommand({
  name: 'tail',
  summary: 'show events as they happen',
  usage: '[PATTERN…] [options]',
  details: [
    'A PATTERN chooses types: bank.*, community.member:*, or a whole type; * stands for anything but a dot. Whatever',
    'happens to the connection, each event comes once and in order.',
    `In the sandbox you are user ${DEFAULT_USER} of tenant ${DEFAULT_TENANT}, unless you say otherwise. Ctrl-C stops, and says the cursor to go on with.`,
  ],
  examples: [
    "tidings tail 'bank.*'",
    'tidings tail --after oldest',
    'tidings tail --tenant acme --organization 42 --roles "admin auditor"',
    'tidings tail --json --count 1 | jq .data',
  ],
  options: OPTIONS,
  mostPositionals: Number.POSITIVE_INFINITY,
  complete: 'pattern',
  async run(given, terminal) {
    const filter = readFilter(given, given.positionals);
    const after = given.text('after');
    const place = after === undefined ? 'now' : parsePlace('--after', after, ['oldest', 'now']);
    const most = given.wholeNumber('count') ?? Number.POSITIVE_INFINITY;
    const render = readEventOutput(given, terminal);
    const target = await readTarget(given.text('target'), terminal);
    const tokens = readTokens(given, terminal, target, READ_SCOPE);
    const onStatus = statusFor(terminal);
    for (const line of strangersIn(filter)) onStatus(line);

    const stopped = terminal.untilStopped();
    const enough = new AbortController();
    const stop = AbortSignal.any([stopped, enough.signal]);
    const start = await new HubApi({ target, tokens, stop, onTrouble: onStatus }).cursorAt(place);
    let shown = 0;
    const cursor = await follow({
      target,
      followed: { filter, start },
      tokens,
      async onEvent(event) {
        await writeLine(terminal, render(event), stop);
        shown += 1;
        if (shown >= most) enough.abort();
      },
      onStatus,
      stop,
    });
    if (cursor !== undefined && !isUnread(stopped)) {
      onStatus(`stopped; to go on, pass --after ${formatCursor(cursor)}`);
    }
    return 0;
  },
});
