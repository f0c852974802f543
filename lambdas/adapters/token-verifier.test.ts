import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalIssuer, newKey, signed, startIssuer, toJwk } from '../../test/security/local-issuer.ts';
import type { TrustedIssuer } from '../variables.ts';
import { createTokenVerifier } from './token-verifier.ts';

const KEY = newKey('k1');
let issuer: LocalIssuer;

beforeAll(async () => {
  issuer = await startIssuer({ keys: [toJwk(KEY)] });
});
afterAll(() => issuer.stop());

const trusted = (change: Partial<TrustedIssuer> = {}): TrustedIssuer => ({
  issuer: issuer.url,
  audience: 'tidings',
  algorithms: ['RS256'],
  claims: { tenant: 'tenant_id', organizations: 'org_id', roles: 'roles', subject: 'sub', scope: 'scope' },
  ...change,
});

const exp = Math.floor(Date.now() / 1000) + 600;
const token = (claims: object): string => signed(KEY, {}, { iss: issuer.url, aud: 'tidings', exp, ...claims });
const identity = (claims: object, change?: Partial<TrustedIssuer>) =>
  createTokenVerifier([trusted(change)]).verify(token(claims));

describe('an identity', () => {
  it('of a token that says nothing has nothing but an end', async () => {
    await expect(identity({})).resolves.toEqual({
      tenant: undefined,
      subject: undefined,
      organizations: [],
      roles: [],
      scopes: [],
      expiresAt: exp,
    });
  });

  it.each([
    ['text', { org_id: 'o1', roles: 'admin' }, { organizations: ['o1'], roles: ['admin'] }],
    ['text with spaces', { org_id: 'o1  o2 ', roles: ' a b' }, { organizations: ['o1', 'o2'], roles: ['a', 'b'] }],
    ['lists', { org_id: ['o1', 'o 2'], roles: ['a,b'] }, { organizations: ['o1', 'o 2'], roles: ['a,b'] }],
    ['null', { org_id: null, roles: null }, { organizations: [], roles: [] }],
    ['nothing', { org_id: '', roles: [] }, { organizations: [], roles: [] }],
  ])('has organisations and roles from %s', async (_, claims, expected) => {
    await expect(identity(claims)).resolves.toMatchObject(expected);
  });

  it.each([
    ['a text', { scope: 'bank events:read' }, ['bank', 'events:read']],
    ['the list "scp"', { scp: ['bank', 'community'] }, ['bank', 'community']],
    ['the text "scp"', { scp: 'bank community' }, ['bank', 'community']],
    ['both', { scope: 'bank', scp: ['community'] }, ['bank', 'community']],
  ])('has scopes from %s', async (_, claims, scopes) => {
    await expect(identity(claims)).resolves.toMatchObject({ scopes });
  });

  it('is read from the claims that the issuer is configured with', async () => {
    const names = {
      tenant: 'https://x/t',
      organizations: 'orgs',
      roles: 'groups',
      subject: 'uid',
      scope: 'permissions',
    };
    const claims = { 'https://x/t': 't;1', orgs: ['o'], groups: 'g', uid: 'u', permissions: ['p'], tenant_id: 'other' };
    await expect(identity(claims, { claims: names })).resolves.toEqual({
      tenant: 't;1',
      organizations: ['o'],
      roles: ['g'],
      subject: 'u',
      scopes: ['p'],
      expiresAt: exp,
    });
  });

  it('may have any tenant that is an identifier', async () => {
    for (const tenant of ['a#b;c:d@e/f|g', '🦊'.repeat(256), '__proto__', 'null']) {
      await expect(identity({ tenant_id: tenant })).resolves.toMatchObject({ tenant });
    }
  });
});

describe('an issuer', () => {
  it('has its keys below its own address, with or without a slash, unless another is said', async () => {
    issuer.requests.length = 0;
    await identity({});
    await identity({}, { jwksUri: `${issuer.url}/other/keys` });
    const withSlash = createTokenVerifier([trusted({ issuer: `${issuer.url}/` })]);
    await withSlash.verify(token({ iss: `${issuer.url}/` }));
    expect(issuer.requests).toEqual(['/.well-known/jwks.json', '/other/keys', '/.well-known/jwks.json']);
  });

  it('is not asked before its first token comes', () => {
    issuer.requests.length = 0;
    createTokenVerifier([trusted()]);
    expect(issuer.requests).toEqual([]);
  });

  it('that is given twice fails at once, for only one of the two could count', () => {
    expect(() => createTokenVerifier([trusted(), trusted({ audience: 'another' })])).toThrow(
      `Expected every issuer once, found ${issuer.url}, ${issuer.url}`,
    );
  });

  it('is none: every token is refused', async () => {
    await expect(createTokenVerifier([]).verify(token({}))).rejects.toMatchObject({ code: 'TOKEN_ISSUER_UNKNOWN' });
  });
});
