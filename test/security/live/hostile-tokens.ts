import { createHmac, createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type Changes,
  issuerKeys,
  readToken,
  signedByStranger,
  tampered,
  unsigned,
} from '../../acceptance/forged-token.ts';
import { hubUnderTest } from '../../acceptance/hub-under-test.ts';
import { encode, newKey, type SigningKey, signed } from '../local-issuer.ts';

type Members = Readonly<Record<string, unknown>>;

/** What a forger has: a good token of the tenant, and what everybody can fetch. */
export interface Workshop {
  readonly good: string;
  /** The public key of the issuer. */
  readonly publicKey: JsonWebKey & { readonly kid: string };
  /** Signs as the issuer does, whatever it is: a token that only its claims make bad. */
  readonly asIssuer: (changes: Changes) => string;
}

/** How the hub refuses a token; the code is the same at every entrance. */
export interface HostileToken {
  readonly name: string;
  readonly code: string;
  /** Takes the private key of the issuer, which only a suite with an issuer of its own has. */
  readonly byIssuer?: true;
  make(workshop: Workshop): string;
}

/** Text that no answer and no log may repeat: it stands in every claim and header that a forger chooses. */
export const HIDDEN = `hidden-${process.pid}-${Date.now().toString(36)}`;

/** The issuer's private key; `undefined` where the issuer is another's. */
function issuerKey(): SigningKey | undefined {
  const file = hubUnderTest().issuerKeyFile;
  if (file === null) return undefined;
  const key = JSON.parse(readFileSync(file, 'utf8')) as JsonWebKey & { readonly kid: string };
  const privateKey = createPrivateKey({ key, format: 'jwk' });
  return { kid: key.kid, alg: 'RS256', privateKey, publicKey: createPublicKey(privateKey) };
}

/** Opens the workshop of a forger who has a good token. */
export async function openWorkshop(good: string): Promise<Workshop & { readonly hasIssuerKey: boolean }> {
  const [publicKey] = await issuerKeys();
  if (publicKey === undefined) throw new Error('The issuer publishes no key');
  const key = issuerKey();
  const { header, claims } = readToken(good);
  return {
    good,
    publicKey,
    hasIssuerKey: key !== undefined,
    asIssuer: (changes) => {
      if (key === undefined) throw new Error('Only an issuer of the suite’s own shows its key');
      return signed(key, { ...header, ...changes.header }, { ...claims, ...changes.claims });
    },
  };
}

const now = (): number => Math.floor(Date.now() / 1000);
const elliptic = newKey('elliptic', 'ES256');
const without = (...names: readonly string[]): Members => Object.fromEntries(names.map((name) => [name, undefined]));

function macOf({ good, publicKey }: Workshop, alg: string, secret: 'pem' | 'der' | 'jwk'): string {
  const key = createPublicKey({ key: publicKey, format: 'jwk' });
  const secrets = {
    pem: key.export({ type: 'spki', format: 'pem' }),
    der: key.export({ type: 'spki', format: 'der' }),
    jwk: JSON.stringify(publicKey),
  };
  const { header, claims } = readToken(good);
  const text = `${encode({ ...header, alg })}.${encode(claims)}`;
  return `${text}.${createHmac('sha256', secrets[secret]).update(text).digest('base64url')}`;
}

const byStranger = (name: string, code: string, changes: Changes): HostileToken => ({
  name,
  code,
  make: ({ good }) => signedByStranger(good, changes),
});
const changed = (name: string, code: string, changes: Changes): HostileToken => ({
  name,
  code,
  make: ({ good }) => tampered(good, changes),
});
const byIssuer = (name: string, code: string, claims: Members, header: Members = {}): HostileToken => ({
  name,
  code,
  byIssuer: true,
  make: ({ asIssuer }) => asIssuer({ claims, header }),
});

const FORGED: readonly HostileToken[] = [
  { name: 'that says it is not signed', code: 'TOKEN_ALGORITHM_REFUSED', make: ({ good }) => unsigned(good) },
  changed('that says "None", under a signature', 'TOKEN_ALGORITHM_REFUSED', { header: { alg: 'None' } }),
  changed('without an algorithm', 'TOKEN_ALGORITHM_REFUSED', { header: without('alg') }),
  changed('that says PS256', 'TOKEN_ALGORITHM_REFUSED', { header: { alg: 'PS256' } }),
  ...(['pem', 'der', 'jwk'] as const).flatMap((secret): HostileToken[] => [
    {
      name: `that is an HMAC with the public key as ${secret}`,
      code: 'TOKEN_ALGORITHM_REFUSED',
      make: (workshop) => macOf(workshop, 'HS256', secret),
    },
    {
      name: `that is such an HMAC, called RS256, as ${secret}`,
      code: 'TOKEN_SIGNATURE_INVALID',
      make: (workshop) => macOf(workshop, 'RS256', secret),
    },
  ]),
  {
    name: 'that an elliptic key has signed, called RS256',
    code: 'TOKEN_SIGNATURE_INVALID',
    make: ({ good, publicKey }) =>
      signed(elliptic, { ...readToken(good).header, alg: 'RS256', kid: publicKey.kid }, readToken(good).claims),
  },
  byStranger('that a stranger has signed', 'TOKEN_SIGNATURE_INVALID', {}),
  byStranger('of another tenant, which a stranger has signed', 'TOKEN_SIGNATURE_INVALID', {
    claims: { tenant_id: HIDDEN },
  }),
  changed('whose tenant was changed', 'TOKEN_SIGNATURE_INVALID', { claims: { tenant_id: HIDDEN } }),
  changed('whose scope was changed', 'TOKEN_SIGNATURE_INVALID', { claims: { scope: HIDDEN } }),
  changed('whose end was put off', 'TOKEN_SIGNATURE_INVALID', { claims: { exp: 4_000_000_000 } }),
  changed('whose header was added to', 'TOKEN_SIGNATURE_INVALID', { header: { x: HIDDEN } }),
  changed('with a key of its own', 'TOKEN_SIGNATURE_INVALID', {
    header: { jwk: elliptic.publicKey.export({ format: 'jwk' }), jku: `https://${HIDDEN}.example`, x5u: HIDDEN },
  }),
  ...[undefined, '', HIDDEN, '__proto__', '../../../../dev/null', `${HIDDEN}' OR '1'='1`, '*', '\u0000'].map((kid) =>
    byStranger(`of the key ${JSON.stringify(kid) ?? 'nothing'}`.replace(HIDDEN, 'hidden'), 'TOKEN_KEY_UNKNOWN', {
      header: { kid },
    }),
  ),
  changed('with a critical extension', 'TOKEN_CRITICAL_HEADER', { header: { crit: ['b64'], b64: false } }),
  changed('with an empty list of critical extensions', 'TOKEN_CRITICAL_HEADER', { header: { crit: [] } }),
  ...['logout+jwt', 'dpop+jwt', 'id_token', '', HIDDEN].map((typ) =>
    changed(`of the type ${JSON.stringify(typ)}`.replace(HIDDEN, 'hidden'), 'TOKEN_TYPE_REFUSED', { header: { typ } }),
  ),
  ...[undefined, '__proto__', `https://${HIDDEN}.example`, `http://169.254.169.254/${HIDDEN}`].map((iss) =>
    byStranger(`of the issuer ${iss ?? 'nothing'}`.replace(HIDDEN, 'hidden'), 'TOKEN_ISSUER_UNKNOWN', {
      claims: { iss },
    }),
  ),
  byStranger('without an end', 'TOKEN_WITHOUT_EXPIRY', { claims: without('exp') }),
  { name: 'that is a word', code: 'TOKEN_MALFORMED', make: () => HIDDEN },
  { name: 'that is two dots', code: 'TOKEN_MALFORMED', make: () => '..' },
  { name: 'without its signature', code: 'TOKEN_MALFORMED', make: ({ good }) => good.replace(/\.[^.]*$/, '') },
  { name: 'with a fourth part', code: 'TOKEN_MALFORMED', make: ({ good }) => `${good}.${encode(HIDDEN)}` },
  { name: 'as an encrypted one, of five parts', code: 'TOKEN_MALFORMED', make: ({ good }) => `${good}.x.y` },
  { name: 'that is there twice', code: 'TOKEN_MALFORMED', make: ({ good }) => `${good}.${good}` },
  { name: 'cut off in its claims', code: 'TOKEN_MALFORMED', make: ({ good }) => good.slice(0, good.indexOf('.') + 40) },
  {
    name: 'cut off in its signature',
    code: 'TOKEN_SIGNATURE_INVALID',
    make: ({ good }) => good.slice(0, -10),
  },
  {
    name: 'of 7,000 characters',
    code: 'TOKEN_MALFORMED',
    make: () => HIDDEN.padEnd(7000, 'A'),
  },
];

/** Tokens that are what they say they are, and good for nothing all the same. */
const GENUINE: readonly HostileToken[] = [
  byIssuer('that has ended', 'TOKEN_EXPIRED', { exp: now() - 2 }),
  byIssuer('that ended in 1970', 'TOKEN_EXPIRED', { exp: 1 }),
  byIssuer('that never ends', 'TOKEN_WITHOUT_EXPIRY', without('exp')),
  byIssuer('whose end is text', 'TOKEN_MALFORMED', { exp: '4000000000' }),
  byIssuer('that is not good yet', 'TOKEN_NOT_YET_VALID', { nbf: 4_000_000_000 }),
  byIssuer('for another audience', 'TOKEN_AUDIENCE_WRONG', { aud: HIDDEN }),
  byIssuer('for a longer audience', 'TOKEN_AUDIENCE_WRONG', { aud: `tidings ${HIDDEN}` }),
  byIssuer('for nobody', 'TOKEN_AUDIENCE_WRONG', without('aud')),
  byIssuer('of the issuer with a slash more', 'TOKEN_ISSUER_UNKNOWN', { iss: 'https://issuer.example/' }),
  byIssuer('that is an ID token by its nonce', 'TOKEN_TYPE_REFUSED', { nonce: HIDDEN }),
  byIssuer('that is an ID token by its use', 'TOKEN_TYPE_REFUSED', { token_use: 'id' }),
  byIssuer('that is a refresh token', 'TOKEN_TYPE_REFUSED', { token_use: 'refresh' }),
  byIssuer('that must be understood in a way nobody knows', 'TOKEN_CRITICAL_HEADER', {}, { crit: [HIDDEN] }),
  byIssuer('of several tenants', 'TOKEN_CLAIM_INVALID', { tenant_id: [HIDDEN, 'b'] }),
  byIssuer('of two tenants in one text', 'TOKEN_CLAIM_INVALID', { tenant_id: `${HIDDEN},b` }),
  byIssuer('of a tenant with a space', 'TOKEN_CLAIM_INVALID', { tenant_id: `${HIDDEN} b` }),
  byIssuer('of a tenant with a zero', 'TOKEN_CLAIM_INVALID', { tenant_id: `${HIDDEN}\u0000` }),
  byIssuer('of the empty tenant', 'TOKEN_CLAIM_INVALID', { tenant_id: '' }),
  byIssuer('of a tenant that is an object', 'TOKEN_CLAIM_INVALID', { tenant_id: { S: HIDDEN } }),
  byIssuer('of a tenant of 4,000 characters', 'TOKEN_CLAIM_INVALID', { tenant_id: HIDDEN.padEnd(4000, 'x') }),
  byIssuer('of organizations that are numbers', 'TOKEN_CLAIM_INVALID', { org_id: [1] }),
  byIssuer('of roles that are objects', 'TOKEN_CLAIM_INVALID', { roles: [{ name: HIDDEN }] }),
  byIssuer('of a subject that is a list', 'TOKEN_MALFORMED', { sub: [HIDDEN] }),
];

/** Every hostile token: what each is, and the code that it is refused with wherever it is offered. */
export const HOSTILE_TOKENS: readonly HostileToken[] = [...FORGED, ...GENUINE];
