import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOf, readJson } from './json-text.ts';

const mistakeOf = (text: string) => {
  const reading = readJson(text);
  return 'mistake' in reading ? reading.mistake : undefined;
};

describe('JSON that is typed', () => {
  it.each([
    ['{"a": 1,\n "b": }', 2, 7],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3],
    ['[1, 2', 1, 6],
    ['{"a": tru}', 1, 7],
    ['', 1, 1],
  ])('names the place of the mistake in %j', (text, line, column) => {
    expect(mistakeOf(text)).toMatchObject({ line, column });
  });

  it('says what was expected and what was found', () => {
    expect(mistakeOf('[1 2]')?.message).toBe('expected a value, "," or "]", found "2"');
  });

  it('refuses a number that would be sent as another one', () => {
    expect(mistakeOf('{"a": 1,\n"b": 9007199254740993}')).toMatchObject({ line: 2, column: 6 });
    expect(mistakeOf('1e400')).toMatchObject({ line: 1, column: 1 });
    expect(readJson('[9007199254740992, 1234567890123456, 0.1, 1e21]')).toHaveProperty('value');
  });

  it('reads whatever JSON there is, and finds a place in whatever is none', () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 3 }),
        fc.nat(),
        fc.constantFrom('', ',', '}', '"', 'x', '\n'),
        (json, at, put) => {
          const cut = at % (json.length + 1);
          const text = json.slice(0, cut) + put + json.slice(cut + 1);
          const isJson = isParsed(text);
          const mistake = mistakeOf(text);
          if (isJson) return mistake === undefined || mistake.message.includes('a double');
          return (
            mistake !== undefined && mistake.line >= 1 && mistake.column >= 1 && mistake.line <= text.split('\n').length
          );
        },
      ),
    );
  });

  it('finds where a pointer leads, and the innermost there is if it leads nowhere', () => {
    const text = '{"a": {"b/c": [10, {"d": true}]}, "e": 1}';
    const at = (pointer: string) => {
      const { from, to } = placeOf(text, pointer) ?? { from: 0, to: 0 };
      return text.slice(from, to);
    };
    expect(at('/a/b~1c/1/d')).toBe('true');
    expect(at('/a/b~1c/0')).toBe('10');
    expect(at('/a/missing')).toBe('{"b/c": [10, {"d": true}]}');
    expect(at('')).toBe(text);
  });

  it('says of megabytes that are no JSON that they are none, at once', () => {
    const begun = performance.now();
    for (const text of ['x'.repeat(20_000_000), '['.repeat(1_500_000)]) {
      const reading = readJson(text);
      expect('mistake' in reading && reading.mistake.line).toBe(1);
      expect('mistake' in reading && reading.mistake.message.length).toBeLessThan(200);
    }
    // With the grammar it is minutes.
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});

function isParsed(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
