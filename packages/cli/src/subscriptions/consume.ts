import { LIMITS, subscriptionPath } from '@tidings/contracts';
import { defineCommand } from '../command.ts';
import { formatCursor, PLACE_SYNTAX, parsePlace } from '../cursor-text.ts';
import { EVENT_OUTPUT_OPTIONS, flush, type RenderEvent, readEventOutput, writeLine } from '../event-output.ts';
import { Failure, Stopped, UsageError } from '../failure.ts';
import { follow } from '../follow.ts';
import { HubApi, type Page } from '../hub-api.ts';
import { isUnread, type Terminal } from '../terminal.ts';
import { openService, readName, SERVICE_OPTIONS, type Service } from './service.ts';

const DEFAULT_LIMIT = 100;

export const pull = defineCommand({
  name: 'subscriptions pull',
  summary: 'print what a durable subscription has to deliver',
  usage: 'NAME [options]',
  details: [
    'Prints the events after its cursor. They come again until they are acknowledged: by --ack, once they are printed,',
    'or by `tidings subscriptions ack`.',
  ],
  examples: [
    'tidings subscriptions pull billing --limit 10',
    'tidings subscriptions pull billing --ack --json | jq .data',
    'tidings subscriptions pull billing --follow --ack',
  ],
  options: {
    limit: {
      type: 'string',
      short: 'n',
      value: 'N',
      summary: `print at most so many (default: ${DEFAULT_LIMIT}, with --follow all)`,
    },
    ack: { type: 'boolean', summary: 'acknowledge what has been printed' },
    follow: { type: 'boolean', short: 'f', summary: 'go on with what comes, until Ctrl-C' },
    ...EVENT_OUTPUT_OPTIONS,
    ...SERVICE_OPTIONS,
  },
  mostPositionals: 1,
  async run(given, terminal) {
    const name = readName(given, 'subscriptions pull');
    const limit = given.wholeNumber('limit');
    if (limit !== undefined && limit > LIMITS.pageEvents && !given.flag('follow')) {
      throw new UsageError(`--limit expects at most ${LIMITS.pageEvents}, found ${limit}; --follow takes more`);
    }
    const render = readEventOutput(given, terminal);
    const stop = terminal.untilStopped();
    const service = await openService(given, terminal, { mayManage: false, stop });
    const pulling = { name, render, mayAck: given.flag('ack'), terminal, service, stop };
    try {
      return await (given.flag('follow') ? followOne(pulling, limit) : pullPages(pulling, limit ?? DEFAULT_LIMIT));
    } catch (error) {
      if (isUnread(stop)) return 0;
      if (error instanceof Stopped) return 1;
      throw error;
    }
  },
});

export const ack = defineCommand({
  name: 'subscriptions ack',
  summary: 'acknowledge everything up to a sequence',
  usage: 'NAME CURSOR [options]',
  details: [
    `CURSOR is ${PLACE_SYNTAX}. Everything up to it counts as dealt with and does not come again. Late and repeated`,
    'acknowledgements change nothing: the cursor only moves forward.',
  ],
  examples: ['tidings subscriptions ack billing 41'],
  options: SERVICE_OPTIONS,
  mostPositionals: 2,
  async run(given, terminal) {
    const name = readName(given, 'subscriptions ack');
    const [, text] = given.positionals;
    if (text === undefined) throw new UsageError(`give a CURSOR: ${PLACE_SYNTAX}`);
    const place = parsePlace('the CURSOR', text);
    const service = await openService(given, terminal, { mayManage: false });
    const cursor = await acknowledge(service, name, place as { sequence: number; epoch?: string });
    terminal.output.write(`${cursor}\n`);
    return 0;
  },
});

interface Pulling {
  readonly name: string;
  readonly render: RenderEvent;
  readonly mayAck: boolean;
  readonly terminal: Terminal;
  readonly service: Service;
  readonly stop: AbortSignal;
}

/** By pages: with acknowledging as many as it takes, because only that leads on. */
async function pullPages({ name, render, mayAck, terminal, service, stop }: Pulling, limit: number): Promise<number> {
  let printed = 0;
  for (;;) {
    const page = await service.api.page(subscriptionPath(name, '/events'), { limit: `${limit - printed}` });
    const through = await printPage(page, { render, terminal, stop });
    printed += page.events.length;
    // What nobody has read is not acknowledged: it comes again.
    if (mayAck) await flush(terminal);
    if (isUnread(stop)) return 0;
    const reached = through ?? page.through;
    if (mayAck) await acknowledge(service, name, { sequence: reached, epoch: page.epoch }, stop.aborted);
    if (stop.aborted) throw new Stopped('Stopped between two events');
    const rest = page.head - reached;
    if (!mayAck || printed >= limit || rest <= 0) {
      const how = mayAck ? `acknowledged through ${reached}` : `not acknowledged: --ack, or ack ${reached}`;
      const more = rest > 0 ? `; there may be more up to ${page.head}` : '';
      service.onStatus(`${printed} ${printed === 1 ? 'event' : 'events'}, ${how}${more}`);
      return 0;
    }
  }
}

/** @returns the last sequence that was printed, if the page was not printed to its end */
async function printPage(
  { events }: Page,
  { render, terminal, stop }: Pick<Pulling, 'render' | 'terminal' | 'stop'>,
): Promise<number | undefined> {
  for (const [index, event] of events.entries()) {
    await writeLine(terminal, render(event), stop);
    if (stop.aborted && index < events.length - 1) return Number(event.sequence);
  }
  return undefined;
}

/** By a socket, which brings events as they come. */
async function followOne(
  { name, render, mayAck, terminal, service, stop: stopped }: Pulling,
  limit = Number.POSITIVE_INFINITY,
): Promise<number> {
  const enough = new AbortController();
  const stop = AbortSignal.any([stopped, enough.signal]);
  let printed = 0;
  let last: number | undefined;
  const cursor = await follow({
    target: service.target,
    followed: { subscription: name },
    tokens: service.tokens,
    async onEvent({ sequence, ...rest }, delivery) {
      await writeLine(terminal, render({ sequence, ...rest }), stop);
      printed += 1;
      last = Number(sequence);
      if (mayAck) await flush(terminal);
      if (mayAck && !isUnread(stopped)) delivery.ack(sequence);
      if (printed >= limit) enough.abort();
    },
    onStatus: service.onStatus,
    stop,
  });
  if (mayAck && last !== undefined && cursor !== undefined && !isUnread(stopped)) {
    // What the socket was told last may have been lost with it.
    await acknowledge(service, name, { sequence: last, epoch: cursor.epoch }, true);
    service.onStatus(`acknowledged through ${last}`);
  }
  return 0;
}

/** @returns where the subscription stands now */
async function acknowledge(
  { api, target, tokens, onStatus }: Service,
  name: string,
  { sequence, epoch }: { readonly sequence: number; readonly epoch?: string | undefined },
  isLast = false,
): Promise<string> {
  // What was printed is acknowledged even if the user has stopped meanwhile.
  const through = isLast ? new HubApi({ target, tokens, onTrouble: onStatus }) : api;
  const body = { sequence, ...(epoch !== undefined && epoch !== '' && { epoch }) };
  const answer = await through.call('POST', subscriptionPath(name, '/ack'), { body, mayRepeat: true });
  const { cursor } = answer;
  if (typeof cursor === 'object' && cursor !== null && 'sequence' in cursor && 'epoch' in cursor) {
    return formatCursor({ epoch: String(cursor.epoch), sequence: Number(cursor.sequence) });
  }
  throw new Failure('the hub answers with something that is no cursor');
}
