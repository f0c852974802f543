import { asTenantId, isTidingsError, TidingsError } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { admitSocket, chosenProtocol } from './admit-socket.ts';
import type { Identity } from './identity.ts';

const READ_SCOPE = 'events:read';

const IDENTITY: Identity = {
  tenant: asTenantId('acme'),
  subject: 'alice',
  organizations: [],
  roles: [],
  scopes: ['bank'],
  expiresAt: 1769851800,
};

/** A handshake, and which tokens were looked at for it. */
async function shake(headers: Record<string, string>, allowedOrigins: readonly string[] = [], identity = IDENTITY) {
  const tokens: string[] = [];
  const verifier = {
    verify: async (token: string) => {
      tokens.push(token);
      if (token.startsWith('bad')) throw new TidingsError('TOKEN_EXPIRED', 'x');
      return identity;
    },
  };
  const outcome = await admitSocket({ headers }, { allowedOrigins, readScope: READ_SCOPE, verifier }).catch(
    (error: unknown) => {
      expect(isTidingsError(error)).toBe(true);
      return error as TidingsError;
    },
  );
  return { tokens, outcome };
}

const AUTHORIZED = { authorization: 'Bearer good' };

describe('the token of a socket', () => {
  it.each<[string, Record<string, string>]>([
    ['the Authorization header', { authorization: 'Bearer tok.en.1' }],
    ['a second subprotocol', { 'sec-websocket-protocol': 'tidings.v1, bearer.tok.en.1' }],
    ['the first of several subprotocols', { 'sec-websocket-protocol': 'bearer.tok.en.1,tidings.v1' }],
    ['a subprotocol, before a header', { 'sec-websocket-protocol': ' bearer.tok.en.1 ', authorization: 'Bearer bad' }],
  ])('is taken from %s', async (_, headers) => {
    const { tokens, outcome } = await shake(headers);
    expect(tokens).toEqual(['tok.en.1']);
    expect(outcome).toStrictEqual({
      tenant: 'acme',
      subject: 'alice',
      organizations: [],
      roles: [],
      expiresAt: 1769851800,
      mayRead: false,
    });
  });

  it('says by its scopes whether it may read everything', async () => {
    const { outcome } = await shake(AUTHORIZED, [], { ...IDENTITY, scopes: ['bank', READ_SCOPE] });
    expect(outcome).toMatchObject({ mayRead: true });
  });

  it.each<[string, Record<string, string>, string]>([
    ['is nowhere', {}, 'TOKEN_MISSING'],
    ['is nowhere among the subprotocols', { 'sec-websocket-protocol': 'tidings.v1, bearer' }, 'TOKEN_MISSING'],
    ['is in a URL or cookie, which is not looked at', { cookie: 'bearer.good', path: '/?token=good' }, 'TOKEN_MISSING'],
    ['has no scheme', { authorization: 'good' }, 'TOKEN_MALFORMED'],
    ['has another scheme', { authorization: 'Basic good' }, 'TOKEN_MALFORMED'],
  ])('%s: refused before anything is verified', async (_, headers, code) => {
    const { tokens, outcome } = await shake(headers);
    expect(outcome).toMatchObject({ code });
    expect(tokens).toEqual([]);
  });

  it('that is refused refuses the socket', async () => {
    const { outcome } = await shake({ 'sec-websocket-protocol': 'tidings.v1, bearer.bad' });
    expect(outcome).toMatchObject({ code: 'TOKEN_EXPIRED' });
    // A bad one in the subprotocol is not made up for by another in the header.
    const both = await shake({ 'sec-websocket-protocol': 'bearer.bad', ...AUTHORIZED });
    expect(both.outcome).toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  it('that is empty in the subprotocol is verified as such, not passed over', async () => {
    const { tokens } = await shake({ 'sec-websocket-protocol': 'tidings.v1, bearer.', ...AUTHORIZED });
    expect(tokens).toEqual(['']);
  });

  it('without a tenant opens no socket', async () => {
    const { outcome } = await shake(AUTHORIZED, [], { ...IDENTITY, tenant: undefined });
    expect(outcome).toMatchObject({ code: 'TENANT_CLAIM_MISSING' });
  });
});

describe('an origin', () => {
  const allowed = ['https://app.example.com', 'http://localhost:*', 'null'];

  it.each([
    'https://app.example.com',
    'http://localhost',
    'http://localhost:1',
    'http://localhost:5173',
    'http://localhost:65535',
    'null',
  ])('%s is let in', async (origin) => {
    const { outcome } = await shake({ ...AUTHORIZED, origin }, allowed);
    expect(outcome).toMatchObject({ tenant: 'acme' });
  });

  it('is needed by browsers only: a client without one is let in', async () => {
    const { outcome } = await shake(AUTHORIZED, allowed);
    expect(outcome).toMatchObject({ tenant: 'acme' });
  });

  it.each([
    '',
    'https://app.example.com.evil.example',
    'https://evil.example/https://app.example.com',
    'https://app.example.com/',
    'https://app.example.com:444',
    'https://app.example.com:*',
    'http://app.example.com',
    'https://APP.example.com',
    'https://xapp.example.com',
    'https://app-example.com',
    'https://localhost:1',
    'http://localhost.evil.example',
    'http://localhost:80.evil.example',
    'http://localhost:1:2',
    'http://localhost:',
    'http://localhost:*',
    'http://localhost:123456',
    'http://localhost:1\n',
    'http://localhost:1/',
    'http://localhost@evil.example:1',
    'NULL',
    'https://app.example.com, https://evil.example',
    '*',
  ])('%j is refused before its token is looked at', async (origin) => {
    const { tokens, outcome } = await shake({ ...AUTHORIZED, origin }, allowed);
    expect(outcome).toMatchObject({
      code: 'ORIGIN_REFUSED',
      message: `Expected an origin out of ${allowed.join(', ')}; found ${JSON.stringify(origin)}`,
    });
    expect(tokens).toEqual([]);
  });

  it.each(['null', 'http://localhost:5173', 'https://app.example.com'])(
    '%s is refused where none is allowed',
    async (origin) => {
      const { outcome } = await shake({ ...AUTHORIZED, origin }, []);
      expect(outcome).toMatchObject({ code: 'ORIGIN_REFUSED', message: expect.stringContaining('out of none; found') });
    },
  );
});

describe('the subprotocol of an answer', () => {
  it.each([
    ['tidings.v1', 'tidings.v1'],
    ['bearer.tok.en, tidings.v1', 'tidings.v1'],
    ['tidings.v1,bearer.tok.en', 'tidings.v1'],
    ['bearer.tok.en', undefined],
    ['bearer.tidings.v1', undefined],
    ['tidings.v2', undefined],
    ['TIDINGS.V1', undefined],
    ['', undefined],
  ])('to %j is %s, and never the token', (offered, chosen) => {
    expect(chosenProtocol({ headers: { 'sec-websocket-protocol': offered } })).toBe(chosen);
  });

  it('is none where none was offered', () => {
    expect(chosenProtocol({ headers: {} })).toBeUndefined();
  });
});
