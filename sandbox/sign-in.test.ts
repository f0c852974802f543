import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Issuer } from './issuer.ts';

const PAGE = 'http://127.0.0.1:4103/';
const CLIENT = 'tidings-console';

type Fields = Readonly<Record<string, string>>;
interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly scope: string;
}

const decode = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));

async function start() {
  const issuer = new Issuer();
  await issuer.start(0);
  onTestFinished(() => issuer.end());
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');

  /** Where somebody is sent back to who was sent to the issuer with these parameters. */
  const authorize = async (fields: Fields = {}): Promise<URLSearchParams> => {
    const query = new URLSearchParams({
      client_id: CLIENT,
      redirect_uri: PAGE,
      response_type: 'code',
      state: 'the-state',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...fields,
    });
    for (const [name, value] of [...query]) if (value === '') query.delete(name);
    const response = await fetch(`${issuer.url}/authorize?${query}`, { redirect: 'manual' });
    const location = response.headers.get('location') ?? '';
    expect([response.status, location.startsWith(PAGE)]).toEqual([302, true]);
    return new URL(location).searchParams;
  };
  const token = async (fields: Fields) => {
    const body = new URLSearchParams({ client_id: CLIENT, redirect_uri: PAGE, ...fields });
    const response = await fetch(issuer.tokenUrl, {
      method: 'POST',
      body,
      headers: { origin: 'http://127.0.0.1:4103' },
    });
    const answer: unknown = await response.json();
    return { status: response.status, headers: response.headers, answer };
  };
  const exchange = async (code: string | null, fields: Fields = {}) =>
    token({ grant_type: 'authorization_code', code: code ?? '', code_verifier: verifier, ...fields });
  const refresh = (refreshToken: string, fields: Fields = {}) =>
    token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...fields });
  return { issuer, authorize, exchange, refresh };
}

const CLAIMS = {
  tenant: 'acme',
  organization: 'north south',
  sub: 'ada',
  roles: 'admin clerk',
  scope: 'openid events:read bank',
  expires_in: '120',
};
const EXPECTED = {
  tenant_id: 'acme',
  org_id: ['north', 'south'],
  sub: 'ada',
  roles: ['admin', 'clerk'],
  scope: 'openid events:read bank',
  aud: 'tidings',
};
const REFUSED = { status: 400, answer: { error: 'invalid_grant' } };

describe('signing in at the issuer', () => {
  it('gives tokens with the claims that the page was sent with, and their nonce to the client', async () => {
    const { authorize, exchange } = await start();
    const back = await authorize({ ...CLAIMS, nonce: 'the-nonce' });
    expect(back.get('state')).toBe('the-state');
    const { status, answer } = await exchange(back.get('code'));
    const tokens = answer as Tokens;
    expect([status, tokens.expires_in, tokens.scope]).toEqual([200, 120, CLAIMS.scope]);
    const access = decode(tokens.access_token);
    expect(access).toMatchObject({ ...EXPECTED, client_id: CLIENT });
    expect(access.exp - access.iat).toBe(120);
    expect(decode(tokens.id_token)).toMatchObject({ aud: CLIENT, sub: 'ada', nonce: 'the-nonce' });
    expect(decode(tokens.id_token)).not.toHaveProperty('tenant_id');
  });

  it('gives the same claims again for the refresh token, as often as it is asked', async () => {
    const { authorize, exchange, refresh } = await start();
    const first = (await exchange((await authorize(CLAIMS)).get('code'))).answer as Tokens;
    const second = (await refresh(first.refresh_token)).answer as Tokens;
    const third = (await refresh(second.refresh_token)).answer as Tokens;
    expect([second, third].map(({ access_token }) => decode(access_token))).toEqual([
      expect.objectContaining(EXPECTED),
      expect.objectContaining(EXPECTED),
    ]);
    expect(decode(third.id_token).sub).toBe('ada');
  });

  it('refuses a code without the verifier, or with another', async () => {
    const { authorize, exchange } = await start();
    const other = { code_verifier: 'x'.repeat(43) };
    expect(await exchange((await authorize()).get('code'), other)).toMatchObject({ status: 400 });
    expect(await exchange((await authorize()).get('code'), { code_verifier: '' })).toMatchObject({ status: 400 });
  });

  it('refuses a code that was used, one of another client, and one for another page', async () => {
    const { authorize, exchange } = await start();
    const code = (await authorize()).get('code');
    expect((await exchange(code)).status).toBe(200);
    expect((await exchange(code)).status).toBe(400);
    expect(await exchange((await authorize()).get('code'), { client_id: 'another' })).toMatchObject(REFUSED);
    const elsewhere = { redirect_uri: 'http://127.0.0.1:1/' };
    expect(await exchange((await authorize()).get('code'), elsewhere)).toMatchObject(REFUSED);
  });

  it('refuses a refresh token that it has not given, or not to this client', async () => {
    const { authorize, exchange, refresh } = await start();
    expect(await refresh('00000000-0000-4000-8000-000000000000')).toMatchObject(REFUSED);
    const { answer } = await exchange((await authorize()).get('code'));
    expect(await refresh((answer as Tokens).refresh_token, { client_id: 'another' })).toMatchObject(REFUSED);
  });

  it.each([
    ['no challenge', { code_challenge: '' }],
    ['a challenge that shows the verifier', { code_challenge_method: 'plain' }],
    ['no client', { client_id: '' }],
  ])('sends back who comes with %s, without a code', async (_, fields) => {
    const { authorize } = await start();
    const back = await authorize(fields);
    expect([back.get('code'), back.get('error'), back.get('state')]).toEqual([null, 'invalid_request', 'the-state']);
  });

  it('lets pages read what it answers, and describes where everything is', async () => {
    const { issuer, authorize, exchange } = await start();
    const { headers } = await exchange((await authorize()).get('code'));
    expect(headers.get('access-control-allow-origin')).toBe('*');
    for (const place of ['/.well-known/openid-configuration', '/.well-known/jwks.json']) {
      const response = await fetch(`${issuer.url}${place}`, { headers: { origin: 'http://127.0.0.1:4103' } });
      expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    }
    const described = await (await fetch(`${issuer.url}/.well-known/openid-configuration`)).json();
    expect(described).toMatchObject({
      issuer: issuer.url,
      authorization_endpoint: `${issuer.url}/authorize`,
      end_session_endpoint: `${issuer.url}/endsession`,
    });
  });

  it('sends back who signs out', async () => {
    const { issuer } = await start();
    const query = new URLSearchParams({ post_logout_redirect_uri: PAGE });
    const response = await fetch(`${issuer.url}/endsession?${query}`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, PAGE]);
  });
});
