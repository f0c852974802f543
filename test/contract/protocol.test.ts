import { readFileSync } from 'node:fs';
import {
  CLIENT_ACTIONS,
  CODES,
  type ErrorFrame,
  type EventsFrame,
  FILTER_LISTS,
  FrameError,
  HEARTBEAT_SECONDS,
  LIMITS,
  parseClientFrame,
  SUBPROTOCOL,
  type SubscribedFrame,
  TOKEN_SUBPROTOCOL_PREFIX,
} from '@tidings/contracts';
import { describe, expect, it } from 'vitest';

const page = readFileSync(new URL('../../PROTOCOL.md', import.meta.url), 'utf8');

/** The rows of the table under a heading, as lists of cells. */
function table(heading: string): readonly (readonly string[])[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const codeIn = (cell: string | undefined): readonly string[] =>
  [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '');

/** Every member of a frame; the compiler refuses a list that lacks one. */
const MEMBERS = {
  subscribed: { id: 0, epoch: 0, head: 0, heartbeatSeconds: 0 } satisfies Record<
    keyof Omit<SubscribedFrame, 'type'>,
    0
  >,
  events: { from: 0, through: 0, replay: 0, events: 0 } satisfies Record<keyof Omit<EventsFrame<never>, 'type'>, 0>,
  error: { id: 0, code: 0, message: 0, errors: 0 } satisfies Record<keyof Omit<ErrorFrame, 'type'>, 0>,
};

/** One message for every code that the parser of client frames gives. */
const REFUSED: Readonly<Record<string, string>> = {
  FRAME_NOT_JSON: '{',
  FRAME_MALFORMED: '[]',
  JSON_TOO_DEEP: '['.repeat(100) + ']'.repeat(100),
  JSON_KEY_REFUSED: '{"__proto__":1}',
  ACTION_UNKNOWN: '{"action":"dance"}',
  FILTER_INVALID: '{"action":"subscribe","filter":{"types":[1]}}',
  CURSOR_UNSUPPORTED: '{"action":"subscribe","cursor":{"sequence":0}}',
  SUBSCRIPTION_UNSUPPORTED: '{"action":"subscribe","subscription":"billing"}',
};

/** Codes that come from serving a message instead of reading it. */
const SERVED = ['TOKEN_EXPIRED', 'UNAUTHENTICATED', 'INTERNAL_ERROR'];

describe('PROTOCOL.md', () => {
  it('names the actions that the hub takes, and no other', () => {
    expect(table('Client → hub').map(([action]) => codeIn(action)[0])).toEqual([...CLIENT_ACTIONS]);
  });

  it('names the frames that the hub sends, with all their members', () => {
    const found = table('Hub → client').map(([type, members]) => [codeIn(type)[0], codeIn(members)]);
    expect(found).toEqual(Object.entries(MEMBERS).map(([type, members]) => [type, Object.keys(members)]));
  });

  it('lists exactly the codes that an error frame can carry', () => {
    const listed = table('Codes of `error`').map(([code]) => codeIn(code)[0] ?? '');
    expect(listed.toSorted()).toEqual([...Object.keys(REFUSED), ...SERVED].toSorted());
    expect(listed.filter((code) => !(CODES as readonly string[]).includes(code))).toEqual([]);
  });

  it.each(Object.entries(REFUSED))('says %s where the parser does', (code, message) => {
    expect(() => parseClientFrame(message)).toThrow(expect.objectContaining({ code, constructor: FrameError }));
  });

  it('states the limits and names that the code has', () => {
    const stated = [
      `\`${SUBPROTOCOL}\`, and \`${TOKEN_SUBPROTOCOL_PREFIX}<access token>\``,
      `at most ${LIMITS.frameIdCharacters} characters`,
      `at most ${LIMITS.filterValues} values of at most\n${LIMITS.filterValueCharacters} characters`,
      `at most ${LIMITS.frameBytes / 1024} KiB where possible and never above ${LIMITS.messageBytes / 1024} KiB`,
      `more than ${LIMITS.jsonDepth} levels`,
      FILTER_LISTS.map((list) => `\`${list}\``)
        .join(', ')
        .replace('`types`', '`types` (patterns)'),
    ];
    expect(stated.filter((text) => !page.includes(text))).toEqual([]);
    expect(HEARTBEAT_SECONDS).toBeLessThan(600);
  });
});
