import { describe, expect, it } from 'vitest';
import { isTidingsError, type TidingsError } from './codes.ts';
import { EMPTY_HEAD, NO_EPOCH, padSequence, parseCursor, parseSequence, parseStart } from './cursor.ts';
import { asSequence } from './identifiers.ts';

function refusal(parse: () => unknown): TidingsError {
  try {
    parse();
  } catch (error) {
    expect(isTidingsError(error)).toBe(true);
    return error as TidingsError;
  }
  throw new Error('Nothing was refused');
}

/** What is no sequence, and what an error says of it. */
const NO_SEQUENCES = [
  [-1, '-1'],
  [0.5, '0.5'],
  [2 ** 53, '9007199254740992'],
  [1e300, '1e+300'],
  [Number.NaN, 'null'],
  ['41', '"41"'],
  [null, 'null'],
  [undefined, 'nothing'],
  [[1], 'an array of 1'],
  [true, 'true'],
] as const;

describe('a cursor', () => {
  it('counts in an epoch', () => {
    expect(parseCursor({ epoch: 'e', sequence: 41 })).toStrictEqual({ epoch: 'e', sequence: 41 });
    expect(parseStart({ sequence: 41, epoch: 'e' })).toStrictEqual({ epoch: 'e', sequence: 41 });
    expect(parseStart({ epoch: 'e', sequence: 2 ** 53 - 1 })).toStrictEqual({ epoch: 'e', sequence: 2 ** 53 - 1 });
  });

  it('can be of who has seen a tenant without events', () => {
    expect(parseStart({ epoch: '', sequence: 0 })).toStrictEqual({ epoch: NO_EPOCH, sequence: 0 });
    expect(parseCursor(EMPTY_HEAD)).toStrictEqual(EMPTY_HEAD);
  });

  it('without an epoch asks for the oldest, with sequence 0 only, and only as a start', () => {
    expect(parseStart({ sequence: 0 })).toBe('oldest');
    const expected = [{ path: '/cursor/epoch', message: expect.stringContaining('found nothing') }];
    expect(refusal(() => parseStart({ sequence: 1 }))).toMatchObject({ code: 'CURSOR_INVALID', errors: expected });
    expect(refusal(() => parseCursor({ sequence: 0 }))).toMatchObject({ code: 'CURSOR_INVALID', errors: expected });
  });

  it.each(NO_SEQUENCES)('has no sequence %j, and the error names the limits', (sequence, found) => {
    const message = `expected a whole number from 0 to 9007199254740991, found ${found}`;
    for (const parse of [parseStart, parseCursor]) {
      expect(refusal(() => parse({ epoch: 'e', sequence }))).toMatchObject({
        code: 'CURSOR_INVALID',
        errors: [{ path: '/cursor/sequence', message }],
      });
    }
    expect(refusal(() => parseSequence(sequence, '/at'))).toMatchObject({ errors: [{ path: '/at', message }] });
  });

  it.each([
    [1, '1'],
    [null, 'null'],
    [{}, 'an object'],
    ['e'.repeat(129), `"${'e'.repeat(79)}… (131 characters)`],
  ])('has no epoch %j', (epoch, found) => {
    expect(refusal(() => parseStart({ epoch, sequence: 1 }))).toMatchObject({
      code: 'CURSOR_INVALID',
      errors: [{ path: '/cursor/epoch', message: `expected a string of at most 128 characters, found ${found}` }],
    });
  });

  it.each([[undefined], [null], [41], ['41'], [[]], [{ epoch: 'e', sequence: 1, seq: 1 }], [{ offset: 1 }]])(
    'is not %j',
    (value) => {
      expect(refusal(() => parseStart(value, '/at'))).toMatchObject({
        code: 'CURSOR_INVALID',
        errors: [{ path: '/at' }],
      });
    },
  );

  it('is refused in few words, whatever was sent', () => {
    const huge = { epoch: 'e', sequence: 'x'.repeat(100_000) };
    expect(refusal(() => parseStart(huge)).message.length).toBeLessThan(300);
    expect(refusal(() => parseStart({ ['x'.repeat(100_000)]: 1 })).message.length).toBeLessThan(300);
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
