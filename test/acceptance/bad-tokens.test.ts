import { describe, expect, it } from 'vitest';
import { needs } from './capabilities.ts';
import { newEvent, newTenant } from './events.ts';
import { idToken, readToken, signedByPublicKey, signedByStranger, tampered, unsigned } from './forged-token.ts';
import { type Answer, postStructured, readPage, request, STRUCTURED, tokenFor } from './hub.ts';
import { type ExpectedProblem, expectProblem } from './problem.ts';
import { waitFor } from './wait.ts';

const hour = 3600;
const now = (): number => Math.floor(Date.now() / 1000);

/** What makes a bad token of a good one, and how the hub refuses it. */
type Row = readonly [name: string, make: (good: string) => Promise<string> | string, problem: ExpectedProblem];

const rows: readonly Row[] = [
  [
    'whose time has come',
    async () => {
      const token = await tokenFor({ tenant: newTenant('expired'), expiresIn: 1 });
      const { exp } = readToken(token).claims;
      await waitFor('the token to expire', () => now() > Number(exp) || undefined);
      return token;
    },
    { status: 401, code: 'TOKEN_EXPIRED', says: ['"exp"', 'future'] },
  ],
  [
    'of another issuer',
    (good) => signedByStranger(good, { claims: { iss: 'https://issuer.example' } }),
    { status: 401, code: 'TOKEN_ISSUER_UNKNOWN', says: ['"iss"'] },
  ],
  [
    'that says it is not signed, under a signature',
    (good) => tampered(good, { header: { alg: 'none' } }),
    { status: 401, code: 'TOKEN_ALGORITHM_REFUSED', says: ['"alg"', 'RS256', 'none'] },
  ],
  ['that is not signed', unsigned, { status: 401, code: 'TOKEN_ALGORITHM_REFUSED', says: ['"alg"', 'RS256', 'none'] }],
  [
    'signed by HMAC with the public key',
    (good) => signedByPublicKey(good),
    { status: 401, code: 'TOKEN_ALGORITHM_REFUSED', says: ['"alg"', 'RS256', 'HS256'] },
  ],
  [
    'of an unknown key',
    (good) => signedByStranger(good, { header: { kid: 'a-key-that-nobody-knows' } }),
    { status: 401, code: 'TOKEN_KEY_UNKNOWN', says: ['"kid"'] },
  ],
  [
    'without the name of a key',
    (good) => signedByStranger(good, { header: { kid: undefined } }),
    { status: 401, code: 'TOKEN_KEY_UNKNOWN', says: ['"kid"'] },
  ],
  [
    'signed by a stranger under the name of a genuine key',
    (good) => signedByStranger(good),
    { status: 401, code: 'TOKEN_SIGNATURE_INVALID', says: ['signature'] },
  ],
  [
    'whose claims were changed',
    (good) => tampered(good, { claims: { tenant_id: 'another' } }),
    { status: 401, code: 'TOKEN_SIGNATURE_INVALID', says: ['signature'] },
  ],
  [
    'without end',
    (good) => signedByStranger(good, { claims: { exp: undefined } }),
    { status: 401, code: 'TOKEN_WITHOUT_EXPIRY', says: ['"exp"'] },
  ],
  [
    'with a critical extension',
    (good) => tampered(good, { header: { crit: ['b64'], b64: false } }),
    { status: 401, code: 'TOKEN_CRITICAL_HEADER', says: ['"crit"'] },
  ],
  [
    'of an unexpected type',
    (good) => tampered(good, { header: { typ: 'logout+jwt' } }),
    { status: 401, code: 'TOKEN_TYPE_REFUSED', says: ['"typ"', 'at+jwt'] },
  ],
  ['that is an ID token', idToken, { status: 401, code: 'TOKEN_TYPE_REFUSED', says: ['access token', 'ID token'] }],
  ['that is none', () => 'three.short.words', { status: 401, code: 'TOKEN_MALFORMED', says: ['JSON Web Token'] }],
  ['of one word', () => 'word', { status: 401, code: 'TOKEN_MALFORMED', says: ['JSON Web Token'] }],
  [
    'that ends in the far future under a forged signature',
    (good) => signedByStranger(good, { claims: { exp: now() + 1000 * hour } }),
    { status: 401, code: 'TOKEN_SIGNATURE_INVALID', says: ['signature'] },
  ],
];

/** Checks that a token is good for nothing, and that nothing has come of it. */
async function expectRefused(tenant: string, token: string, problem: ExpectedProblem): Promise<void> {
  const event = newEvent(tenant);
  const answers: readonly Answer[] = [
    await postStructured(event, token),
    await request('GET', '/events', { token }),
    await request('GET', `/events/${event.id}`, { token }),
  ];
  for (const answer of answers) {
    expectProblem(answer, problem, token);
    expect(answer.headers.get('www-authenticate'), 'RFC 6750, section 3').toMatch(/^Bearer .*error="invalid_token"/);
  }
  expect((await readPage(await tokenFor({ tenant }))).head, tenant).toBe(0);
}

describe('a token', () => {
  it.each(rows)('%s is refused, for sending and for reading', async (_name, make, problem) => {
    const tenant = newTenant('token');
    await expectRefused(tenant, await make(await tokenFor({ tenant })), problem);
  });

  needs('chosen-validity')('for another audience is refused, for sending and for reading', async () => {
    const tenant = newTenant('token');
    const token = await tokenFor({ tenant, audience: 'another' });
    await expectRefused(tenant, token, { status: 401, code: 'TOKEN_AUDIENCE_WRONG', says: ['"aud"'] });
  });

  needs('chosen-validity')('that is not good yet is refused, for sending and for reading', async () => {
    const tenant = newTenant('token');
    const token = await tokenFor({ tenant, notBefore: 600 });
    await expectRefused(tenant, token, { status: 401, code: 'TOKEN_NOT_YET_VALID', says: ['"nbf"', 'past'] });
  });

  it('that is absent is asked for', async () => {
    const event = newEvent(newTenant('absent'));
    const answers = [
      await request('POST', '/events', { headers: { 'content-type': STRUCTURED }, body: JSON.stringify(event) }),
      await request('GET', '/events'),
    ];
    for (const answer of answers) {
      expectProblem(answer, { status: 401, code: 'TOKEN_MISSING', says: ['Authorization: Bearer', 'none'] });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="tidings"');
    }
  });

  it.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer two words'])('sent as %j is refused', async (authorization) => {
    const answer = await request('GET', '/events', { headers: { authorization } });
    expectProblem(answer, { status: 401, code: 'TOKEN_MALFORMED', says: ['Authorization: Bearer'] });
    expect(answer.text).not.toContain('dXNlcjpwYXNz');
  });
});

describe('what a token allows', () => {
  it('is putting events of the modules in its scope, by name', async () => {
    const tenant = newTenant('scope');
    const token = await tokenFor({ tenant, scope: 'community banking events:read' });
    const problem = { status: 403, code: 'SCOPE_MISSING', says: ['"bank"', 'bank.transaction:created@v1'] };
    expectProblem(await postStructured(newEvent(tenant), token), problem, token);
    expect((await readPage(token)).head, tenant).toBe(0);
  });

  it('is events of its own tenant only', async () => {
    const [tenant, other] = [newTenant('mine'), newTenant('theirs')];
    const token = await tokenFor({ tenant });
    const answer = await postStructured(newEvent(other), token);
    expectProblem(
      answer,
      { status: 403, code: 'TENANT_MISMATCH', path: '/tenantid', says: ['expected', 'found'] },
      token,
    );
    expect(answer.text, 'the tenant of the token is nobody else’s business').not.toContain(tenant);
    expect((await readPage(await tokenFor({ tenant: other }))).head, other).toBe(0);
  });

  it('is no reading without the scope for it', async () => {
    const token = await tokenFor({ tenant: newTenant('reading'), scope: 'bank' });
    for (const path of ['/events', '/events/some-id']) {
      const problem = { status: 403, code: 'SCOPE_MISSING', says: ['"events:read"'] };
      expectProblem(await request('GET', path, { token }), problem, token);
    }
  });

  it('is no reading without a tenant', async () => {
    const token = await tokenFor({});
    const problem = { status: 403, code: 'TENANT_CLAIM_MISSING', says: ['tenant'] };
    expectProblem(await request('GET', '/events', { token }), problem, token);
  });
});
