import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { VARIABLES } from '../../lambdas/variables.ts';
import type { ConsoleOptions } from '../../lib/console.ts';
import type { Environment } from '../../lib/environment.ts';
import { selectEnvironments } from '../../lib/environments.ts';
import { TidingsStack } from '../../lib/tidings-stack.ts';
import { bundlesFolder, consoleFolder, createApp, type Resource, resources, schemasOf } from './synthesize.ts';

const WEB_ACL = 'arn:aws:wafv2:us-east-1:333333333333:global/webacl/hub/1234abcd-12ab-34cd-56ef-1234567890ab';
const CERTIFICATE = 'arn:aws:acm:us-east-1:333333333333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab';

const create = (name = 'dev', options: Partial<ConsoleOptions> = {}, changes: Partial<Environment> = {}) =>
  createApp(name, undefined, undefined, { console: { clientId: 'the-console', ...options }, ...changes });
const synthesize = (...args: Parameters<typeof create>) => Template.fromStack(create(...args).stack);
const template = synthesize();

const only = (found: Readonly<Record<string, Resource>>): Resource['Properties'] => {
  expect(Object.keys(found)).toHaveLength(1);
  return Object.values(found)[0]?.Properties;
};
const distributionOf = (of: Template) => only(resources(of, 'AWS::CloudFront::Distribution')).DistributionConfig;
const headersOf = (of: Template) =>
  only(resources(of, 'AWS::CloudFront::ResponseHeadersPolicy')).ResponseHeadersPolicyConfig;
const policyOf = (of: Template): string =>
  headersOf(of).SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy;
const deployments = Object.values(resources(template, 'Custom::CDKBucketDeployment')).map(
  ({ Properties }) => Properties,
);

describe('the files of the console', () => {
  it('are in a bucket that nobody may read but the distribution, over TLS', () => {
    const bucket = only(resources(template, 'AWS::S3::Bucket'));
    expect(Object.values(bucket.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    expect(bucket.OwnershipControls.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    expect(bucket.BucketEncryption.ServerSideEncryptionConfiguration).toHaveLength(1);
    expect(bucket).not.toHaveProperty('WebsiteConfiguration');
    const { Statement: statements } = only(resources(template, 'AWS::S3::BucketPolicy')).PolicyDocument;
    const readers = statements.filter(
      ({ Effect, Action }: { readonly Effect: string; readonly Action: unknown }) =>
        Effect === 'Allow' && JSON.stringify(Action).includes('GetObject'),
    );
    expect(readers).toEqual([
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Resource: expect.anything(),
        Condition: { StringEquals: { 'AWS:SourceArn': expect.objectContaining({ 'Fn::Join': expect.anything() }) } },
      },
    ]);
    expect(statements).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  });

  // Another id is another distribution, with another address: people's links and the issuer's redirect URI would be wrong.
  it('keep the logical ids of what holds them and of what they are reached by', () => {
    const found = resources(template, 'AWS::S3::Bucket', 'AWS::CloudFront::Distribution');
    expect(Object.keys(found).sort()).toEqual(['ConsoleDistribution022D3262', 'ConsoleFiles2D43986C']);
  });

  it('go with the stack where tables do, and stay where they stay', () => {
    template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
    template.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
    const retained = synthesize('prod');
    retained.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
    retained.resourceCountIs('Custom::S3AutoDeleteObjects', 0);
  });

  it('are kept for a year where their names tell their content, and asked for again where they do not', () => {
    expect(
      deployments.map(({ DestinationBucketKeyPrefix, SystemMetadata }) => [DestinationBucketKeyPrefix, SystemMetadata]),
    ).toEqual([
      ['assets', { 'cache-control': 'public, max-age=31536000, immutable' }],
      [undefined, { 'cache-control': 'no-cache' }],
    ]);
  });

  it('never delete what another deployment has put there', () => {
    expect(deployments.map(({ Prune }) => Prune)).toEqual([false, false]);
  });

  it('are there before the page that loads them', () => {
    const named = Object.values(template.toJSON()['Resources']).find(
      (each) => (each as Resource).Properties?.SystemMetadata?.['cache-control'] === 'no-cache',
    ) as { readonly DependsOn: readonly string[] };
    expect(named.DependsOn).toContainEqual(expect.stringMatching(/ContentHashedCustomResource/));
  });

  it('come with addresses that only a deployment knows', () => {
    const markers = deployments.flatMap(({ SourceMarkers }) => SourceMarkers ?? []).map((each) => Object.values(each));
    expect(JSON.stringify(markers)).toContain('HttpApi');
    expect(JSON.stringify(markers)).toContain('SocketApi');
  });
});

describe('the distribution of the console', () => {
  it('signs what it asks the bucket for, and has no other origin', () => {
    const { Origins } = distributionOf(template);
    expect(Origins).toEqual([
      expect.objectContaining({
        OriginAccessControlId: expect.anything(),
        S3OriginConfig: { OriginAccessIdentity: '' },
      }),
    ]);
    template.hasResourceProperties('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: { SigningBehavior: 'always', SigningProtocol: 'sigv4' },
    });
  });

  it('speaks HTTP/2 and 3 over TLS, compresses, and takes GET and HEAD only', () => {
    const { HttpVersion, DefaultCacheBehavior, CacheBehaviors, DefaultRootObject } = distributionOf(template);
    expect(HttpVersion).toBe('http2and3');
    expect(DefaultRootObject).toBe('index.html');
    expect(DefaultCacheBehavior).toMatchObject({
      ViewerProtocolPolicy: 'redirect-to-https',
      Compress: true,
      ResponseHeadersPolicyId: { Ref: expect.stringMatching(/^ConsoleHeaders/) },
    });
    expect(DefaultCacheBehavior).not.toHaveProperty('AllowedMethods');
    expect(CacheBehaviors).toBeUndefined();
  });

  it('stands behind the web ACL of an environment that has one', () => {
    const walled = synthesize('prod', {}, { webAcl: WEB_ACL });
    const acls = Object.values(resources(walled, 'AWS::CloudFront::Distribution')).map(
      ({ Properties }) => Properties.DistributionConfig.WebACLId,
    );
    expect(acls).toEqual([WEB_ACL, WEB_ACL]);
    expect(distributionOf(template)).not.toHaveProperty('WebACLId');
  });

  it('has the domain that an environment gives it, over TLS 1.2 at least', () => {
    const domain = { domainName: 'console.example.com', certificate: CERTIFICATE };
    const own = synthesize('prod', domain);
    expect(distributionOf(own)).toMatchObject({
      Aliases: ['console.example.com'],
      ViewerCertificate: {
        AcmCertificateArn: CERTIFICATE,
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
    });
    expect(own.toJSON()['Outputs'].ConsoleUrl.Value).toBe('https://console.example.com/');
  });
});

describe('the headers of the console', () => {
  it('let no page frame it, no script in but its own, and nothing inline', () => {
    const policy = new Map(
      policyOf(template)
        .split('; ')
        .map((directive) => {
          const [name = '', ...sources] = directive.split(' ');
          return [name, sources.join(' ')];
        }),
    );
    expect(Object.fromEntries(policy)).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' data:",
      'font-src': "'self'",
      'connect-src': "'self' https: wss:",
      'frame-ancestors': "'none'",
      'base-uri': "'none'",
      'form-action': "'none'",
    });
  });

  it('say what else a browser must not do', () => {
    const { SecurityHeadersConfig, CustomHeadersConfig } = headersOf(template);
    expect(SecurityHeadersConfig).toMatchObject({
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY' },
      ReferrerPolicy: { ReferrerPolicy: 'no-referrer' },
      StrictTransportSecurity: { AccessControlMaxAgeSec: 63_072_000 },
    });
    const names = CustomHeadersConfig.Items.map(({ Header }: { readonly Header: string }) => Header);
    expect(names).toEqual(['cross-origin-opener-policy', 'cross-origin-resource-policy', 'permissions-policy']);
  });

  it('let it connect without TLS where the issuer has none, which is on the own machine', () => {
    const [environment] = selectEnvironments({ environment: 'dev', issuer: 'http://127.0.0.1:4102' });
    const local = synthesize('dev', {}, { issuers: environment?.issuers ?? [] });
    expect(policyOf(local)).toContain("connect-src 'self' https: wss: http://127.0.0.1:* ws://127.0.0.1:*;");
  });
});

describe('the origin of the console', () => {
  const socketOrigins = (of: Template) =>
    Object.values(resources(of, 'AWS::Lambda::Function')).find(({ Properties }) =>
      Properties.FunctionName?.endsWith('-authorize-socket'),
    )?.Properties.Environment.Variables[VARIABLES.allowedOrigins];

  it('is let in by both APIs', () => {
    const pre = synthesize('pre-prod');
    expect(JSON.stringify(socketOrigins(pre))).toContain('ConsoleDistribution');
    const [cors] = Object.values(resources(pre, 'AWS::ApiGatewayV2::Api'))
      .map(({ Properties }) => Properties.CorsConfiguration)
      .filter((each) => each !== undefined);
    expect(cors.AllowOrigins).toEqual([
      'https://app.pre-prod.example.com',
      {
        'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [expect.stringMatching(/^ConsoleDistribution/), 'DomainName'] }]],
      },
    ]);
  });

  it('makes no circle: neither distribution nor headers nor bucket know an API', () => {
    // CDK's assertions look for circles when they read a template.
    const known = resources(
      synthesize('pre-prod', {}, { webAcl: undefined }),
      'AWS::CloudFront::Distribution',
      'AWS::CloudFront::ResponseHeadersPolicy',
      'AWS::S3::Bucket',
      'AWS::S3::BucketPolicy',
    );
    expect(JSON.stringify(known)).not.toMatch(/HttpApi|SocketApi/);
  });
});

describe('an environment without a console', () => {
  const without = Template.fromStack(createApp('dev').stack);

  it.each(['AWS::S3::Bucket', 'AWS::CloudFront::Distribution', 'Custom::CDKBucketDeployment'])('has no %s', (type) => {
    without.resourceCountIs(type, 0);
  });

  it('has no address of one', () => {
    expect(without.toJSON()['Outputs'].ConsoleUrl).toBeUndefined();
    without.hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: Match.anyValue() });
  });
});

describe('a console that has not been built', () => {
  const build = (folder: string) => () => {
    const [environment] = selectEnvironments({ environment: 'dev' });
    if (environment === undefined) throw new Error('no dev');
    new TidingsStack(new App(), 'tidings-dev', {
      environment: { ...environment, console: { clientId: 'the-console' } },
      bundlesFolder,
      schemasFolder: schemasOf('bank'),
      consoleFolder: folder,
    });
  };

  it('is refused, and the message says how to build it', () => {
    const nowhere = path.join(consoleFolder, 'nowhere');
    expect(build(nowhere)).toThrow(`${nowhere}: found no index.html, expected the console. Make it with npm run build`);
  });

  it('is refused where the page has no place for its policy', () => {
    const folder = mkdtempSync(`${consoleFolder}-`);
    mkdirSync(path.join(folder, 'assets'));
    writeFileSync(path.join(folder, 'index.html'), '<!doctype html>');
    expect(build(folder)).toThrow(`${folder}/index.html: expected <meta charset="utf-8"> in it, once`);
  });
});
