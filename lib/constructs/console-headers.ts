import { Duration, Stack } from 'aws-cdk-lib';
import {
  HeadersFrameOption,
  HeadersReferrerPolicy,
  type IResponseHeadersPolicy,
  ResponseHeadersPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import type { Environment } from '../environment.ts';

/** What a page may ask of a browser and this one never does. */
const UNUSED = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'usb',
];

/**
 * The headers that every answer of the console has.
 *
 * The content security policy lets the page connect to anything over TLS, because these headers must not name the hub:
 * see `ConsoleSite`. `ConsoleContent` writes another policy into the page that names it, and both count.
 */
export class ConsoleHeaders extends Construct {
  readonly policy: IResponseHeadersPolicy;

  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id);
    this.policy = new ResponseHeadersPolicy(this, 'Policy', {
      comment: `Tidings: the console of ${Stack.of(this).stackName}`,
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: contentSecurityPolicy(environment), override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(730), includeSubdomains: true, override: true },
      },
      customHeadersBehavior: {
        customHeaders: [
          { header: 'cross-origin-opener-policy', value: 'same-origin', override: true },
          { header: 'cross-origin-resource-policy', value: 'same-origin', override: true },
          { header: 'permissions-policy', value: UNUSED.map((name) => `${name}=()`).join(', '), override: true },
        ],
      },
    });
  }
}

function contentSecurityPolicy({ issuers: [issuer] }: Environment): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    ["connect-src 'self' https: wss:", ...withoutTls(issuer?.issuer)].join(' '),
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** An issuer over plain http, which only `dev` may have, is on somebody's own machine, and so is the hub then. */
function withoutTls(issuer: string | undefined): readonly string[] {
  if (issuer === undefined || !issuer.startsWith('http:')) return [];
  const { hostname } = new URL(issuer);
  return [`http://${hostname}:*`, `ws://${hostname}:*`];
}
