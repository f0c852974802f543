import { ACCESS_OPTIONS, CLAIM_OPTIONS, TOKEN_OPTION } from './access-token.ts';
import type { Arguments } from './arguments.ts';
import { defineCommand } from './command.ts';
import { formatCursor, PLACE_SYNTAX, parsePlace } from './cursor-text.ts';
import { EVENT_OUTPUT_OPTIONS, readEventOutput } from './event-output.ts';
import { type EventSink, FileSink, outputSink } from './event-sink.ts';
import { Stopped, UsageError } from './failure.ts';
import { FILTER_OPTIONS, readFilter, strangersIn } from './filter-options.ts';
import { HubApi } from './hub-api.ts';
import { Progress } from './progress.ts';
import { LogReplay, type Position } from './replay-log.ts';
import { readTarget } from './target.ts';
import { isUnread, statusFor, type Terminal } from './terminal.ts';
import { READ_SCOPE, readTokens } from './tokens.ts';

/** Most events that one request asks for: as many as the hub gives. */
const PAGE_LIMIT = 1000;

const OPTIONS = {
  after: { type: 'string', value: 'CURSOR', summary: `begin after ${PLACE_SYNTAX} (default: oldest)` },
  until: { type: 'string', value: 'SEQUENCE', summary: 'end with this sequence (default: where the log ends now)' },
  ...FILTER_OPTIONS,
  count: { type: 'string', short: 'n', value: 'N', summary: 'stop after so many events' },
  output: { type: 'string', short: 'o', value: 'FILE', summary: 'write to a new file', complete: 'file' },
  append: { type: 'boolean', summary: 'go on with the file of --output' },
  quiet: { type: 'boolean', short: 'q', summary: 'say nothing of how far it has come' },
  ...EVENT_OUTPUT_OPTIONS,
  ...CLAIM_OPTIONS,
  ...TOKEN_OPTION,
  ...ACCESS_OPTIONS,
} as const;

type Given = Arguments<keyof typeof OPTIONS>;

export const replay = defineCommand({
  name: 'replay',
  summary: 'print the events that are retained, in their order',
  usage: '[PATTERN…] [options]',
  details: [
    'Prints what your token may see, out of all that is retained or a part of it, and ends where the log ended when it',
    'began. Stopped half way, it exits with 1 and says the cursor to go on with: then each event comes once.',
  ],
  examples: [
    'tidings replay --output events.ndjson',
    "tidings replay 'bank.transaction:*' --subjects transaction/123",
    'tidings replay --after 1200 --until 1300 --json',
    'tidings replay --after 1200@EPOCH --append --output events.ndjson',
  ],
  options: OPTIONS,
  mostPositionals: Number.POSITIVE_INFINITY,
  complete: 'pattern',
  async run(given, terminal) {
    const filter = readFilter(given, given.positionals);
    const range = readRange(given);
    const most = given.wholeNumber('count') ?? Number.POSITIVE_INFINITY;
    const render = readEventOutput(given, terminal, given.text('output') !== undefined);
    if (given.flag('append') && given.text('output') === undefined)
      throw new UsageError('--append goes with --output FILE');
    const target = await readTarget(given.text('target'), terminal);
    const tokens = readTokens(given, terminal, target, READ_SCOPE);
    const stop = terminal.untilStopped();
    const progress = new Progress(terminal);
    const report = statusFor(terminal);
    const status = (line: string): void => {
      progress.clear();
      report(line);
    };
    for (const line of strangersIn(filter)) status(line);

    const sink = await openSink(given, terminal, stop);
    let events = 0;
    const log = new LogReplay({
      api: new HubApi({ target, tokens, stop, onTrouble: status }),
      filter,
      ...range,
      pageLimit: Math.min(PAGE_LIMIT, most),
      isEnough: () => events >= most,
      stop,
      async onEvent(event) {
        await sink.write(render(event), Number(event.sequence));
        events += 1;
      },
      async onPage({ sequence }, begin, end) {
        await sink.settle();
        if (isProgressShown(given, terminal)) progress.update({ done: sequence - begin, total: end - begin, events });
      },
    });
    let isFailure = true;
    try {
      await log.run();
      await sink.settle();
      isFailure = false;
      const through = log.position === undefined ? '' : `, through ${formatCursor(log.position)}`;
      if (!given.flag('quiet')) status(`${countOf(events)} in ${progress.seconds.toFixed(1)} s${through}`);
      return 0;
    } catch (error) {
      // Of a file it says nothing that nobody reads what is said beside it.
      if (isUnread(stop) && given.text('output') === undefined) return 0;
      if (error instanceof UsageError) throw error;
      await sink.settle().catch(() => undefined);
      status(`stopped after ${countOf(events)}; ${continuation(given, settledAt(log.position, sink))}`);
      if (error instanceof Stopped) return 1;
      throw error;
    } finally {
      await sink.close(isFailure);
    }
  },
});

function readRange(given: Given) {
  const place = parsePlace('--after', given.text('after') ?? 'oldest', ['oldest']);
  const after = typeof place === 'object' ? { ...place } : { sequence: 0 };
  const until = given.wholeNumber('until');
  if (until !== undefined && until <= after.sequence) {
    throw new UsageError(
      `--until ${until} comes before what --after ${after.sequence} begins with: nothing is between`,
    );
  }
  return { after, until };
}

const openSink = async (given: Given, terminal: Terminal, stop: AbortSignal): Promise<EventSink> => {
  const file = given.text('output');
  return file === undefined
    ? outputSink(terminal, stop)
    : await FileSink.open(file, terminal.folder, given.flag('append'));
};

/** At a terminal that the events themselves run over, a bar would only be in their way. */
const isProgressShown = (given: Given, { output }: Terminal): boolean =>
  !given.flag('quiet') && (given.text('output') !== undefined || output.isTTY !== true);

/** Up to where everything has arrived. */
function settledAt(position: Position | undefined, { hasFailed, settled }: EventSink): Position | undefined {
  if (!hasFailed || position === undefined) return position;
  return settled === undefined ? undefined : { ...position, sequence: settled };
}

function continuation(given: Given, position: Position | undefined): string {
  if (position === undefined) return 'there is nothing to go on from: repeat the command as it was';
  const append = given.text('output') === undefined || given.flag('append') ? '' : ' --append';
  return `to go on, repeat the command with --after ${formatCursor(position)}${append}`;
}

const countOf = (events: number): string => (events === 1 ? '1 event' : `${events} events`);
