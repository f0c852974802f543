import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TidingsError } from './codes.ts';
import { escapePointer, parseJson } from './json-document.ts';
import { LIMITS } from './limits.ts';

/** What was thrown, as far as a caller can see it. */
function refusal(work: () => unknown) {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(TidingsError);
    const { code, message, errors } = error as TidingsError;
    return { code, message, errors };
  }
  throw new Error('Nothing was refused');
}

describe('a JSON document', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 20 }), (text) => {
        fc.pre(!text.includes('__proto__'));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['words', 'hello'],
    ['an unfinished object', '{"a":'],
    ['a comma too many', '[1,]'],
    ['two documents', '{} {}'],
    ['single quotes', "{'a':1}"],
    ['NaN', 'NaN'],
    ['undefined', 'undefined'],
    ['a comment', '{} // x'],
    ['a byte order mark', '\ufeff{}'],
    ['a bare control character', '"\n"'],
    ['a leading zero', '01'],
  ])('is not %s', (_, text) => {
    const { code, message } = refusal(() => parseJson(text));
    expect(code).toBe('BODY_NOT_JSON');
    expect(message).toMatch(/^Expected JSON: ./);
  });

  it('that is refused does not quote itself in the message', () => {
    for (const text of ['{"password":"hunter2" x}', 'hunter2', '{"a":hunter2}', '["hunter2",]']) {
      expect(refusal(() => parseJson(text)).message).not.toContain('hunter2');
    }
  });

  it.each(['[', '{"a":'])('of 20,000 levels of %s is refused, with the place where it is too deep', (open) => {
    const close = open === '[' ? ']' : '}';
    const { code, errors } = refusal(() => parseJson(`${open.repeat(20_000)}1${close.repeat(20_000)}`));
    expect(code).toBe('JSON_TOO_DEEP');
    const step = open === '[' ? '/0' : '/a';
    expect(errors).toEqual([
      {
        path: step.repeat(LIMITS.jsonDepth - 1),
        message: `expected at most ${LIMITS.jsonDepth} levels of nesting, found more`,
      },
    ]);
  });

  it('may have as many levels as the limit says, and no more', () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect(() => parseJson(nested(LIMITS.jsonDepth))).not.toThrow();
    expect(refusal(() => parseJson(nested(LIMITS.jsonDepth + 1))).code).toBe('JSON_TOO_DEEP');
  });

  it('of two million levels does not harm the process', () => {
    expect(refusal(() => parseJson('['.repeat(2_000_000) + ']'.repeat(2_000_000))).code).toBe('JSON_TOO_DEEP');
  });

  it.each([
    ['{"__proto__":{"isAdmin":true}}', '/__proto__'],
    ['{"\\u005f_proto__":1}', '/__proto__'],
    ['[0,{"a/b":{"c~d":[{"__proto__":null}]}}]', '/1/a~1b/c~0d/0/__proto__'],
    ['{"":{"__proto__":1}}', '//__proto__'],
    ['{"data":{"deep":[[{"__proto__":{}}]]}}', '/data/deep/0/0/__proto__'],
  ])('%s is refused for its key "__proto__"', (text, path) => {
    expect(refusal(() => parseJson(text))).toEqual({
      code: 'JSON_KEY_REFUSED',
      message: `The key "__proto__" is refused, found at ${path}`,
      errors: [{ path, message: 'expected no key named "__proto__"' }],
    });
  });

  it('may have keys that only look dangerous, and values that are "__proto__"', () => {
    const text = '{"constructor":1,"prototype":{"toString":"__proto__"},"hasOwnProperty":["__proto__"],"_proto_":1}';
    expect(JSON.stringify(parseJson(text))).toBe(text);
    expect(({} as Record<string, unknown>)['prototype']).toBeUndefined();
  });

  it('that is large is read in about the time that JSON.parse takes', () => {
    const rows = `[${'[0],'.repeat(500_000)}[0]]`;
    const numbers = `[${'0,'.repeat(2_000_000)}0]`;
    const keys = `{${Array.from({ length: 200_000 }, (_, i) => `"k${i}":{}`).join()}}`;
    for (const text of [rows, numbers, keys]) {
      const started = performance.now();
      expect(parseJson(text)).toBeTypeOf('object');
      expect(performance.now() - started).toBeLessThan(5000);
    }
  });

  it('finds the bad key behind a huge array too', () => {
    const text = `{"a":[${'0,'.repeat(1_000_000)}{"__proto__":1}]}`;
    expect(refusal(() => parseJson(text)).errors[0]?.path).toBe('/a/1000000/__proto__');
  });
});

describe('a token of a JSON pointer', () => {
  it.each([
    ['a/b', 'a~1b'],
    ['a~b', 'a~0b'],
    ['~1', '~01'],
    ['', ''],
    ['/~', '~1~0'],
  ])('%j is written %j', (key, token) => {
    expect(escapePointer(key)).toBe(token);
  });
});
