import { type AllowedOrigin, SIGNING_ALGORITHMS, type TrustedIssuer } from '../lambdas/variables.ts';
import type { ValueReader } from './value-reader.ts';

/** An issuer whose tokens are trusted; `lax` allows plain http, which only the local sandbox has. */
export function readIssuer(value: ValueReader, lax: boolean): TrustedIssuer {
  value.object(['issuer', 'audience', 'algorithms', 'jwksUri', 'claims']);
  const claims = value.at('claims');
  claims.object(['tenant', 'organizations', 'roles', 'subject', 'scope']);
  const claim = (name: string): string => claims.at(name).text(/\S/, 'the name of a claim');
  const jwksUri = value.at('jwksUri');
  return {
    issuer: value.at('issuer').url(lax),
    audience: value.at('audience').text(/\S/, 'the audience that a token must carry'),
    algorithms: value
      .at('algorithms')
      .list('at least one algorithm', 1)
      .map((algorithm) => algorithm.oneOf(SIGNING_ALGORITHMS)),
    ...(!jwksUri.absent && { jwksUri: jwksUri.url(lax) }),
    claims: {
      tenant: claim('tenant'),
      organizations: claim('organizations'),
      roles: claim('roles'),
      subject: claim('subject'),
      scope: claim('scope'),
    },
  };
}

/** An origin has no path, not even a slash at the end; a browser compares it as text. */
export function readOrigin(value: ValueReader, lax: boolean): AllowedOrigin {
  const expected = lax
    ? 'an origin: scheme://host, scheme://host:port, scheme://host:*, or null'
    : 'an origin: https://host or https://host:port';
  return value.check((origin): origin is string => typeof origin === 'string' && isOrigin(origin, lax), expected, '');
}

function isOrigin(text: string, lax: boolean): boolean {
  if (lax && text === 'null') return true;
  const origin = lax && text.endsWith(':*') ? text.slice(0, -2) : text;
  if (origin.includes('*') || !(lax ? /^https?:\/\// : /^https:\/\//).test(origin)) return false;
  return URL.canParse(origin) && new URL(origin).origin === origin;
}
