import type { Properties } from './properties.ts';
import type { Resource } from './template.ts';

/**
 * The headers that a response headers policy adds. The files of a bucket have none of them, so it does not matter which
 * would win. Source: CloudFront developer guide, "Understand response headers policies".
 */
export function readResponseHeaders({ properties }: Resource): Readonly<Record<string, string>> {
  const config = properties.object('ResponseHeadersPolicyConfig');
  const security = config.object('SecurityHeadersConfig');
  const custom = config.object('CustomHeadersConfig').objects('Items');
  return {
    ...(security.has('ContentSecurityPolicy') && {
      'content-security-policy': security.object('ContentSecurityPolicy').text('ContentSecurityPolicy'),
    }),
    ...(security.has('ContentTypeOptions') && { 'x-content-type-options': 'nosniff' }),
    ...(security.has('FrameOptions') && { 'x-frame-options': security.object('FrameOptions').text('FrameOption') }),
    ...(security.has('ReferrerPolicy') && {
      'referrer-policy': security.object('ReferrerPolicy').text('ReferrerPolicy'),
    }),
    ...(security.has('StrictTransportSecurity') && {
      'strict-transport-security': strictTransport(security.object('StrictTransportSecurity')),
    }),
    ...Object.fromEntries(custom.map((each) => [each.text('Header').toLowerCase(), each.text('Value')])),
  };
}

const strictTransport = (config: Properties): string =>
  [
    `max-age=${config.number('AccessControlMaxAgeSec')}`,
    ...(config.flag('IncludeSubdomains') ? ['includeSubDomains'] : []),
    ...(config.flag('Preload') ? ['preload'] : []),
  ].join('; ');
