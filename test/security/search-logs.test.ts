import { describe, expect, it } from 'vitest';
import { encode, newKey, signed } from './local-issuer.ts';
import { LogSearch } from './search-logs.ts';

const key = newKey('k');
const token = signed(key, { typ: 'at+jwt' }, { iss: 'https://issuer.example', sub: 'somebody', tenant_id: 'acme' });
const [header = '', payload = '', signature = ''] = token.split('.');
const search = new LogSearch([
  { kind: 'token', text: token },
  { kind: 'claim', text: 'organization-7f3a91' },
  { kind: 'payload', text: 'Åsa "the" Payload' },
]);
const kindsIn = (line: string) => search.search('a.log', line).map(({ kind }) => kind);
const entry = (members: object): string => JSON.stringify({ level: 'INFO', message: 'Request refused', ...members });

describe('a log line', () => {
  it.each([
    ['nothing secret', entry({ code: 'TOKEN_EXPIRED', requestId: '4bf92f35-77b3-4da6-a3ce-929d0e0e4736' })],
    ['a trace', entry({ traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' })],
    ['another base64', entry({ digest: Buffer.from('x'.repeat(200)).toString('base64url') })],
  ])('with %s is none of its business', (_, line) => {
    expect(kindsIn(line)).toEqual([]);
  });

  it.each([
    ['a whole token', token],
    ['a token as a browser offers it', `tidings.v1, bearer.${token}`],
    ['a header', header],
    ['claims', payload],
    ['a signature', signature],
    ['the beginning of a signature', signature.slice(0, 48)],
    ['the end of a signature', signature.slice(-24)],
    ['the middle of a signature', signature.slice(31, 31 + 48)],
    ['claims without their beginning', payload.slice(9)],
  ])('with %s is found', (_, text) => {
    expect(kindsIn(entry({ text }))).toContain('token');
    expect(kindsIn(`plain text ${text} in the middle`)).toContain('token');
  });

  it('with a token that nobody has written down is found', () => {
    expect(kindsIn(entry({ text: signed(newKey('other'), { typ: 'JWT' }, {}) }))).toContain('what looks like a token');
    expect(kindsIn(entry({ text: encode({ sub: 'x', tenant_id: 'y' }) }))).toContain('what looks like a token');
  });

  it('with a claim or a payload is found, however often it was escaped', () => {
    expect(kindsIn(entry({ who: ['x', 'organization-7f3a91'] }))).toEqual(['claim']);
    expect(kindsIn(entry({ event: { name: 'Åsa "the" Payload' } }))).toEqual(['payload']);
    expect(kindsIn(entry({ body: JSON.stringify({ name: 'Åsa "the" Payload' }) }))).toEqual(['payload']);
  });
});

describe('what is found', () => {
  it('is told by file and line, and never by what it is', () => {
    const content = [entry({}), entry({ token }), entry({ who: 'organization-7f3a91' })].join('\n');
    const found = search.search('fan-out.log', content);
    expect(found).toEqual([
      { file: 'fan-out.log', line: 2, kind: 'what looks like a token' },
      { file: 'fan-out.log', line: 2, kind: 'token' },
      { file: 'fan-out.log', line: 3, kind: 'claim' },
    ]);
    expect(JSON.stringify(found)).not.toContain('7f3a91');
  });
});
