import { type ArnKind, readOptionalArn } from './operations.ts';
import type { ValueReader } from './value-reader.ts';

/** The page of an environment, and how people sign in there. */
export interface ConsoleOptions {
  /**
   * Id of the public client that the first issuer knows the page by: authorization code with PKCE, no secret, and the
   * page's URL with a slash at the end as redirect URI.
   */
  readonly clientId: string;
  /**
   * Scopes to ask for besides those of the hub, such as `offline_access` where an issuer gives refresh tokens for it.
   * @default none
   */
  readonly scopes?: readonly string[] | undefined;
  /**
   * Origins of the issuer's endpoints where they are not that of the issuer itself, such as the domain of a user pool of
   * Amazon Cognito. The page may connect to no other.
   * @default none
   */
  readonly signInOrigins?: readonly string[] | undefined;
  /**
   * Domain of one's own, to be pointed at the distribution by whoever has it.
   * @default that of the distribution
   */
  readonly domainName?: string | undefined;
  /** ARN of its certificate in ACM, in us-east-1. Needed with a domain, and of no use without. */
  readonly certificate?: string | undefined;
}

/** Source: CloudFront developer guide, "Requirements for using SSL/TLS certificates with CloudFront". */
const CERTIFICATE: ArnKind = {
  service: 'acm',
  region: 'us-east-1',
  resource: 'certificate/[A-Za-z0-9-]+',
  example: 'arn:aws:acm:us-east-1:123456789012:certificate/1234abcd-12ab-34cd-56ef-1234567890ab',
};

/** RFC 1123, section 2.1, of at least two labels, in lower case as origins are. */
const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/** RFC 6749, section 3.3: scope-token. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** @returns `undefined` where there is to be none */
export function readConsole(value: ValueReader): ConsoleOptions | undefined {
  if (value.absent) return undefined;
  value.object(['clientId', 'scopes', 'signInOrigins', 'domainName', 'certificate']);
  const domainName = value.at('domainName');
  const certificate = value.at('certificate');
  if (domainName.absent !== certificate.absent) {
    const missing = domainName.absent ? domainName : certificate;
    missing.refuse('both domainName and certificate, or neither');
  }
  return {
    clientId: value.at('clientId').text(/^[\x20-\x7e]*[\x21-\x7e][\x20-\x7e]*$/, 'the id of a client of the issuer'),
    scopes: list(value.at('scopes'), 'a list of scopes', (each) =>
      each.text(SCOPE, 'a scope such as "offline_access"'),
    ),
    signInOrigins: list(value.at('signInOrigins'), 'a list of origins', (each) =>
      each.check(isHttpsOrigin, 'an origin: https://host or https://host:port', ''),
    ),
    domainName: domainName.absent ? undefined : domainName.text(DOMAIN, 'a domain such as "console.example.com"'),
    certificate: readOptionalArn(certificate, CERTIFICATE),
  };
}

const list = (value: ValueReader, expected: string, read: (each: ValueReader) => string): readonly string[] =>
  value.absent ? [] : value.list(expected).map(read);

const isHttpsOrigin = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.startsWith('https://') &&
  !value.includes('*') &&
  URL.canParse(value) &&
  new URL(value).origin === value;
