import { TidingsError } from '@tidings/contracts';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createTokenVerifier } from '../../lambdas/adapters/token-verifier.ts';
import type { TokenVerifier } from '../../lambdas/core/ports/outbound.ts';
import type { TrustedIssuer } from '../../lambdas/variables.ts';
import { encode, type LocalIssuer, newKey, signed, signedByText, startIssuer, toJwk } from './local-issuer.ts';

const CLAIMS = { tenant: 'tenant_id', organizations: 'org_id', roles: 'roles', subject: 'sub', scope: 'scope' };
const RSA = newKey('rsa-1');
const EC = newKey('ec-1', 'ES256');
/** An elliptic key that its issuer publishes without saying what it is for. */
const BARE_EC = newKey('ec-bare', 'ES256');
const STRANGER = newKey('rsa-1');

let issuer: LocalIssuer;
/** Where a forged header points. Nobody must ever ask it for anything. */
let attacker: LocalIssuer;
let verifier: TokenVerifier;

const trust = (url: string, change: Partial<TrustedIssuer> = {}): TrustedIssuer => ({
  issuer: url,
  audience: 'tidings',
  algorithms: ['RS256'],
  claims: CLAIMS,
  ...change,
});

beforeAll(async () => {
  const { kty, crv, x, y } = BARE_EC.publicKey.export({ format: 'jwk' });
  issuer = await startIssuer({ keys: [toJwk(RSA), toJwk(EC), { kty, crv, x, y, kid: BARE_EC.kid }] });
  attacker = await startIssuer({ keys: [toJwk(STRANGER)] });
  verifier = createTokenVerifier([trust(issuer.url)]);
});

afterAll(async () => {
  await issuer.stop();
  await attacker.stop();
});

const now = (): number => Math.floor(Date.now() / 1000);

/** Claims that would be good, with values that no message may repeat. */
const claims = (change: object = {}): Readonly<Record<string, unknown>> => ({
  iss: issuer.url,
  aud: 'tidings',
  exp: now() + 600,
  sub: 'SECRET-subject',
  tenant_id: 'SECRET-tenant',
  org_id: ['SECRET-org'],
  roles: ['SECRET-role'],
  scope: 'SECRET-scope events:read',
  jti: 'SECRET-jti',
  ...change,
});

const without = (name: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(claims()).filter(([claim]) => claim !== name));

const good = (change: object = {}, header: object = {}): string =>
  signed(RSA, { typ: 'at+jwt', ...header }, claims(change));

/** All text that an error could carry into an answer or a log: message, code, stack, causes, own properties. */
function everythingOf(error: unknown): string {
  const seen: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    seen.push(at.message, at.stack ?? '', JSON.stringify(at), JSON.stringify({ ...at }));
  }
  return seen.join('\n');
}

/** The code that a token is refused with, having made sure that the refusal gives nothing of the token away. */
async function refusal(token: string, by: TokenVerifier = verifier): Promise<string> {
  const error = await by.verify(token).then(
    () => new Error('The token was accepted'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TidingsError);
  const text = everythingOf(error);
  expect(text).not.toContain('SECRET');
  expect(text).not.toContain('ATTACK');
  for (const part of token.split('.').filter(({ length }) => length >= 8)) {
    expect(text).not.toContain(part.slice(0, 24));
    expect(text).not.toContain(part.slice(-24));
  }
  return (error as TidingsError).code;
}

describe('a good token', () => {
  it.each([
    ['at+jwt', { typ: 'at+jwt' }],
    ['AT+JWT', { typ: 'AT+JWT' }],
    ['application/at+jwt', { typ: 'application/at+jwt' }],
    ['JWT', { typ: 'JWT' }],
    ['absent', { typ: undefined }],
  ])('is accepted when its type is %s', async (_, header) => {
    const exp = now() + 60;
    await expect(verifier.verify(good({ exp }, header))).resolves.toEqual({
      tenant: 'SECRET-tenant',
      subject: 'SECRET-subject',
      organizations: ['SECRET-org'],
      roles: ['SECRET-role'],
      scopes: ['SECRET-scope', 'events:read'],
      expiresAt: exp,
    });
  });

  it.each([
    ['several audiences, ours among them', { aud: ['https://other.example.com', 'tidings'] }],
    ['token_use "access"', { token_use: 'access' }],
    ['a time of authentication', { auth_time: 1 }],
    ['"nbf" and "iat" in the past', { nbf: 1, iat: 1 }],
  ])('is accepted with %s', async (_, change) => {
    await expect(verifier.verify(good(change))).resolves.toMatchObject({ tenant: 'SECRET-tenant' });
  });

  it('is accepted with any of the configured algorithms', async () => {
    const both = createTokenVerifier([trust(issuer.url, { algorithms: ['RS256', 'ES256'] })]);
    await expect(both.verify(good())).resolves.toBeDefined();
    await expect(both.verify(signed(EC, {}, claims()))).resolves.toBeDefined();
    await expect(both.verify(signed(BARE_EC, {}, claims()))).resolves.toBeDefined();
  });

  it('costs its issuer one request for keys, however many tokens come', async () => {
    const fresh = await startIssuer({ keys: [toJwk(RSA)] });
    onTestFinished(() => fresh.stop());
    const reader = createTokenVerifier([trust(fresh.url)]);
    const tokens = Array.from({ length: 20 }, (_, i) => good({ iss: fresh.url, jti: String(i) }));
    await Promise.all(tokens.map((token) => reader.verify(token)));
    await Promise.all(tokens.map((token) => reader.verify(token)));
    expect(fresh.requests).toEqual(['/.well-known/jwks.json']);
  });
});

describe('a token is refused', () => {
  it.each<[string, string, () => string]>([
    ['expired long ago', 'TOKEN_EXPIRED', () => good({ exp: 1 })],
    ['expired a second ago', 'TOKEN_EXPIRED', () => good({ exp: now() - 1 })],
    ['with a negative end', 'TOKEN_EXPIRED', () => good({ exp: -1 })],
    ['without an end', 'TOKEN_WITHOUT_EXPIRY', () => signed(RSA, {}, without('exp'))],
    ['with an end that is text', 'TOKEN_MALFORMED', () => good({ exp: String(now() + 600) })],
    ['with an end that is null', 'TOKEN_MALFORMED', () => good({ exp: null })],
    ['with an end that is a list', 'TOKEN_MALFORMED', () => good({ exp: [now() + 600] })],
    ['not yet valid', 'TOKEN_NOT_YET_VALID', () => good({ nbf: now() + 300 })],
    ['with a start that is text', 'TOKEN_MALFORMED', () => good({ nbf: 'SECRET' })],
    ['of another issuer', 'TOKEN_ISSUER_UNKNOWN', () => good({ iss: 'https://SECRET.example.com' })],
    ['of our issuer with a slash more', 'TOKEN_ISSUER_UNKNOWN', () => good({ iss: `${issuer.url}/` })],
    ['of our issuer in capitals', 'TOKEN_ISSUER_UNKNOWN', () => good({ iss: issuer.url.toUpperCase() })],
    ['without an issuer', 'TOKEN_ISSUER_UNKNOWN', () => signed(RSA, {}, without('iss'))],
    ['of the issuer "__proto__"', 'TOKEN_ISSUER_UNKNOWN', () => good({ iss: '__proto__' })],
    ['of several issuers', 'TOKEN_MALFORMED', () => good({ iss: [issuer.url] })],
    ['for another audience', 'TOKEN_AUDIENCE_WRONG', () => good({ aud: 'SECRET-audience' })],
    ['for other audiences', 'TOKEN_AUDIENCE_WRONG', () => good({ aud: ['SECRET-audience', 'tidings2'] })],
    ['for no audience', 'TOKEN_AUDIENCE_WRONG', () => signed(RSA, {}, without('aud'))],
    ['for an empty list of audiences', 'TOKEN_AUDIENCE_WRONG', () => good({ aud: [] })],
    ['for an audience that only contains ours', 'TOKEN_AUDIENCE_WRONG', () => good({ aud: 'tidings SECRET' })],
    ['for an audience that is an object', 'TOKEN_MALFORMED', () => good({ aud: { tidings: true } })],
  ])('%s: %s', async (_, code, token) => {
    await expect(refusal(token())).resolves.toBe(code);
  });

  it.each<[string, string, () => string]>([
    ['none', 'TOKEN_ALGORITHM_REFUSED', () => `${encode({ alg: 'none', kid: RSA.kid })}.${encode(claims())}.x`],
    [
      'none, unsigned',
      'TOKEN_ALGORITHM_REFUSED',
      () => `${encode({ alg: 'none', kid: RSA.kid })}.${encode(claims())}.`,
    ],
    ['None', 'TOKEN_ALGORITHM_REFUSED', () => good({}, { alg: 'None' })],
    ['nothing', 'TOKEN_ALGORITHM_REFUSED', () => good({}, { alg: undefined })],
    ['an empty text', 'TOKEN_ALGORITHM_REFUSED', () => good({}, { alg: '' })],
    ['a list', 'TOKEN_MALFORMED', () => good({}, { alg: ['RS256'] })],
    ['rs256 in small letters', 'TOKEN_ALGORITHM_REFUSED', () => good({}, { alg: 'rs256' })],
    ['RS512, which the issuer may not use', 'TOKEN_ALGORITHM_REFUSED', () => good({}, { alg: 'RS512' })],
    ['PS256', 'TOKEN_ALGORITHM_REFUSED', () => good({}, { alg: 'PS256' })],
    ['ES256 by an elliptic key', 'TOKEN_ALGORITHM_REFUSED', () => signed(EC, {}, claims())],
    ['RS256 that names an elliptic key', 'TOKEN_ALGORITHM_REFUSED', () => good({}, { kid: EC.kid })],
    ['RS256 signed by an elliptic key', 'TOKEN_ALGORITHM_REFUSED', () => signed(EC, { alg: 'RS256' }, claims())],
    [
      'RS256 signed by an elliptic key of unknown purpose',
      'TOKEN_ALGORITHM_REFUSED',
      () => signed(BARE_EC, { alg: 'RS256' }, claims()),
    ],
  ])('whose algorithm is %s: %s', async (_, code, token) => {
    await expect(refusal(token())).resolves.toBe(code);
  });

  it.each(['HS256', 'RS256'])('that is an HMAC with the public key, called %s', async (alg) => {
    const pem = RSA.publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const der = RSA.publicKey.export({ format: 'der', type: 'spki' }).toString('latin1');
    const expected = alg === 'HS256' ? 'TOKEN_ALGORITHM_REFUSED' : 'TOKEN_SIGNATURE_INVALID';
    for (const secret of [pem, pem.trim(), der, JSON.stringify(toJwk(RSA))]) {
      const token = signedByText(secret, { alg, kid: RSA.kid, typ: 'JWT' }, claims());
      await expect(refusal(token)).resolves.toBe(expected);
    }
  });

  it.each<[string, string, () => string]>([
    ['no key', 'TOKEN_KEY_UNKNOWN', () => good({}, { kid: undefined })],
    ['an unknown key', 'TOKEN_KEY_UNKNOWN', () => good({}, { kid: 'SECRET-kid' })],
    ['the key "__proto__"', 'TOKEN_KEY_UNKNOWN', () => good({}, { kid: '__proto__' })],
    ['a file', 'TOKEN_KEY_UNKNOWN', () => good({}, { kid: '../../../../dev/null' })],
    ['an empty key', 'TOKEN_KEY_UNKNOWN', () => good({}, { kid: '' })],
    ['a list of keys', 'TOKEN_MALFORMED', () => good({}, { kid: [RSA.kid] })],
    ['our key, but is signed by another', 'TOKEN_SIGNATURE_INVALID', () => signed(STRANGER, {}, claims())],
  ])('that names %s: %s', async (_, code, token) => {
    await expect(refusal(token())).resolves.toBe(code);
  });

  it.each<[string, string, () => string]>([
    ['an extension that must be understood', 'TOKEN_CRITICAL_HEADER', () => good({}, { crit: ['b64'], b64: false })],
    ['an empty list of such extensions', 'TOKEN_CRITICAL_HEADER', () => good({}, { crit: [] })],
    ['null as such a list', 'TOKEN_CRITICAL_HEADER', () => good({}, { crit: null })],
    ['the type of an ID token', 'TOKEN_TYPE_REFUSED', () => good({}, { typ: 'id_token' })],
    ['the type of a logout token', 'TOKEN_TYPE_REFUSED', () => good({}, { typ: 'logout+jwt' })],
    ['the type of a proof', 'TOKEN_TYPE_REFUSED', () => good({}, { typ: 'dpop+jwt' })],
    ['an empty type', 'TOKEN_TYPE_REFUSED', () => good({}, { typ: '' })],
    ['null as its type', 'TOKEN_TYPE_REFUSED', () => good({}, { typ: null })],
    ['a list as its type', 'TOKEN_TYPE_REFUSED', () => good({}, { typ: ['at+jwt'] })],
    ['a type twice', 'TOKEN_TYPE_REFUSED', () => good({}, { typ: 'application/application/jwt' })],
  ])('with %s in its header: %s', async (_, code, token) => {
    await expect(refusal(token())).resolves.toBe(code);
  });

  it.each([
    ['a nonce', { nonce: 'SECRET' }],
    ['a hash of an access token', { at_hash: 'SECRET' }],
    ['a hash of a code', { c_hash: 'SECRET' }],
    ['token_use "id"', { token_use: 'id' }],
    ['token_use "refresh"', { token_use: 'refresh' }],
  ])('that is an ID token: it has %s', async (_, change) => {
    await expect(refusal(good(change))).resolves.toBe('TOKEN_TYPE_REFUSED');
  });

  it('whose payload was changed after it was signed', async () => {
    const [header, , signature] = good().split('.');
    const token = `${header}.${encode(claims({ tenant_id: 'SECRET-other' }))}.${signature}`;
    await expect(refusal(token)).resolves.toBe('TOKEN_SIGNATURE_INVALID');
  });

  it('whose header was changed after it was signed', async () => {
    const [, payload, signature] = good().split('.');
    const token = `${encode({ alg: 'RS256', kid: RSA.kid, typ: 'JWT', x: 1 })}.${payload}.${signature}`;
    await expect(refusal(token)).resolves.toBe('TOKEN_SIGNATURE_INVALID');
  });

  it('when any bit of its signature is flipped', async () => {
    const [header, payload, signature = ''] = good().split('.');
    const bytes = Buffer.from(signature, 'base64url');
    for (const at of [0, 1, 100, 255]) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      const token = `${header}.${payload}.${flipped.toString('base64url')}`;
      await expect(refusal(token)).resolves.toBe('TOKEN_SIGNATURE_INVALID');
    }
  });

  it.each<[string, string, () => string]>([
    ['nothing', 'TOKEN_MALFORMED', () => ''],
    ['words', 'TOKEN_MALFORMED', () => 'SECRET-not-a-token'],
    ['dots', 'TOKEN_MALFORMED', () => '..'],
    ['one part of a token', 'TOKEN_MALFORMED', () => good().split('.')[0] ?? ''],
    ['two parts of a token', 'TOKEN_MALFORMED', () => good().split('.').slice(0, 2).join('.')],
    ['a token without its signature', 'TOKEN_MALFORMED', () => good().replace(/[^.]*$/, '')],
    ['four parts', 'TOKEN_MALFORMED', () => `${good()}.x`],
    ['five parts, as an encrypted token', 'TOKEN_MALFORMED', () => `${good()}.x.y`],
    ['a token cut off in its signature', 'TOKEN_SIGNATURE_INVALID', () => good().slice(0, -10)],
    [
      'a token cut off in its payload',
      'TOKEN_MALFORMED',
      () =>
        good()
          .split('.')
          .map((part) => part.slice(0, 30))
          .join('.'),
    ],
    ['what is not base64', 'TOKEN_MALFORMED', () => good().replace('.', '.SECRET!')],
    ['a token in quotes', 'TOKEN_MALFORMED', () => `"${good()}"`],
    ['a token with a line break', 'TOKEN_MALFORMED', () => `${good()}\n`],
    ['a header that is no JSON', 'TOKEN_MALFORMED', () => `${encode('SECRET {')}.${encode(claims())}.x`],
    ['a header that is a list', 'TOKEN_MALFORMED', () => `${encode([])}.${encode(claims())}.x`],
    ['a payload that is no JSON', 'TOKEN_MALFORMED', () => signed(RSA, {}, 'SECRET')],
    ['a payload that is null', 'TOKEN_MALFORMED', () => signed(RSA, {}, 'null')],
    ['a payload that is a list', 'TOKEN_MALFORMED', () => signed(RSA, {}, [claims()])],
    [
      'a payload of 20,000 levels',
      'TOKEN_MALFORMED',
      () => signed(RSA, {}, `{"iss":${JSON.stringify(issuer.url)},"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`),
    ],
  ])('that is %s: %s', async (_, code, token) => {
    await expect(refusal(token())).resolves.toBe(code);
  });

  it('that is huge, without harm', async () => {
    const started = performance.now();
    const huge = 'SECRET'.repeat(20_000);
    await expect(refusal(huge)).resolves.toBe('TOKEN_MALFORMED');
    await expect(refusal(`${huge}.${huge}.${huge}`)).resolves.toBe('TOKEN_MALFORMED');
    await expect(refusal(good({ iss: huge }))).resolves.toBe('TOKEN_ISSUER_UNKNOWN');
    await expect(refusal(good({}, { kid: huge }))).resolves.toBe('TOKEN_KEY_UNKNOWN');
    await expect(refusal(good({ tenant_id: huge }))).resolves.toBe('TOKEN_CLAIM_INVALID');
    await expect(refusal(`${'='.repeat(100_000)}.=.=`)).resolves.toBe('TOKEN_MALFORMED');
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('that says itself where its key is, and nobody goes there', async () => {
    const jwk = toJwk(STRANGER);
    const headers = [
      { jku: `${attacker.url}/.well-known/jwks.json` },
      { x5u: `${attacker.url}/cert.pem` },
      { jwk },
      { x5c: [STRANGER.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')] },
      { jku: `${attacker.url}/a`, x5u: `${attacker.url}/b`, jwk, kid: 'ATTACK-kid' },
      { kid: `${attacker.url}/ATTACK.json` },
    ];
    for (const header of headers) {
      const code = await refusal(signed(STRANGER, header, claims()));
      expect(code).toBe('kid' in header ? 'TOKEN_KEY_UNKNOWN' : 'TOKEN_SIGNATURE_INVALID');
    }
    await expect(refusal(signed(STRANGER, {}, claims({ iss: attacker.url })))).resolves.toBe('TOKEN_ISSUER_UNKNOWN');
    expect(attacker.requests).toEqual([]);
  });
});

describe('claims of a well-signed token are refused', () => {
  it.each([
    ['a list of tenants', { tenant_id: ['SECRET'] }],
    ['tenants with a comma', { tenant_id: 'SECRET,b' }],
    ['a tenant with a space', { tenant_id: 'SECRET b' }],
    ['a tenant with a control character', { tenant_id: 'SECRET\u0000' }],
    ['an empty tenant', { tenant_id: '' }],
    ['null as tenant', { tenant_id: null }],
    ['a number as tenant', { tenant_id: 42 }],
    ['an object as tenant', { tenant_id: { SECRET: 1 } }],
    ['a tenant of 257 characters', { tenant_id: 'x'.repeat(257) }],
    ['a number as roles', { roles: 7 }],
    ['an object as roles', { roles: { SECRET: true } }],
    ['roles that are not all text', { roles: ['SECRET', 1] }],
    ['roles in lists', { roles: [['SECRET']] }],
    ['true as organisation', { org_id: true }],
    ['a number in "scp"', { scp: [1] }],
    ['an object as "scp"', { scp: { SECRET: 1 } }],
  ])('%s', async (_, change) => {
    await expect(refusal(good(change))).resolves.toBe('TOKEN_CLAIM_INVALID');
  });

  it('a subject that is no text', async () => {
    const named = createTokenVerifier([trust(issuer.url, { claims: { ...CLAIMS, subject: 'uid' } })]);
    await expect(refusal(good({ uid: 7 }), named)).resolves.toBe('TOKEN_CLAIM_INVALID');
    await expect(refusal(good({ sub: 7 }))).resolves.toBe('TOKEN_MALFORMED');
  });
});

describe('of two issuers', () => {
  it('none can sign in the name of the other, though their keys have one name', async () => {
    const [ours, theirs] = [newKey('shared'), newKey('shared')];
    const a = await startIssuer({ keys: [toJwk(ours)] });
    onTestFinished(() => a.stop());
    const b = await startIssuer({ keys: [toJwk(theirs)] });
    onTestFinished(() => b.stop());
    const both = createTokenVerifier([trust(a.url), trust(b.url, { audience: 'other' })]);
    const by = (key: typeof ours, iss: string, aud: string) => signed(key, {}, claims({ iss, aud }));
    // Both caches are warm before anything is forged.
    await expect(both.verify(by(ours, a.url, 'tidings'))).resolves.toBeDefined();
    await expect(both.verify(by(theirs, b.url, 'other'))).resolves.toBeDefined();
    await expect(refusal(by(theirs, a.url, 'tidings'), both)).resolves.toBe('TOKEN_SIGNATURE_INVALID');
    await expect(refusal(by(ours, b.url, 'other'), both)).resolves.toBe('TOKEN_SIGNATURE_INVALID');
    await expect(refusal(by(ours, a.url, 'other'), both)).resolves.toBe('TOKEN_AUDIENCE_WRONG');
    await expect(refusal(by(theirs, b.url, 'tidings'), both)).resolves.toBe('TOKEN_AUDIENCE_WRONG');
  });

  it('each has its own algorithms and claims', async () => {
    const other = await startIssuer({ keys: [toJwk(EC)] });
    onTestFinished(() => other.stop());
    const both = createTokenVerifier([
      trust(issuer.url),
      trust(other.url, { algorithms: ['ES256'], claims: { ...CLAIMS, tenant: 'https://example.com/tenant' } }),
    ]);
    const token = signed(EC, {}, claims({ iss: other.url, 'https://example.com/tenant': 'theirs' }));
    await expect(both.verify(token)).resolves.toMatchObject({ tenant: 'theirs' });
    await expect(refusal(signed(EC, {}, claims()), both)).resolves.toBe('TOKEN_ALGORITHM_REFUSED');
    await expect(refusal(signed(RSA, {}, claims({ iss: other.url })), both)).resolves.toBe('TOKEN_ALGORITHM_REFUSED');
  });
});

describe('an issuer whose keys cannot be had', () => {
  it.each<[string, number, unknown]>([
    ['answers 500', 500, 'SECRET'],
    ['answers 404', 404, 'SECRET'],
    ['answers no JSON', 200, '<html>SECRET</html>'],
    ['answers nothing', 200, ''],
    ['answers another document', 200, { SECRET: [] }],
    ['answers broken keys', 200, { keys: ['SECRET'] }],
  ])('%s: the token is not blamed, and accepted once the keys are there', async (_, status, body) => {
    const failing = await startIssuer('');
    onTestFinished(() => failing.stop());
    failing.answer(status, body);
    const reader = createTokenVerifier([trust(failing.url)]);
    await expect(refusal(good({ iss: failing.url }), reader)).resolves.toBe('ISSUER_UNAVAILABLE');
    failing.answer(200, { keys: [toJwk(RSA)] });
    await expect(reader.verify(good({ iss: failing.url }))).resolves.toMatchObject({ tenant: 'SECRET-tenant' });
  });

  it('is not there at all', async () => {
    const gone = await startIssuer('');
    await gone.stop();
    const reader = createTokenVerifier([trust(gone.url)]);
    await expect(refusal(good({ iss: gone.url }), reader)).resolves.toBe('ISSUER_UNAVAILABLE');
  });

  it('takes the call and never answers', async () => {
    const silent = await startIssuer('');
    onTestFinished(() => silent.stop());
    silent.fallSilent();
    const reader = createTokenVerifier([trust(silent.url)]);
    const started = performance.now();
    await expect(refusal(good({ iss: silent.url }), reader)).resolves.toBe('ISSUER_UNAVAILABLE');
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(silent.requests).toHaveLength(1);
  });

  it('sends us elsewhere, where nobody goes', async () => {
    const sending = await startIssuer('');
    onTestFinished(() => sending.stop());
    sending.answer(302, '', { location: `${attacker.url}/.well-known/jwks.json` });
    const reader = createTokenVerifier([trust(sending.url)]);
    const forged = signed(STRANGER, {}, claims({ iss: sending.url }));
    await expect(refusal(forged, reader)).resolves.toBe('ISSUER_UNAVAILABLE');
    expect(attacker.requests).toEqual([]);
  });

  it('does not stop a token whose key is known already', async () => {
    const flaky = await startIssuer({ keys: [toJwk(RSA)] });
    onTestFinished(() => flaky.stop());
    const reader = createTokenVerifier([trust(flaky.url)]);
    await reader.verify(good({ iss: flaky.url }));
    flaky.answer(500, '');
    await expect(reader.verify(good({ iss: flaky.url }))).resolves.toBeDefined();
  });

  it('is not asked again and again for keys that it does not have', async () => {
    const asked = await startIssuer({ keys: [toJwk(RSA)] });
    onTestFinished(() => asked.stop());
    const reader = createTokenVerifier([trust(asked.url)]);
    for (let i = 0; i < 50; i += 1) {
      await expect(refusal(good({ iss: asked.url }, { kid: `k${i}` }), reader)).resolves.toBe('TOKEN_KEY_UNKNOWN');
    }
    expect(asked.requests.length).toBeLessThanOrEqual(2);
  });

  it('that has changed its keys is asked for the new ones', async () => {
    const rotating = await startIssuer({ keys: [toJwk(RSA)] });
    onTestFinished(() => rotating.stop());
    const reader = createTokenVerifier([trust(rotating.url)]);
    await reader.verify(good({ iss: rotating.url }));
    const next = newKey('rsa-2');
    rotating.answer(200, { keys: [toJwk(next)] });
    await expect(reader.verify(signed(next, {}, claims({ iss: rotating.url })))).resolves.toBeDefined();
    // The old key is gone from the issuer, so it is gone from here.
    await expect(refusal(good({ iss: rotating.url }), reader)).resolves.toBe('TOKEN_KEY_UNKNOWN');
  });

  it('publishes a key that is not for signatures', async () => {
    const odd = await startIssuer({ keys: [toJwk(RSA, { use: 'enc' })] });
    onTestFinished(() => odd.stop());
    const reader = createTokenVerifier([trust(odd.url)]);
    await expect(refusal(good({ iss: odd.url }), reader)).resolves.toBe('TOKEN_KEY_UNKNOWN');
  });
});
