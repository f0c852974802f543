import { LIMITS, parseEvent, TidingsError } from '@tidings/contracts';
import { CloudEvent, HTTP } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvents } from './cloudevents-http.ts';

const STRUCTURED = 'application/cloudevents+json';
const BATCHED = 'application/cloudevents-batch+json';

const read = (headers: Readonly<Record<string, string | undefined>>, body: string | Uint8Array) =>
  readEvents({ headers, body: typeof body === 'string' ? Buffer.from(body) : body });

function refusal(...request: Parameters<typeof read>): TidingsError {
  try {
    read(...request);
  } catch (error) {
    expect(error).toBeInstanceOf(TidingsError);
    return error as TidingsError;
  }
  throw new Error('The request was not refused');
}

const EVENT = {
  specversion: '1.0',
  id: 'a#b;c:d@e/f|g',
  source: 'com.tidings.bank',
  type: 'bank.test:created@v1',
  subject: 'test/1',
  time: '2026-01-31T09:30:00.123Z',
  datacontenttype: 'application/json; charset=utf-8',
  tenantid: 'acme',
  userids: 'u1,u2',
  data: { text: 'æ🦊', deep: [1, { a: null }] },
} as const;

const BINARY = {
  'ce-specversion': '1.0',
  'ce-id': 'e1',
  'ce-source': 'com.tidings.bank',
  'ce-type': 'bank.test:created@v1',
  'ce-tenantid': 'acme',
  'content-type': 'application/json',
};

/** A request of the official library, as API Gateway would hand it on. */
function received(message: { headers: unknown; body: unknown }) {
  const headers = Object.entries(message.headers as Record<string, string>);
  return read(Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])), String(message.body));
}

describe('an event that the official library sends', () => {
  const event = new CloudEvent(EVENT);

  it.each(['structured', 'binary'] as const)('in %s mode is read as it was', (mode) => {
    const events = received(HTTP[mode](event));
    expect(events).toHaveLength(1);
    expect(parseEvent(events[0])).toEqual(EVENT);
    // The official library reads its own request as the same event.
    expect(HTTP.toEvent(HTTP[mode](event))).toEqual(event);
  });

  it('in a batch is read as it was, in its order', () => {
    const events = [event, event.cloneWith({ id: 'two' }), event.cloneWith({ id: 'three' })];
    const message = { headers: { 'Content-Type': `${BATCHED}; charset=utf-8` }, body: JSON.stringify(events) };
    expect(received(message).map(parseEvent)).toEqual([EVENT, { ...EVENT, id: 'two' }, { ...EVENT, id: 'three' }]);
  });

  it.each(['structured', 'binary'] as const)('in %s mode may have any JSON as data', (mode) => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (data) => {
        fc.pre(!JSON.stringify(data).includes('__proto__'));
        const [read] = received(HTTP[mode](event.cloneWith({ data })));
        expect((read as { data: unknown }).data).toEqual(JSON.parse(JSON.stringify(data)));
      }),
    );
  });
});

describe('a request in binary mode', () => {
  it('is made into an event from its headers and body', () => {
    expect(read({ ...BINARY, host: 'x', authorization: 'Bearer t', cenothing: 'x' }, '{"a":1}')).toEqual([
      {
        specversion: '1.0',
        id: 'e1',
        source: 'com.tidings.bank',
        type: 'bank.test:created@v1',
        tenantid: 'acme',
        datacontenttype: 'application/json',
        data: { a: 1 },
      },
    ]);
  });

  it('reads what a sender must have encoded, whatever the text', () => {
    const encodeHeader = (text: string): string =>
      Array.from(text, (character) =>
        /^[!#$&-~]$/.test(character)
          ? character
          : Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join(
              '',
            ),
      ).join('');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (subject) => {
        const [event] = read({ ...BINARY, 'ce-subject': encodeHeader(subject) }, '{}');
        expect(event).toMatchObject({ subject });
      }),
    );
  });

  it.each([
    ['Euro%20%E2%82%AC%20%F0%9F%98%80', 'Euro € 😀'],
    ['Euro%20%e2%82%ac%20%f0%9f%98%80', 'Euro € 😀'],
    ['%41bc', 'Abc'],
    ['100%2525', '100%25'],
    ['plain+text', 'plain+text'],
    ['"in quotes"', 'in quotes'],
    ['"a \\"b\\" \\\\ c"', 'a "b" \\ c'],
    ['"%E2%82%AC"', '€'],
    ['""', ''],
    ['"', '"'],
    ['half"quoted"', 'half"quoted"'],
  ])('reads the header %s as %s', (value, subject) => {
    expect(read({ ...BINARY, 'ce-subject': value }, '{}')).toMatchObject([{ subject }]);
  });

  it.each(['%', '100%', '%zz', '%C0%A0', '%ED%A0%80', '%FF', '%E2%82'])('refuses the header %s', (value) => {
    expect(refusal({ ...BINARY, 'ce-subject': value }, '{}')).toMatchObject({
      code: 'EVENT_MALFORMED',
      errors: [{ path: '/subject', message: 'expected UTF-8 in percent-encoding, found a broken sequence' }],
    });
  });

  it('takes its type of content from the body, not from a header that must not be there', () => {
    const headers = {
      ...BINARY,
      'ce-datacontenttype': 'text/plain',
      'ce-data': 'no',
      'content-type': 'application/vnd.x+json',
    };
    expect(read(headers, '1')).toMatchObject([{ datacontenttype: 'application/vnd.x+json', data: 1 }]);
  });

  it('cannot change what every object has', () => {
    const headers: Record<string, string> = JSON.parse('{"ce-__proto__":"x","ce-constructor":"y"}');
    const [event] = read({ ...BINARY, ...headers }, '{}');
    expect(Object.entries(event as object)).toEqual(expect.arrayContaining([['__proto__', 'x']]));
    expect(() => parseEvent(event)).toThrow('/__proto__ expected a name');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it.each([
    ['no JSON', 'hello', 'BODY_NOT_JSON'],
    ['nothing', '', 'BODY_NOT_JSON'],
    ['20,000 levels', '['.repeat(20_000) + ']'.repeat(20_000), 'JSON_TOO_DEEP'],
    ['a bad key', '{"__proto__":1}', 'JSON_KEY_REFUSED'],
  ])('refuses a body of %s', (_, body, code) => {
    expect(refusal(BINARY, body).code).toBe(code);
  });
});

describe('a request in structured or batched mode', () => {
  it.each([
    STRUCTURED,
    'Application/CloudEvents+JSON',
    `${STRUCTURED};charset=UTF-8`,
    `${STRUCTURED} ; charset="utf-8"`,
    `${STRUCTURED}; charset=utf8; x=y`,
  ])('may be of type %s', (contentType) => {
    expect(read({ 'content-type': contentType }, '{"a":1}')).toEqual([{ a: 1 }]);
  });

  it('is not read as binary because of ce- headers beside it', () => {
    expect(read({ ...BINARY, 'content-type': STRUCTURED }, '{"id":"inner"}')).toEqual([{ id: 'inner' }]);
    expect(read({ ...BINARY, 'content-type': BATCHED }, '[{"id":"inner"}]')).toEqual([{ id: 'inner' }]);
  });

  it('may begin with a byte order mark', () => {
    expect(read({ 'content-type': STRUCTURED }, '\ufeff{"a":1}')).toEqual([{ a: 1 }]);
  });

  it.each([
    ['nothing', '', 'BODY_NOT_JSON'],
    ['white space', ' \n ', 'BODY_NOT_JSON'],
    ['no JSON', '{"a":', 'BODY_NOT_JSON'],
    ['20,000 levels', `{"data":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'JSON_TOO_DEEP'],
    ['a bad key', '{"data":{"__proto__":1}}', 'JSON_KEY_REFUSED'],
  ])('refuses a body of %s', (_, body, code) => {
    expect(refusal({ 'content-type': STRUCTURED }, body).code).toBe(code);
  });

  it('refuses what is no UTF-8 instead of guessing', () => {
    const latin1 = Buffer.from('{"data":"é"}', 'latin1');
    expect(refusal({ 'content-type': STRUCTURED }, latin1)).toMatchObject({
      code: 'BODY_NOT_JSON',
      message: 'Expected JSON in UTF-8; the body is no valid UTF-8',
    });
    expect(refusal({ 'content-type': STRUCTURED }, Buffer.from('{"a":1}', 'utf16le')).code).toBe('BODY_NOT_JSON');
  });

  it('refuses a batch that is none, or empty, or too long', () => {
    const batch = { 'content-type': BATCHED };
    expect(refusal(batch, '{}').code).toBe('EVENT_MALFORMED');
    expect(refusal(batch, 'null').code).toBe('EVENT_MALFORMED');
    expect(refusal(batch, '[]')).toMatchObject({
      code: 'BATCH_EMPTY',
      message: 'Expected at least one event, found an empty batch',
    });
    const of = (count: number): string => JSON.stringify(Array.from({ length: count }, () => 0));
    expect(read(batch, of(LIMITS.batchEvents))).toHaveLength(LIMITS.batchEvents);
    expect(refusal(batch, of(LIMITS.batchEvents + 1))).toMatchObject({
      code: 'BATCH_TOO_LARGE',
      message: 'Expected at most 100 events in a batch, found 101',
    });
  });

  it('gives every member of a batch on, whatever it is', () => {
    expect(read({ 'content-type': BATCHED }, '[null,1,"x",[],{}]')).toEqual([null, 1, 'x', [], {}]);
  });
});

describe('a request', () => {
  it.each<[string, Record<string, string>]>([
    ['no content type', {}],
    ['plain JSON', { 'content-type': 'application/json' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['events in XML', { 'content-type': 'application/cloudevents+xml' }],
    ['events in Avro, with headers', { ...BINARY, 'content-type': 'application/cloudevents+avro' }],
    ['data in XML, with headers', { ...BINARY, 'content-type': 'application/xml' }],
    ['headers, and no content type', { ...BINARY, 'content-type': '' }],
    ['events in UTF-16', { 'content-type': `${STRUCTURED}; charset=utf-16` }],
    ['events in "latin1"', { 'content-type': `${BATCHED};charset="iso-8859-1"` }],
    ['data in UTF-16, with headers', { ...BINARY, 'content-type': 'application/json; charset=utf-16' }],
    ['a prefix of the type only', { 'content-type': `${STRUCTURED}x` }],
    ['two types', { 'content-type': `${STRUCTURED}, text/plain` }],
  ])('with %s is refused with what was found and expected', (_, headers) => {
    const { code, message } = refusal(headers, '{}');
    const found = headers['content-type'] ? JSON.stringify(headers['content-type']) : 'no content type';
    expect(code).toBe('CONTENT_TYPE_UNSUPPORTED');
    expect(message).toBe(
      `Expected ${STRUCTURED}, ${BATCHED}, or application/json with ce- headers (all in UTF-8); found ${found}`,
    );
  });

  it('has a body of bounded size, whatever its type', () => {
    const body = Buffer.alloc(LIMITS.batchBytes + 1, ' ');
    for (const headers of [{ 'content-type': STRUCTURED }, BINARY, {}]) {
      expect(refusal(headers, body)).toMatchObject({
        code: 'BATCH_TOO_LARGE',
        message: `Expected a body of at most ${LIMITS.batchBytes} bytes, found ${LIMITS.batchBytes + 1}`,
      });
    }
    expect(refusal({ 'content-type': STRUCTURED }, body.subarray(1)).code).toBe('BODY_NOT_JSON');
  });

  it('with a hostile content type is refused fast, and does not repeat all of it', () => {
    const started = performance.now();
    for (const type of [
      `${STRUCTURED}${'; charset='.repeat(5000)}`,
      `${STRUCTURED};charset=${' '.repeat(50_000)}`,
      `application/${'+'.repeat(50_000)}`,
    ]) {
      const message = (() => {
        try {
          return read({ ...BINARY, 'content-type': type }, '{}') && '';
        } catch (error) {
          return (error as Error).message;
        }
      })();
      expect(message.length).toBeLessThan(600);
    }
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it.each(['9007199254740993', '-1e400', '-9007199254740993', '1.5E+400', '123456789012345678901234567890'])(
    'refuses the number %s, which would be stored as another',
    (number) => {
      const request = {
        headers: { 'content-type': 'application/cloudevents+json' },
        body: Buffer.from(`{"data":{"x":"1e5 in a string","a/b":[1.5,\n${number}]}}`),
      };
      expect(() => readEvents(request)).toThrow(
        expect.objectContaining({
          code: 'JSON_NUMBER_REFUSED',
          errors: [expect.objectContaining({ path: '/data/a~1b/1' })],
        }),
      );
    },
  );

  it.each([
    '"12e400"',
    '"x: 12e400, 9007199254740993"',
    '900719925474099',
    '1.5e3',
    '9007199254740992',
    '-0.1234567890123456',
  ])('takes %s', (value) => {
    const headers = { 'content-type': 'application/cloudevents+json' };
    expect(readEvents({ headers, body: Buffer.from(`{"data":${value}}`) })).toEqual([{ data: JSON.parse(value) }]);
  });

  it('is read after one that was no UTF-8', () => {
    const headers = { 'content-type': 'application/cloudevents+json' };
    expect(() => readEvents({ headers, body: Buffer.from([0x7b, 0xe2, 0x82]) })).toThrow(
      expect.objectContaining({ code: 'BODY_NOT_JSON' }),
    );
    expect(readEvents({ headers, body: Buffer.from('{"id":"æ"}') })).toEqual([{ id: 'æ' }]);
  });
});
