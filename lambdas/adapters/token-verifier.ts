import { TidingsError } from '@tidings/contracts';
import {
  FetchError,
  JwkInvalidKtyError,
  JwkInvalidUseError,
  JwksValidationError,
  JwkValidationError,
  JwtExpiredError,
  JwtInvalidAudienceError,
  JwtInvalidSignatureAlgorithmError,
  JwtInvalidSignatureError,
  JwtNotBeforeError,
  JwtWithoutValidKidError,
  KidNotFoundInJwksError,
  NonRetryableFetchError,
  WaitPeriodNotYetEndedJwkError,
} from 'aws-jwt-verify/error';
import type { Fetcher } from 'aws-jwt-verify/https';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';
import type { Identity } from '../core/identity.ts';
import type { TokenVerifier } from '../core/ports/outbound.ts';
import type { TrustedIssuer } from '../variables.ts';
import { type Claims, refused, toIdentity } from './token-claims.ts';

/** Media types of access tokens, in the short form of the header. Source: RFC 9068, section 4; RFC 7519, section 5.1. */
const ACCESS_TOKEN_TYPES = ['at+jwt', 'jwt'];

/** Claims that only an ID token has. Source: OpenID Connect Core 1.0, sections 2 and 3.3.2.11. */
const ID_TOKEN_CLAIMS = ['nonce', 'at_hash', 'c_hash'];

/**
 * The kind of key behind the first letters of an algorithm. A key that does not say its algorithm would otherwise do
 * for any: RS256 in a header, and an elliptic curve behind it. Source: RFC 7518, section 3.1; RFC 8037, section 3.1.
 */
const KEY_TYPES: Readonly<Record<string, string>> = { RS: 'RSA', ES: 'EC', Ed: 'OKP' };

/** As long as the library gives an issuer over TLS. */
const FETCH_MILLISECONDS = 3000;

/**
 * Reads tokens of trusted issuers. The keys of an issuer are fetched when its first token comes, and kept.
 * @throws Error if an issuer is given twice: only one of the two could count
 */
export function createTokenVerifier(issuers: readonly TrustedIssuer[]): TokenVerifier {
  const readers = new Map(issuers.map((issuer) => [issuer.issuer, createReader(issuer)]));
  if (readers.size < issuers.length) {
    throw new Error(`Expected every issuer once, found ${issuers.map(({ issuer }) => issuer).join(', ')}`);
  }
  return {
    async verify(token) {
      const { header, payload } = decompose(token);
      assertHeader(header);
      const read = typeof payload['iss'] === 'string' ? readers.get(payload['iss']) : undefined;
      if (read === undefined) throw refused('TOKEN_ISSUER_UNKNOWN', 'iss', 'to be an issuer that the hub trusts');
      return await read(token, header, payload);
    },
  };
}

function createReader(trusted: TrustedIssuer) {
  const jwksUri = trusted.jwksUri ?? `${trusted.issuer.replace(/\/$/, '')}/.well-known/jwks.json`;
  const verifier = JwtVerifier.create(
    { issuer: trusted.issuer, audience: trusted.audience, jwksUri, customJwtCheck: assertKeyType },
    { jwksCache: new SimpleJwksCache(jwksUri.startsWith('http:') ? { fetcher: plainHttp } : {}) },
  );
  return async (token: string, header: Claims, unverified: Claims): Promise<Identity> => {
    const { alg } = header;
    if (!trusted.algorithms.some((algorithm) => algorithm === alg)) {
      const found = typeof alg === 'string' ? JSON.stringify(alg.slice(0, 20)) : 'none';
      throw new TidingsError(
        'TOKEN_ALGORITHM_REFUSED',
        `Expected the header "alg" to be one of ${trusted.algorithms.join(', ')}; found ${found}`,
      );
    }
    if (typeof header['kid'] !== 'string') throw unknownKey();
    if (typeof unverified['exp'] !== 'number') {
      throw refused('TOKEN_WITHOUT_EXPIRY', 'exp', 'to be a number: a token must end');
    }
    const claims: Claims = await verifier.verify(token).catch((cause: unknown) => {
      throw translate(cause);
    });
    assertAccessToken(claims);
    return toIdentity(claims, trusted.claims);
  };
}

/** Only an issuer on the developer's own machine is reached without TLS; `environments.ts` refuses it elsewhere. */
const plainHttp: Fetcher = {
  fetch: async (uri) => {
    try {
      const response = await fetch(uri, { redirect: 'error', signal: AbortSignal.timeout(FETCH_MILLISECONDS) });
      if (response.ok) return await response.arrayBuffer();
      throw new Error(`status ${response.status}`);
    } catch (cause) {
      throw new FetchError(uri, cause);
    }
  },
};

function assertKeyType({ header, jwk }: { header: { alg?: string | undefined }; jwk: { kty: string } }): void {
  const { alg = '' } = header;
  const expected = KEY_TYPES[alg.slice(0, 2)];
  if (jwk.kty !== expected)
    throw new JwtInvalidSignatureAlgorithmError('The key is of another kind', jwk.kty, expected);
}

function decompose(token: string): { header: Claims; payload: Claims } {
  try {
    // An unsecured token (RFC 7519, section 6) ends in a dot. It is read all the same: the refusal shall name its "alg".
    const { header, payload } = decomposeUnverifiedJwt(token.endsWith('.') ? `${token}AA` : token);
    return { header: { ...header }, payload: { ...payload } };
  } catch {
    // The cause may quote the token: it is left behind.
    throw new TidingsError('TOKEN_MALFORMED', 'Expected a JSON Web Token; the token cannot be read as one');
  }
}

function assertHeader(header: Claims): void {
  if (header['crit'] !== undefined) {
    throw new TidingsError('TOKEN_CRITICAL_HEADER', 'Expected no "crit" header: the hub knows no critical extension');
  }
  const type = header['typ'];
  if (type === undefined) return;
  const short = typeof type === 'string' ? type.toLowerCase().replace(/^application\//, '') : '';
  if (!ACCESS_TOKEN_TYPES.includes(short)) {
    throw new TidingsError('TOKEN_TYPE_REFUSED', 'Expected the header "typ" to be at+jwt or JWT; found another type');
  }
}

function assertAccessToken(claims: Claims): void {
  const use = claims['token_use'];
  const idTokenClaim = ID_TOKEN_CLAIMS.find((name) => claims[name] !== undefined);
  if ((use === undefined || use === 'access') && idTokenClaim === undefined) return;
  throw new TidingsError(
    'TOKEN_TYPE_REFUSED',
    'Expected an access token; found a token of another kind, as an ID token',
  );
}

function translate(cause: unknown): unknown {
  if (cause instanceof JwtExpiredError) return refused('TOKEN_EXPIRED', 'exp', 'to lie in the future');
  if (cause instanceof JwtNotBeforeError) return refused('TOKEN_NOT_YET_VALID', 'nbf', 'to lie in the past');
  if (cause instanceof JwtInvalidAudienceError) return refused('TOKEN_AUDIENCE_WRONG', 'aud', 'to name this hub');
  if (cause instanceof JwtInvalidSignatureError) {
    return new TidingsError('TOKEN_SIGNATURE_INVALID', 'Expected a signature by the key that "kid" names; it is not');
  }
  if (cause instanceof JwtInvalidSignatureAlgorithmError) {
    return new TidingsError(
      'TOKEN_ALGORITHM_REFUSED',
      'Expected the algorithm of the key that "kid" names; found another',
    );
  }
  if (NO_SUCH_KEY.some((known) => cause instanceof known)) return unknownKey();
  if (cause instanceof FetchError || cause instanceof NonRetryableFetchError) {
    return new TidingsError('ISSUER_UNAVAILABLE', 'The keys of the token issuer cannot be fetched; try again', {
      cause,
    });
  }
  if (cause instanceof JwksValidationError || cause instanceof JwkValidationError) {
    return new TidingsError('ISSUER_UNAVAILABLE', 'The token issuer publishes no readable keys; try again');
  }
  return new TidingsError('TOKEN_MALFORMED', 'Expected a valid access token; it was refused', {
    cause: new Error(cause instanceof Error ? cause.constructor.name : typeof cause),
  });
}

/** No key of that name, none yet, or one that is not for signatures. */
const NO_SUCH_KEY = [
  KidNotFoundInJwksError,
  JwtWithoutValidKidError,
  WaitPeriodNotYetEndedJwkError,
  JwkInvalidUseError,
  JwkInvalidKtyError,
];

const unknownKey = (): TidingsError =>
  new TidingsError('TOKEN_KEY_UNKNOWN', 'Expected the header "kid" to name a key of the issuer; it names none');
