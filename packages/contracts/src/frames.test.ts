import { describe, expect, it } from 'vitest';
import { isTidingsError } from './codes.ts';
import { padSequence } from './cursor.ts';
import { eventsFrame, FRAME_OVERHEAD_BYTES, FrameError, parseClientFrame } from './frames.ts';
import { asSequence } from './identifiers.ts';
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
  ])('%j subscribes', (frame, parsed) => {
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
    expect(message).toBe('Expected an "action", one of subscribe; found none');
  });

  it.each([
    ['sync', '"sync"'],
    ['Subscribe', '"Subscribe"'],
    ['', '""'],
    ['constructor', '"constructor"'],
    [null, 'null'],
    [1, '1'],
    [['subscribe'], 'an array of 1'],
  ])('with the action %j is answered with the actions that there are', (action, found) => {
    const { code, id, message } = refusalOf({ action, id: '7' });
    expect([code, id]).toEqual(['ACTION_UNKNOWN', '7']);
    expect(message).toBe(`Expected an action out of subscribe; found ${found}`);
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
    [{ cursor: { epoch: 'e', sequence: 1 } }, 'CURSOR_UNSUPPORTED'],
    [{ cursor: null }, 'CURSOR_UNSUPPORTED'],
    [{ subscription: 'billing' }, 'SUBSCRIPTION_UNSUPPORTED'],
    [{ filter: { type: ['x'] } }, 'FILTER_INVALID'],
    [{ filter: null }, 'FILTER_INVALID'],
    [{ types: ['bank.*'] }, 'FRAME_MALFORMED'],
  ])('with %j is refused as %s, to its id', (members, code) => {
    const error = refusalOf({ action: 'subscribe', id: 'mine', ...members });
    expect([error.code, error.id]).toEqual([code, 'mine']);
  });

  it('carries everything that is wrong with its filter', () => {
    expect(refusalOf({ action: 'subscribe', filter: { types: [1], x: [] } }).errors).toEqual([
      { path: '/filter/types/0', message: 'expected a string with characters, found 1' },
      { path: '/filter/x', message: 'expected one of types, entities, actions, organizations, subjects' },
    ]);
  });

  it('names an unknown member by a JSON pointer', () => {
    expect(refusalOf({ action: 'subscribe', 'a/b~c': 1 }).errors).toEqual([
      { path: '/a~1b~0c', message: 'expected one of action, id, filter' },
    ]);
    expect(refusalOf({ action: 'subscribe', ['x'.repeat(100_000)]: 1 }).errors[0]?.path.length).toBeLessThan(300);
  });
});

describe('a frame of events', () => {
  it('is JSON around events that are JSON already', () => {
    const range = { from: asSequence(3), through: asSequence(9), replay: true };
    const events = [{ id: 'a"b', data: [1] }, { id: '🦊' }];
    const frame = eventsFrame(
      range,
      events.map((event) => JSON.stringify(event)),
    );
    expect(JSON.parse(frame)).toStrictEqual({ type: 'events', ...range, events });
    expect(JSON.parse(eventsFrame({ ...range, replay: false }, []))).toStrictEqual({
      type: 'events',
      ...range,
      replay: false,
      events: [],
    });
  });

  it('needs no more room beside its events than is kept for that', () => {
    const largest = asSequence(Number.MAX_SAFE_INTEGER);
    const bytes = Buffer.byteLength(eventsFrame({ from: largest, through: largest, replay: false }, []));
    expect(bytes).toBeLessThanOrEqual(FRAME_OVERHEAD_BYTES);
  });
});

describe('a sequence as text', () => {
  it.each([
    [0, '00000000000000000000'],
    [42, '00000000000000000042'],
    [Number.MAX_SAFE_INTEGER, '00009007199254740991'],
  ])('%d is %s', (sequence, text) => {
    expect(padSequence(asSequence(sequence))).toBe(text);
  });

  it('sorts as the number does', () => {
    const texts = [9, 10, 99, 100, 2 ** 40, 2 ** 53 - 1].map((sequence) => padSequence(asSequence(sequence)));
    expect(texts.toSorted()).toEqual(texts);
  });
});
