import { readFileSync } from 'node:fs';
import {
  type AckedFrame,
  CLIENT_ACTIONS,
  CODES,
  type Code,
  type ErrorFrame,
  type EventsFrame,
  FILTER_LISTS,
  FrameError,
  HEARTBEAT_SECONDS,
  type HubFrame,
  LIMITS,
  parseClientFrame,
  parseCursor,
  type RenewedFrame,
  type ResetFrame,
  type ResetReason,
  SUBPROTOCOL,
  SUBSCRIPTION_STATUSES,
  type SubscribedFrame,
  type SyncedFrame,
  TOKEN_SUBPROTOCOL_PREFIX,
} from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { statusOf } from '../../lambdas/adapters/api-gateway/problem.ts';
import { forSocket } from '../../lambdas/core/live-frames.ts';
import { SLOT_MILLISECONDS } from '../../lambdas/core/ports/socket-slots.ts';

const page = readFileSync(new URL('../../PROTOCOL.md', import.meta.url), 'utf8');
/** Without line ends, which say nothing. */
const flowing = page.replace(/\s+/g, ' ');

type Table = readonly (readonly string[])[];

/** The rows of the first table under a heading, as lists of cells, without those that name the columns. */
function table(heading: string): Table {
  const section = page.split(/^##+ /m).find((text) => text.startsWith(heading)) ?? '';
  const [first = ''] = section.split('\n\n').filter((block) => block.startsWith('|'));
  const rows = first.trim().split('\n').slice(2);
  expect(rows.length, heading).toBeGreaterThan(0);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const codesIn = (cell: string | undefined): readonly string[] =>
  [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '');

type Members<Frame> = Readonly<Record<keyof Omit<Frame, 'type'>, 0>>;

/** Every frame and every member of it; the compiler refuses a list that lacks one, or has one too many. */
const FRAMES: { readonly [Type in HubFrame<never>['type']]: object } = {
  subscribed: { id: 0, epoch: 0, head: 0, cursor: 0, heartbeatSeconds: 0 } satisfies Members<SubscribedFrame>,
  events: { from: 0, through: 0, replay: 0, events: 0 } satisfies Members<EventsFrame<never>>,
  synced: { id: 0, epoch: 0, through: 0, head: 0, events: 0 } satisfies Members<SyncedFrame>,
  acked: { id: 0, cursor: 0 } satisfies Members<AckedFrame>,
  renewed: { id: 0, expires: 0 } satisfies Members<RenewedFrame>,
  reset: { id: 0, reason: 0, epoch: 0, oldest: 0, head: 0 } satisfies Members<ResetFrame>,
  error: { id: 0, code: 0, message: 0, errors: 0, retryAfterSeconds: 0 } satisfies Members<ErrorFrame>,
};

const REASONS: Readonly<Record<ResetReason, 0>> = { retention: 0, epoch: 0, ahead: 0 };

/** One message for every code that the parser of client frames gives. */
const REFUSED: Readonly<Partial<Record<Code, string>>> = {
  FRAME_NOT_JSON: '{',
  FRAME_MALFORMED: '[]',
  JSON_TOO_DEEP: '['.repeat(100) + ']'.repeat(100),
  JSON_KEY_REFUSED: '{"__proto__":1}',
  ACTION_UNKNOWN: '{"action":"dance"}',
  FILTER_INVALID: '{"action":"subscribe","filter":{"types":[1]}}',
  CURSOR_INVALID: '{"action":"sync"}',
  SUBSCRIPTION_INVALID: '{"action":"subscribe","subscription":""}',
};

/** Codes that come from serving a message instead of reading it. */
const SERVED: readonly Code[] = [
  'NOT_SUBSCRIBED',
  'RATE_LIMITED',
  'SUBSCRIPTION_NOT_FOUND',
  'SUBSCRIPTION_PAUSED',
  'EPOCH_MISMATCH',
  'ACK_BEYOND_HEAD',
  'SCOPE_MISSING',
  'TENANT_CLAIM_MISSING',
  'TENANT_MISMATCH',
  'UNAUTHENTICATED',
  'ISSUER_UNAVAILABLE',
  'INTERNAL_ERROR',
  // Whatever can be wrong with a token that is there, as `token` sends one.
  ...CODES.filter((code) => code.startsWith('TOKEN_') && code !== 'TOKEN_MISSING'),
];

describe('PROTOCOL.md', () => {
  it('names the actions that the hub takes, with all their members, and no other', () => {
    const found = table('Client → hub').map(([action, members]) => [codesIn(action)[0], codesIn(members)]);
    expect(found).toEqual(Object.entries(CLIENT_ACTIONS).map(([action, members]) => [action, ['id', ...members]]));
  });

  it('says of every action what frame of the hub answers it', () => {
    const answers = table('Client → hub').map(([action, , , answer]) => [codesIn(action)[0], answer]);
    expect(Object.fromEntries(answers)).toEqual({
      subscribe: expect.stringContaining('`subscribed`'),
      sync: 'a page',
      ack: '`acked`',
      token: '`renewed`',
    });
    expect(flowing).toContain(
      'A **page** is `events`, if there are events for the client in it, and then `synced`; or `reset`',
    );
  });

  it('names the frames that the hub sends, with all their members', () => {
    const found = table('Hub → client').map(([type, members]) => [codesIn(type)[0], codesIn(members)]);
    expect(found).toEqual(Object.entries(FRAMES).map(([type, members]) => [type, Object.keys(members)]));
  });

  it('names the reasons of a reset', () => {
    expect(table('Reset reasons').map(([reason]) => codesIn(reason)[0])).toEqual(Object.keys(REASONS));
  });

  it('lists exactly the codes that an error frame can carry, each once', () => {
    const listed = table('Codes of `error`').map(([code]) => codesIn(code)[0] ?? '');
    expect(listed.toSorted()).toEqual([...Object.keys(REFUSED), ...SERVED].toSorted());
    expect(listed.filter((code) => !(CODES as readonly string[]).includes(code))).toEqual([]);
  });

  it.each(Object.entries(REFUSED))('says %s where the parser does', (code, message) => {
    expect(() => parseClientFrame(message)).toThrow(expect.objectContaining({ code, constructor: FrameError }));
  });

  it('states the limits that the code has', () => {
    const limits = Object.fromEntries(table('Limits').map(([what = '', most]) => [what.split(',')[0], Number(most)]));
    expect(limits).toEqual({
      'characters of `id`': LIMITS.frameIdCharacters,
      "characters (code points) of a subscription's name": LIMITS.identifierCharacters,
      'characters of `epoch`': 128,
      '`sequence`': Number.MAX_SAFE_INTEGER,
      'values in one list of a filter': LIMITS.filterValues,
      'characters of one value in a filter': LIMITS.filterValueCharacters,
      'characters of a filter as JSON': LIMITS.filterCharacters,
      'levels of nesting in a message': LIMITS.jsonDepth,
      'KiB of a message of the client': LIMITS.messageBytes / 1024,
      'KiB of a live message': LIMITS.frameBytes / 1024,
      'KiB of any message of the hub': LIMITS.messageBytes / 1024,
      'KiB of events in one page': LIMITS.syncBytes / 1024,
      'events in one page': LIMITS.pageEvents,
      [`syncs of a connection in ${LIMITS.syncWindowSeconds} seconds`]: LIMITS.syncsPerWindow,
      [`messages of a connection in ${LIMITS.syncWindowSeconds} seconds`]: LIMITS.messagesPerWindow,
      'durable subscriptions of a tenant': LIMITS.subscriptions,
      'seconds between two signs of life of the client (`heartbeatSeconds`)': HEARTBEAT_SECONDS,
    });
    const ofEpoch = (length: number) => () => parseCursor({ epoch: 'e'.repeat(length), sequence: 0 });
    expect(ofEpoch(128)).not.toThrow();
    expect(ofEpoch(129)).toThrow('128');
  });

  it('states the limits in its text as in its table', () => {
    const stated = [
      `at most ${LIMITS.frameIdCharacters} characters`,
      `more than ${LIMITS.jsonDepth} levels`,
      `at most ${LIMITS.syncBytes / 1024} KiB of events`,
      `More than ${LIMITS.syncsPerWindow} in ${LIMITS.syncWindowSeconds} seconds`,
      `${LIMITS.messagesPerWindow} in ${LIMITS.syncWindowSeconds} seconds are always served`,
      `has sent ${LIMITS.messagesUntilClosed} in ${LIMITS.syncWindowSeconds} seconds`,
      `for ${SLOT_MILLISECONDS / 60_000} minutes at most`,
    ];
    expect(stated.filter((text) => !flowing.includes(text))).toEqual([]);
    // API Gateway ends a socket that was idle for so long.
    expect(HEARTBEAT_SECONDS).toBeLessThan(600);
  });

  it('states the names that the code has', () => {
    const stated = [
      `# The Tidings socket protocol, \`${SUBPROTOCOL}\``,
      `\`${SUBPROTOCOL}\`, and \`${TOKEN_SUBPROTOCOL_PREFIX}<access token>\``,
      FILTER_LISTS.map((list) => `\`${list}\``)
        .join(', ')
        .replace('`types`', '`types` (patterns)'),
      ...SUBSCRIPTION_STATUSES,
    ];
    expect(stated.filter((text) => !flowing.includes(text))).toEqual([]);
  });

  it('names what stays of an event whose attributes alone are too large', () => {
    const names = ['specversion', 'id', 'source', 'type', 'subject', 'time', 'tenantid', 'sequence', 'recordedtime'];
    const event = Object.fromEntries([...names, 'x'].map((name) => [name, name]));
    const kept = JSON.parse(forSocket(JSON.stringify({ ...event, x: 'x'.repeat(LIMITS.messageBytes) }), ''));
    expect(Object.keys(kept)).toEqual([...names, 'dataref']);
    expect(flowing).toContain(`${names.map((name) => `\`${name}\``).join(', ')} and \`dataref\``);
  });

  it('names the statuses that a handshake is refused by', () => {
    const statuses = table('Statuses of a refused handshake').flatMap(
      ([status = '']) => status.match(/\dxx|\d+/g) ?? [],
    );
    expect(statuses).toEqual(['400', '401', '403', '429', '5xx']);
    const refusals: readonly Code[] = [
      'FILTER_INVALID',
      'TOKEN_MISSING',
      'TOKEN_EXPIRED',
      'ORIGIN_REFUSED',
      'TENANT_CLAIM_MISSING',
      'TOO_MANY_SOCKETS',
    ];
    expect(refusals.map((code) => String(statusOf(code))).filter((status) => !statuses.includes(status))).toEqual([]);
  });
});
