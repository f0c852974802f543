import {
  createHash,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  randomBytes,
  sign,
} from 'node:crypto';
import { hubUnderTest } from './hub-under-test.ts';

type Members = Readonly<Record<string, unknown>>;

const encode = (value: Members): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part = ''): Members => JSON.parse(Buffer.from(part, 'base64url').toString()) as Members;

/** A key that the issuer does not know. */
const ownKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

/** The public keys of the issuer, as anybody can fetch them. */
export async function issuerKeys(): Promise<readonly (JsonWebKey & { readonly kid: string })[]> {
  const url = `${hubUnderTest().target.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { jwks_uri } = (await (await fetch(url)).json()) as { jwks_uri: string };
  const { keys } = (await (await fetch(jwks_uri)).json()) as { keys: (JsonWebKey & { kid: string })[] };
  return keys;
}

/** Header and claims of a token. */
export function readToken(token: string): { readonly header: Members; readonly claims: Members } {
  const [header, claims] = token.split('.');
  return { header: decode(header), claims: decode(claims) };
}

/** What to change in a token; a member that is `undefined` goes. */
export interface Changes {
  readonly header?: Members;
  readonly claims?: Members;
}

/** The two parts of a changed token that are to be signed. */
function changed(token: string, { header = {}, claims = {} }: Changes): string {
  const genuine = readToken(token);
  return `${encode({ ...genuine.header, ...header })}.${encode({ ...genuine.claims, ...claims })}`;
}

/** A genuine token with changes, signed by a key of the forger's. */
export function signedByStranger(token: string, changes: Changes = {}): string {
  const text = changed(token, changes);
  return `${text}.${sign('sha256', Buffer.from(text), ownKey).toString('base64url')}`;
}

/** A genuine token with changes under its genuine signature, which no longer fits. */
export const tampered = (token: string, changes: Changes): string =>
  `${changed(token, changes)}.${token.split('.')[2]}`;

/** A token that says it is not signed, and is not. Source: RFC 7519, section 6. */
export const unsigned = (token: string): string => `${changed(token, { header: { alg: 'none' } })}.`;

/** A token "signed" with the issuer's public key as the secret of an HMAC: what a verifier that trusts `alg` takes. */
export async function signedByPublicKey(token: string, changes: Changes = {}): Promise<string> {
  const [jwk] = await issuerKeys();
  if (jwk === undefined) throw new Error('The issuer has no keys');
  const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const text = changed(token, { ...changes, header: { ...changes.header, alg: 'HS256' } });
  return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
}

/** An ID token of the issuer, got as a browser gets it: by the authorization code flow with PKCE and a nonce. */
export async function idToken(): Promise<string> {
  const { issuer, audience } = hubUnderTest().target;
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const endpoints = (await (await fetch(url)).json()) as { authorization_endpoint: string; token_endpoint: string };
  const redirect = 'http://127.0.0.1/back';
  const verifier = randomBytes(32).toString('base64url');
  const query = {
    response_type: 'code',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    client_id: audience,
    redirect_uri: redirect,
    scope: 'openid',
    nonce: 'a-nonce',
    state: 'a-state',
  };
  const answer = await fetch(`${endpoints.authorization_endpoint}?${new URLSearchParams(query)}`, {
    redirect: 'manual',
  });
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const form = {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    client_id: audience,
    redirect_uri: redirect,
  };
  const tokens = await fetch(endpoints.token_endpoint, { method: 'POST', body: new URLSearchParams(form) });
  return ((await tokens.json()) as { id_token: string }).id_token;
}
