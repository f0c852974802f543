import { describe, expect, it } from 'vitest';
import { CLIENT_ACTIONS, FrameError, parseClientFrame } from './client-frames.ts';
import { isTidingsError } from './codes.ts';
import { LIMITS } from './limits.ts';

function refusal(text: string): FrameError {
  try {
    parseClientFrame(text);
  } catch (error) {
    expect(error).toBeInstanceOf(FrameError);
    expect(isTidingsError(error)).toBe(true);
    return error as FrameError;
  }
  throw new Error('The frame was not refused');
}

const refusalOf = (frame: unknown): FrameError => refusal(JSON.stringify(frame));

describe('a client frame', () => {
  it.each([
    [{ action: 'subscribe' }, { action: 'subscribe', filter: {} }],
    [
      { action: 'subscribe', id: '1', filter: { types: ['bank.*'] } },
      { action: 'subscribe', id: '1', filter: { types: ['bank.*'] } },
    ],
    [
      { filter: { types: [] }, id: '', action: 'subscribe' },
      { action: 'subscribe', id: '', filter: {} },
    ],
    [
      { action: 'subscribe', id: 'x'.repeat(LIMITS.frameIdCharacters) },
      { action: 'subscribe', id: 'x'.repeat(LIMITS.frameIdCharacters), filter: {} },
    ],
    [
      { action: 'subscribe', cursor: { epoch: 'e', sequence: 41 } },
      { action: 'subscribe', filter: {}, start: { epoch: 'e', sequence: 41 } },
    ],
    [
      { action: 'subscribe', id: '1', cursor: { sequence: 0 } },
      { action: 'subscribe', id: '1', filter: {}, start: 'oldest' },
    ],
  ])('%j subscribes', (frame, parsed) => {
    expect(parseClientFrame(JSON.stringify(frame))).toStrictEqual(parsed);
  });

  it.each([
    [
      { action: 'subscribe', id: '1', subscription: 'billing/#1😀' },
      { action: 'resume', id: '1', subscription: 'billing/#1😀' },
    ],
    [
      { action: 'subscribe', subscription: '😀'.repeat(256) },
      { action: 'resume', subscription: '😀'.repeat(256) },
    ],
    [
      { action: 'sync', id: '2', cursor: { epoch: 'e', sequence: 41 } },
      { action: 'sync', id: '2', start: { epoch: 'e', sequence: 41 } },
    ],
    [
      { action: 'sync', cursor: { epoch: '', sequence: 0 } },
      { action: 'sync', start: { epoch: '', sequence: 0 } },
    ],
    [
      { action: 'sync', cursor: { sequence: 0 } },
      { action: 'sync', start: 'oldest' },
    ],
    [
      { action: 'ack', id: '3', subscription: 'billing', sequence: 41 },
      { action: 'ack', id: '3', subscription: 'billing', sequence: 41 },
    ],
    [
      { action: 'ack', subscription: 'billing', sequence: 41, epoch: 'e' },
      { action: 'ack', subscription: 'billing', sequence: 41, epoch: 'e' },
    ],
    [
      { action: 'token', id: '4', token: 'a.b.c' },
      { action: 'token', id: '4', token: 'a.b.c' },
    ],
  ])('%j is read', (frame, parsed) => {
    expect(parseClientFrame(JSON.stringify(frame))).toStrictEqual(parsed);
  });

  it.each(['', ' ', 'hello', '{"action":"subscribe"', '\ufeff{}', '{}{}'])('%j is no JSON', (text) => {
    const { code, id, message } = refusal(text);
    expect([code, id]).toEqual(['FRAME_NOT_JSON', undefined]);
    expect(message).toMatch(/^Expected JSON/);
  });

  it.each([
    ['[]', 'an array of 0'],
    ['null', 'null'],
    ['"subscribe"', '"subscribe"'],
    ['1', '1'],
    ['[{"action":"subscribe"}]', 'an array of 1'],
  ])('%s is no object', (text, found) => {
    const { code, id, message } = refusal(text);
    expect([code, id, message]).toEqual(['FRAME_MALFORMED', undefined, `Expected one JSON object, found ${found}`]);
  });

  it('is refused for its nesting and for the key "__proto__", at the place', () => {
    const deep = refusal(`{"action":"subscribe","id":"1","filter":${'['.repeat(20_000)}${']'.repeat(20_000)}}`);
    expect(deep.code).toBe('JSON_TOO_DEEP');
    expect(deep.errors[0]?.path).toMatch(/^\/filter(\/0)+$/);
    const polluting = refusal('{"action":"subscribe","id":"1","filter":{"__proto__":{"types":["*"]}}}');
    expect(polluting.code).toBe('JSON_KEY_REFUSED');
    expect(polluting.errors[0]?.path).toBe('/filter/__proto__');
  });

  it('without an action is answered with the actions that there are', () => {
    const { code, id, message } = refusalOf({ id: '7' });
    expect([code, id]).toEqual(['FRAME_MALFORMED', '7']);
    expect(message).toBe('Expected an "action", one of subscribe, sync, ack, token; found none');
  });

  it.each([
    ['resume', '"resume"'],
    ['toString', '"toString"'],
    ['Subscribe', '"Subscribe"'],
    ['', '""'],
    ['constructor', '"constructor"'],
    [null, 'null'],
    [1, '1'],
    [['subscribe'], 'an array of 1'],
  ])('with the action %j is answered with the actions that there are', (action, found) => {
    const { code, id, message } = refusalOf({ action, id: '7' });
    expect([code, id]).toEqual(['ACTION_UNKNOWN', '7']);
    expect(message).toBe(`Expected an action out of subscribe, sync, ack, token; found ${found}`);
  });

  it.each([
    [1, '1'],
    [null, 'null'],
    [{}, 'an object'],
    [['1'], 'an array of 1'],
  ])('has no id %j', (id, found) => {
    const error = refusalOf({ action: 'subscribe', id });
    expect([error.code, error.id]).toEqual(['FRAME_MALFORMED', undefined]);
    expect(error.message).toBe(`Expected "id" as a string of at most 128 characters, found ${found}`);
  });

  it('has no id that is too long', () => {
    const { code, id, message } = refusalOf({ action: 'subscribe', id: 'x'.repeat(LIMITS.frameIdCharacters + 1) });
    expect([code, id]).toEqual(['FRAME_MALFORMED', undefined]);
    expect(message.length).toBeLessThan(300);
  });

  it.each([
    [{ action: 'subscribe', filter: { type: ['x'] } }, 'FILTER_INVALID', '/filter/type'],
    [{ action: 'subscribe', filter: null }, 'FILTER_INVALID', '/filter'],
    [{ action: 'subscribe', types: ['bank.*'] }, 'FRAME_MALFORMED', '/types'],
    [{ action: 'subscribe', cursor: null }, 'CURSOR_INVALID', '/cursor'],
    [{ action: 'subscribe', cursor: { sequence: 41 } }, 'CURSOR_INVALID', '/cursor/epoch'],
    [{ action: 'subscribe', cursor: { epoch: 'e', sequence: -1 } }, 'CURSOR_INVALID', '/cursor/sequence'],
    [{ action: 'subscribe', subscription: 1 }, 'SUBSCRIPTION_INVALID', '/subscription'],
    [{ action: 'subscribe', subscription: 'a b' }, 'SUBSCRIPTION_INVALID', '/subscription'],
    [{ action: 'subscribe', subscription: '😀'.repeat(257) }, 'SUBSCRIPTION_INVALID', '/subscription'],
    [{ action: 'subscribe', subscription: 'b', filter: {} }, 'FRAME_MALFORMED', '/subscription'],
    [{ action: 'subscribe', subscription: 'b', cursor: { sequence: 0 } }, 'FRAME_MALFORMED', '/subscription'],
    [{ action: 'sync' }, 'CURSOR_INVALID', '/cursor'],
    [{ action: 'sync', cursor: 41 }, 'CURSOR_INVALID', '/cursor'],
    [{ action: 'sync', cursor: { epoch: 'e' } }, 'CURSOR_INVALID', '/cursor/sequence'],
    [{ action: 'sync', cursor: { epoch: 'e', sequence: 0.5 } }, 'CURSOR_INVALID', '/cursor/sequence'],
    [{ action: 'sync', cursor: { epoch: 'e', sequence: 2 ** 53 } }, 'CURSOR_INVALID', '/cursor/sequence'],
    [{ action: 'sync', cursor: { epoch: 'e', sequence: 0, limit: 1 } }, 'CURSOR_INVALID', '/cursor'],
    [{ action: 'sync', cursor: { sequence: 0 }, filter: {} }, 'FRAME_MALFORMED', '/filter'],
    [{ action: 'ack', sequence: 1 }, 'SUBSCRIPTION_INVALID', '/subscription'],
    [{ action: 'ack', subscription: 'b' }, 'CURSOR_INVALID', '/sequence'],
    [{ action: 'ack', subscription: 'b', sequence: -1 }, 'CURSOR_INVALID', '/sequence'],
    [{ action: 'ack', subscription: 'b', sequence: 0.5 }, 'CURSOR_INVALID', '/sequence'],
    [{ action: 'ack', subscription: 'b', sequence: 2 ** 53 }, 'CURSOR_INVALID', '/sequence'],
    [{ action: 'ack', subscription: 'b', sequence: 2 ** 53, epoch: 'e' }, 'CURSOR_INVALID', '/sequence'],
    [{ action: 'ack', subscription: 'b', sequence: 1, epoch: 1 }, 'CURSOR_INVALID', '/epoch'],
    [{ action: 'ack', subscription: 'b', sequence: 1, cursor: {} }, 'FRAME_MALFORMED', '/cursor'],
    [{ action: 'token' }, 'FRAME_MALFORMED', '/token'],
    [{ action: 'token', token: '' }, 'FRAME_MALFORMED', '/token'],
    [{ action: 'token', token: { jwt: 'x' } }, 'FRAME_MALFORMED', '/token'],
    [{ action: 'token', token: 'x', sequence: 1 }, 'FRAME_MALFORMED', '/sequence'],
  ])('%j is refused as %s at %s, to its id', (frame, code, path) => {
    const error = refusalOf({ ...frame, id: 'mine' });
    expect([error.code, error.id, error.errors[0]?.path]).toEqual([code, 'mine', path]);
  });

  it('takes a sequence that is far ahead: whether it is too far, only the log knows', () => {
    const cursor = { epoch: 'e', sequence: Number.MAX_SAFE_INTEGER };
    expect(parseClientFrame(JSON.stringify({ action: 'sync', cursor }))).toMatchObject({ start: cursor });
  });

  it('names the limit that was passed', () => {
    const messages = [
      refusalOf({ action: 'sync', cursor: { epoch: 'e', sequence: 2 ** 53 } }),
      refusalOf({ action: 'subscribe', filter: { types: Array.from({ length: 1000 }, () => 'bank.*') } }),
      refusalOf({ action: 'subscribe', filter: { types: ['x'.repeat(10_240)] } }),
      refusalOf({ action: 'subscribe', subscription: 'x'.repeat(257) }),
    ].map(({ message }) => message);
    expect(messages).toEqual([
      expect.stringContaining('from 0 to 9007199254740991'),
      expect.stringContaining(`at most ${LIMITS.filterValues} values, found 1000`),
      expect.stringContaining(`at most ${LIMITS.filterValueCharacters} characters, found 10240`),
      expect.stringContaining(`at most ${LIMITS.identifierCharacters} characters, found 257`),
    ]);
  });

  it('never has its token repeated in an error', () => {
    const token = ['secret-part-of-a-token'];
    const error = refusalOf({ action: 'token', id: '1', token });
    expect(JSON.stringify([error.message, error.errors])).not.toContain('secret');
  });

  it.each(Object.entries(CLIENT_ACTIONS))(
    'that says %s may have the members that are listed, and no other',
    (action, members) => {
      const { errors } = refusalOf({ action, foreign: 1 });
      expect(errors).toEqual([{ path: '/foreign', message: `expected one of action, id, ${members.join(', ')}` }]);
    },
  );

  it('carries everything that is wrong with its filter', () => {
    expect(refusalOf({ action: 'subscribe', filter: { types: [1], x: [] } }).errors).toEqual([
      { path: '/filter/types/0', message: 'expected a string with characters, found 1' },
      { path: '/filter/x', message: 'expected one of types, entities, actions, organizations, subjects' },
    ]);
  });

  it('names an unknown member by a JSON pointer', () => {
    expect(refusalOf({ action: 'subscribe', 'a/b~c': 1 }).errors).toEqual([
      { path: '/a~1b~0c', message: 'expected one of action, id, filter, cursor, subscription' },
    ]);
    expect(refusalOf({ action: 'subscribe', ['x'.repeat(100_000)]: 1 }).errors[0]?.path.length).toBeLessThan(300);
  });
});
