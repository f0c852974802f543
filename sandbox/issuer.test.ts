import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from './fixture/assembly.ts';
import { Issuer } from './issuer.ts';

async function start(keyFile?: string) {
  const issuer = new Issuer(keyFile);
  await issuer.start(0);
  onTestFinished(() => issuer.end());
  const token = async (fields: Readonly<Record<string, string>> = {}) => {
    const form = { grant_type: 'client_credentials', client_id: 'me', client_secret: 'any', ...fields };
    const response = await fetch(issuer.tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
    return (await response.json()) as { readonly access_token: string; readonly expires_in: number };
  };
  const keys = async (place: string) =>
    (await (await fetch(`${issuer.url}${place}`)).json()) as { readonly keys: readonly JsonWebKey[] };
  return { issuer, token, keys };
}

/** What a token says. @throws Error when none of the keys has signed it */
function decode(token: string, { keys }: { readonly keys: readonly JsonWebKey[] }) {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const signed = keys.some((key) =>
    verify(
      'RSA-SHA256',
      Buffer.from(`${header}.${payload}`),
      createPublicKey({ key, format: 'jwk' }),
      Buffer.from(signature, 'base64url'),
    ),
  );
  if (!signed) throw new Error('No key of the issuer has signed this token');
  const parse = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  return { header: parse(header), payload: parse(payload) };
}

describe('the issuer', () => {
  it('gives the claims that were asked for, signed with a key that it publishes', async () => {
    const { issuer, token, keys } = await start();
    const { access_token, expires_in } = await token({
      scope: 'bank events:read',
      tenant: 't;1',
      organization: 'o1 o2',
      sub: 'u1',
      roles: 'admin clerk',
    });
    expect(expires_in).toBe(3600);
    expect(await keys('/.well-known/jwks.json')).toEqual(await keys('/jwks'));
    const { header, payload } = decode(access_token, await keys('/jwks'));
    expect(header).toMatchObject({ alg: 'RS256', typ: 'at+jwt', kid: expect.any(String) });
    expect(payload).toMatchObject({
      iss: issuer.url,
      aud: 'tidings',
      sub: 'u1',
      tenant_id: 't;1',
      org_id: ['o1', 'o2'],
      roles: ['admin', 'clerk'],
      scope: 'bank events:read',
    });
    expect(payload.exp - payload.iat).toBe(3600);
  });

  it('leaves out the claims that were not asked for', async () => {
    const { token, keys } = await start();
    const { payload } = decode((await token()).access_token, await keys('/jwks'));
    expect(payload).not.toHaveProperty('tenant_id');
    expect(payload).not.toHaveProperty('roles');
  });

  it('gives tokens that have expired', async () => {
    const { token, keys } = await start();
    const { access_token, expires_in } = await token({ expires_in: '-60' });
    expect(expires_in).toBe(-60);
    const { payload } = decode(access_token, await keys('/jwks'));
    expect(payload.exp - payload.iat).toBe(-60);
    expect(payload.nbf).toBeLessThan(payload.exp);
  });

  it('keeps its key over a restart', async () => {
    const keyFile = path.join(temporaryFolder(), 'key.json');
    const first = await start(keyFile);
    const second = await start(keyFile);
    expect(await second.keys('/jwks')).toEqual(await first.keys('/jwks'));
  });
});
