import fc from 'fast-check';
import { expect, describe as group, it } from 'vitest';
import { asSequence, describe, identifierProblem } from './identifiers.ts';

group('an identifier', () => {
  it.each([
    ['a'],
    ['185B6BAE-0d40;5EBC82E1:1198@tfso/general|ledger#1'],
    ['2947b4ae-0d40-447b-886f-dcd3aa11648b;693081080913543;1198'],
    ['🦊'],
    ['👨‍👩‍👧‍👦'],
    ['é'],
    ['%2c%00'],
    ['"quoted"'],
    ["it's"],
    ['\\'],
    ['__proto__'],
    ['constructor'],
    ['null'],
    ['*'],
    ['{}'],
    ['$ref'],
    ['\u{10FFFF}'],
  ])('may be %j', (value) => {
    expect(identifierProblem(value)).toBeUndefined();
  });

  it.each([
    ['256 letters', 'x'.repeat(256)],
    ['256 emoji', '🦊'.repeat(256)],
    ['255 letters and an emoji', `${'x'.repeat(255)}🦊`],
  ])('may have %s', (_, value) => {
    expect(identifierProblem(value)).toBeUndefined();
  });

  it.each([
    ['257 letters', 'x'.repeat(257)],
    ['257 emoji', '🦊'.repeat(257)],
    ['256 letters and an emoji', `${'x'.repeat(256)}🦊`],
  ])('has not %s', (_, value) => {
    expect(identifierProblem(value)).toBe('expected at most 256 characters, found 257');
  });

  it.each([
    ['a,b', 'a comma'],
    [' a', 'U+0020'],
    ['a ', 'U+0020'],
    ['a\tb', 'U+0009'],
    ['a\nb', 'U+000A'],
    ['a\r', 'U+000D'],
    ['a\0b', 'U+0000'],
    ['a\u007f', 'U+007F'],
    ['a\u0085', 'U+0085'],
    ['a\u00a0b', 'U+00A0'],
    ['a\u2028b', 'U+2028'],
    ['a\u3000b', 'U+3000'],
    ['\ufeffa', 'U+FEFF'],
  ])('is not %j: it has %s', (value, found) => {
    expect(identifierProblem(value)).toContain(
      `expected no comma, white space or control character, found ${found} in`,
    );
  });

  it.each([['\ud83e'], ['a\udd8a'], ['\udd8a\ud83e'], [`${`${'x'.repeat(300)}`.slice(0, 255)}\ud83e`]])(
    'is no half of a character (%#)',
    (value) => {
      expect(identifierProblem(value)).toBe('expected well-formed Unicode, found a lone surrogate');
    },
  );

  it.each([
    ['', 'expected an identifier, found an empty string'],
    [undefined, 'expected a string, found nothing'],
    [null, 'expected a string, found null'],
    [0, 'expected a string, found 0'],
    [[], 'expected a string, found an array of 0'],
    [{}, 'expected a string, found an object'],
  ])('is not %j', (value, problem) => {
    expect(identifierProblem(value)).toBe(problem);
  });

  it('is any well-formed string of 1 to 256 code points without comma, white space and controls, and nothing else', () => {
    const some = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(some, (value) => {
        const points = Array.from(value);
        const refused = (point: string): boolean => {
          const code = point.codePointAt(0) ?? 0;
          return point === ',' || point.trim() === '' || code < 0x20 || (code >= 0x7f && code < 0xa0);
        };
        const good = points.length > 0 && points.length <= 256 && !points.some(refused);
        expect(identifierProblem(value) === undefined).toBe(good);
      }),
      { numRuns: 2000 },
    );
  });
});

group('a description of a value', () => {
  it.each([
    ['text', '"text"'],
    ['a"b\n', '"a\\"b\\n"'],
    [12.5, '12.5'],
    [Number.NaN, 'null'],
    [false, 'false'],
    [[1, 2, 3], 'an array of 3'],
    [{ secret: 'x' }, 'an object'],
    [() => 1, 'function'],
    [Symbol('x'), 'symbol'],
  ])('of %s is %s', (value, text) => {
    expect(describe(value)).toBe(text);
  });

  it('is never longer than a line, and says how long the value was', () => {
    const text = describe('x'.repeat(100_000));
    expect(text.length).toBeLessThan(120);
    expect(text).toContain('(100002 characters)');
  });
});

group('a sequence', () => {
  it.each([0, 1, Number.MAX_SAFE_INTEGER])('may be %d', (value) => {
    expect(asSequence(value)).toBe(value);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER + 1])('is not %d', (value) => {
    expect(() => asSequence(value)).toThrow(RangeError);
  });
});
