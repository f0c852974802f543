import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TidingsError, type Violation } from './codes.ts';
import { parseEvent, splitList } from './envelope.ts';
import { TYPE_GRAMMAR } from './event-type.ts';
import { LIMITS } from './limits.ts';

const EVENT = {
  specversion: '1.0',
  id: 'e1',
  source: 'com.tidings.bank',
  type: 'bank.transaction:created@v1',
  tenantid: 'acme',
} as const;

/** Everything that is wrong with an event, by path. */
function violations(value: unknown): readonly Violation[] {
  try {
    parseEvent(value);
  } catch (error) {
    expect(error).toBeInstanceOf(TidingsError);
    const { code, message, errors } = error as TidingsError;
    expect(code).toBe('EVENT_MALFORMED');
    expect(errors.length).toBeGreaterThan(0);
    expect(message).toContain(errors[0]?.message);
    return errors;
  }
  return [];
}

const wrong = (change: object): readonly Violation[] => violations({ ...EVENT, ...change });
const without = (name: keyof typeof EVENT): unknown =>
  Object.fromEntries(Object.entries(EVENT).filter(([attribute]) => attribute !== name));

describe('an event', () => {
  it('may have the required attributes only', () => {
    expect(parseEvent(EVENT)).toEqual(EVENT);
  });

  it('keeps every attribute, known or not, and its data as it is', () => {
    const event = {
      ...EVENT,
      subject: 'transaction/1 of ünïcode 🦊',
      time: '2026-01-31T09:30:00.123456789+05:30',
      datacontenttype: 'application/vnd.bank+json; charset=utf-8',
      dataschema: 'https://schemas.example.com/x',
      organizationids: 'o1,o;2',
      userids: 'auth0|7',
      roleids: 'admin,teller',
      actorid: 'user@example.com',
      correlationid: 'c/1',
      causationid: 'e#0',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'congo=t61rcWkgMzE',
      partitionkey: 'p',
      x1: 42,
      flag: false,
      empty: '',
      data: { anything: [1, { deep: null }] },
    };
    expect(parseEvent(event)).toEqual(event);
  });

  it.each([
    [null, 'null'],
    [undefined, 'nothing'],
    ['{}', '"{}"'],
    [7, '7'],
    [[], 'an array of 0'],
    [[EVENT], 'an array of 1'],
  ])('is a JSON object, not %j', (value, found) => {
    expect(violations(value)).toEqual([
      { path: '', message: `expected a CloudEvent as a JSON object, found ${found}` },
    ]);
  });

  it.each(['specversion', 'id', 'source', 'type', 'tenantid'] as const)('has %s', (name) => {
    const expected = [{ path: `/${name}`, message: `expected the CloudEvents attribute "${name}", found nothing` }];
    expect(violations(without(name))).toEqual(expected);
    expect(wrong({ [name]: null })).toEqual(expected);
  });

  it('names everything that is wrong at once', () => {
    expect(violations({ specversion: '0.3', id: '', userids: 'a b', 'Bad-Name': 1 }).map(({ path }) => path)).toEqual([
      '/source',
      '/type',
      '/tenantid',
      '/specversion',
      '/id',
      '/userids',
      '/Bad-Name',
    ]);
  });

  it('counts null as absent, but not in data', () => {
    const event = parseEvent({
      ...EVENT,
      subject: null,
      sequence: null,
      recordedtime: null,
      unknown: null,
      data: null,
    });
    expect(event).toStrictEqual({ ...EVENT, data: null });
  });

  it.each(['id', 'tenantid', 'actorid', 'correlationid', 'causationid'])('has an identifier as %s', (name) => {
    const at = (value: unknown) => wrong({ [name]: value });
    expect(at('🦊'.repeat(256))).toEqual([]);
    expect(at('x#y;z:1@2/3|4')).toEqual([]);
    const path = `/${name}`;
    expect(at('🦊'.repeat(257))).toEqual([{ path, message: 'expected at most 256 characters, found 257' }]);
    expect(at('')).toEqual([{ path, message: 'expected an identifier, found an empty string' }]);
    expect(at('a,b')[0]?.message).toContain('found a comma in "a,b"');
    expect(at('a b')[0]?.message).toContain('found U+0020 in "a b"');
    expect(at('a\u0000')[0]?.message).toContain('found U+0000');
    expect(at('a\ud800')).toEqual([{ path, message: 'expected well-formed Unicode, found a lone surrogate' }]);
    expect(at(12)).toEqual([{ path, message: 'expected a string, found 12' }]);
    expect(at({})).toEqual([{ path, message: 'expected a string, found an object' }]);
  });

  it.each(['organizationids', 'userids', 'roleids'])('has a list of identifiers as %s', (name) => {
    const at = (value: unknown): string | undefined => {
      const [first, ...more] = wrong({ [name]: value });
      expect(more).toEqual([]);
      expect(first?.path ?? `/${name}`).toBe(`/${name}`);
      return first?.message;
    };
    expect(at('a')).toBeUndefined();
    expect(at('a,b,a')).toBeUndefined();
    expect(at(`${'🦊'.repeat(256)},b`)).toBeUndefined();
    expect(at('')).toBe('expected an identifier, found an empty string');
    expect(at(',')).toBe('expected an identifier, found an empty string');
    expect(at('a,')).toBe('expected an identifier, found an empty string');
    expect(at('a,,b')).toBe('expected an identifier, found an empty string');
    expect(at('a, b')).toContain('found U+0020 in " b"');
    expect(at(`a,${'🦊'.repeat(257)}`)).toBe('expected at most 256 characters, found 257');
    expect(at(['a', 'b'])).toBe('expected identifiers in one string, separated by commas, found an array of 2');
    expect(at('x'.repeat(256).concat(',y'.repeat(8064)))).toBeUndefined();
    expect(at('x,'.repeat(9000))).toBe(`expected at most ${LIMITS.audienceCharacters} characters, found 18000`);
  });

  it.each(['source', 'subject', 'dataschema', 'tracestate'])('has text as %s', (name) => {
    const path = `/${name}`;
    expect(wrong({ [name]: 'a, b' })).toEqual([]);
    expect(wrong({ [name]: 'x'.repeat(LIMITS.attributeCharacters) })).toEqual([]);
    expect(wrong({ [name]: 'x'.repeat(LIMITS.attributeCharacters + 1) })).toEqual([
      { path, message: 'expected at most 2048 characters, found 2049' },
    ]);
    expect(wrong({ [name]: '' })).toEqual([{ path, message: 'expected a string with characters, found ""' }]);
    expect(wrong({ [name]: 1 })).toEqual([{ path, message: 'expected a string with characters, found 1' }]);
    expect(wrong({ [name]: 'a\nb' })[0]?.message).toContain('expected no control characters');
    expect(wrong({ [name]: 'a\udc00' })).toEqual([
      { path, message: 'expected well-formed Unicode, found a lone surrogate' },
    ]);
  });

  it.each(['0.3', '1', '1.1', 1, 1.0, true, ''])('has specversion "1.0", not %j', (specversion) => {
    expect(wrong({ specversion })).toEqual([
      { path: '/specversion', message: `expected "1.0", found ${JSON.stringify(specversion)}` },
    ]);
  });

  it('has a type of the grammar', () => {
    expect(wrong({ type: 'com.example.created' })).toEqual([
      { path: '/type', message: `expected ${TYPE_GRAMMAR}, found "com.example.created"` },
    ]);
  });

  it.each([
    '2026-01-31T09:30:00Z',
    '2026-01-31t09:30:00z',
    '2026-01-31T09:30:00.1Z',
    '2026-01-31T09:30:00.123456789Z',
    '2026-01-31T09:30:00+14:00',
    '2026-01-31T09:30:00-00:00',
    '2024-02-29T23:59:59Z',
    '2000-02-29T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ])('may have happened at %s', (time) => {
    expect(wrong({ time })).toEqual([]);
  });

  it.each([
    '',
    'now',
    '2026-01-31',
    '2026-01-31T09:30Z',
    '2026-01-31T09:30:00',
    '2026-01-31 09:30:00Z',
    '2026-01-31T09:30:00.Z',
    '2026-01-31T09:30:00.1234567890Z',
    '2026-01-31T09:30:00+0100',
    '2026-1-31T09:30:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-32T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2100-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T23:60:00Z',
    '2026-01-31T09:30:00+99:00',
    '+002026-01-31T09:30:00Z',
    '2026-01-31T09:30:00Z\n',
    'Sat, 31 Jan 2026 09:30:00 GMT',
    1769851800,
    ['2026-01-31T09:30:00Z'],
  ])('cannot have happened at %j', (time) => {
    const [first, ...more] = wrong({ time });
    expect(more).toEqual([]);
    expect(first?.path).toBe('/time');
    expect(first?.message).toMatch(/^expected a time as in RFC 3339, such as 2026-01-31T09:30:00Z, found ./);
  });

  it.each(['application/json', 'APPLICATION/JSON', 'application/json; charset=utf-8', 'application/a.b-c+json'])(
    'may have data of type %s',
    (datacontenttype) => {
      expect(wrong({ datacontenttype })).toEqual([]);
    },
  );

  it.each(['text/plain', 'application/xml', 'application/jsonx', 'xapplication/json', 'application/+json', '', 5])(
    'has no data of type %j',
    (datacontenttype) => {
      expect(wrong({ datacontenttype })).toEqual([
        {
          path: '/datacontenttype',
          message: `expected application/json or another JSON media type, found ${JSON.stringify(datacontenttype)}`,
        },
      ]);
    },
  );

  it.each([
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0',
    '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01',
    '0af7651916cd43dd8448eb211c80319c',
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01x',
    7,
  ])('has no traceparent %j', (traceparent) => {
    expect(wrong({ traceparent })).toEqual([
      {
        path: '/traceparent',
        message: `expected a traceparent as in W3C Trace Context, found ${JSON.stringify(traceparent)}`,
      },
    ]);
  });

  it.each([
    ['traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01-${'x'.repeat(3000)}`],
    ['datacontenttype', `application/json; a=${'x'.repeat(3000)}`],
    ['traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01-\u0000`],
    ['datacontenttype', 'application/json; a=\u0000'],
    ['datacontenttype', 'application/json; a=\ud800'],
  ])('has no %s longer than other attributes, nor with what they must not hold (%#)', (name, value) => {
    expect(wrong({ [name]: value }).map(({ path }) => path)).toEqual([`/${name}`]);
  });

  it.each([
    ['sequence', 'expected to be absent, because the hub assigns it'],
    ['recordedtime', 'expected to be absent, because the hub assigns it'],
    ['dataref', 'expected the data itself: a reference to data elsewhere cannot be validated'],
    ['data_base64', 'expected "data" with JSON: binary data cannot be validated'],
  ])('must not bring %s', (name, message) => {
    expect(wrong({ [name]: '00000000000000000001' })).toEqual([{ path: `/${name}`, message }]);
    expect(wrong({ [name]: '' })).toEqual([{ path: `/${name}`, message }]);
  });

  it.each([0, -1, 2147483647, -2147483648, true, false, '', 'text, with comma', '🦊'])(
    'may have the extension value %j',
    (value) => {
      expect(parseEvent({ ...EVENT, myext1: value })).toEqual({ ...EVENT, myext1: value });
    },
  );

  it.each([
    [1.5, 'expected an integer of 32 bits, found 1.5'],
    [2147483648, 'expected an integer of 32 bits, found 2147483648'],
    [-2147483649, 'expected an integer of 32 bits, found -2147483649'],
    [Number.POSITIVE_INFINITY, 'expected an integer of 32 bits, found Infinity'],
    [['a'], 'expected a string, a boolean or an integer, found an array of 1'],
    [{ a: 1 }, 'expected a string, a boolean or an integer, found an object'],
    ['x'.repeat(2049), 'expected at most 2048 characters, found 2049'],
    ['a\u007f', 'expected no control characters, found some in "a\u007f"'],
    ['\udfff', 'expected well-formed Unicode, found a lone surrogate'],
  ])('has no extension value %j', (value, message) => {
    expect(wrong({ myext1: value })).toEqual([{ path: '/myext1', message }]);
  });

  it.each(['myExt', 'my_ext', 'my-ext', '', 'my ext', 'é', 'x'.repeat(33), 'Id', 'ID', 'constructor!', '__proto__'])(
    'has no attribute with the name %j',
    (name) => {
      const value: unknown = JSON.parse(JSON.stringify(EVENT).replace('}', `,${JSON.stringify(name)}:"x"}`));
      expect(violations(value)).toEqual([
        { path: `/${name}`, message: 'expected a name of 1 to 32 lower-case letters and digits' },
      ]);
    },
  );

  it.each(['constructor', 'tostring', 'valueof', 'hasownproperty'])('may have the extension %s', (name) => {
    const event = parseEvent({ ...EVENT, [name]: 'x' });
    expect(Object.hasOwn(event, name)).toBe(true);
  });

  it('names a bad attribute by a JSON pointer', () => {
    expect(wrong({ 'a/b~c': 'x' })[0]?.path).toBe('/a~1b~0c');
    expect(wrong({ 'data/x': 'x' })[0]?.path).toBe('/data~1x');
  });

  it('may have as many attributes as the limit says, its data not counted', () => {
    const extra = Array.from({ length: LIMITS.attributes - Object.keys(EVENT).length }, (_, i) => [`x${i}`, 'v']);
    const full = { ...EVENT, ...Object.fromEntries(extra) };
    expect(violations(full)).toEqual([]);
    expect(violations({ ...full, data: { a: 1 } })).toEqual([]);
    expect(violations({ data: { a: 1 }, ...full })).toEqual([]);
    expect(violations({ ...full, onemore: 'v' })).toEqual([
      { path: '', message: 'expected at most 64 attributes, found 65' },
    ]);
  });

  it('that is hostile gets an answer of bounded size', () => {
    const hostile = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, i) => [`${'N'.repeat(300)}${i}`, '"'.repeat(1000)]),
    );
    const errors = wrong(hostile);
    expect(errors.length).toBeLessThan(100);
    expect(JSON.stringify(errors).length).toBeLessThan(50_000);
  });

  it('may have any data at all', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        expect(parseEvent({ ...EVENT, data })).toEqual({ ...EVENT, data });
      }),
    );
    // Not looked at: even what no JSON can hold passes, and as the same object.
    const data = { toJSON: () => 'never called' };
    expect(parseEvent({ ...EVENT, data })['data']).toBe(data);
  });

  it('is a copy: what was parsed is left as it was', () => {
    const value = { ...EVENT, subject: null };
    parseEvent(value);
    expect(value).toStrictEqual({ ...EVENT, subject: null });
  });
});

describe('a list of an event', () => {
  it.each([
    ['a', ['a']],
    ['a,b;c,d', ['a', 'b;c', 'd']],
  ])('%j has the members %j', (list, members) => {
    expect(splitList(list)).toEqual(members);
  });

  it('that is absent restricts nothing', () => {
    expect(splitList(undefined)).toBeUndefined();
  });
});
