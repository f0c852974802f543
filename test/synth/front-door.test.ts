import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { FRONT_DOOR_HEADER, VARIABLES } from '../../lambdas/variables.ts';
import { createApp, resources, synthesize } from './synthesize.ts';

const WEB_ACL = 'arn:aws:wafv2:us-east-1:333333333333:global/webacl/hub/1234abcd-12ab-34cd-56ef-1234567890ab';

const create = () => createApp('prod', undefined, undefined, { webAcl: WEB_ACL });
const template = Template.fromStack(create().stack);
const [secret] = Object.keys(resources(template, 'AWS::SecretsManager::Secret'));
const [distribution] = Object.values(resources(template, 'AWS::CloudFront::Distribution'));
const config = distribution?.Properties.DistributionConfig;
/** A reference that CloudFormation resolves while it deploys. */
const SECRET = { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: secret }, ':SecretString:::}}']] };

const variablesOf = (name: string): Readonly<Record<string, unknown>> =>
  Object.values(resources(template, 'AWS::Lambda::Function')).find(
    ({ Properties }) => Properties.FunctionName === `tidings-prod-${name}`,
  )?.Properties.Environment.Variables;

describe('a firewall', () => {
  it('is before one distribution, which leads to both APIs', () => {
    template.resourceCountIs('AWS::CloudFront::Distribution', 1);
    expect(config.WebACLId).toBe(WEB_ACL);
    const originOf = (behavior: { readonly TargetOriginId: string }): string =>
      JSON.stringify(
        config.Origins.find(({ Id }: { readonly Id: string }) => Id === behavior.TargetOriginId).DomainName,
      );
    expect(originOf(config.DefaultCacheBehavior)).toContain('HttpApi');
    expect(config.CacheBehaviors.map(({ PathPattern }: { readonly PathPattern: string }) => PathPattern)).toEqual([
      '/v1',
    ]);
    expect(originOf(config.CacheBehaviors[0])).toContain('SocketApi');
  });

  it('passes on every method and header but the host, over TLS 1.2, and caches nothing', () => {
    for (const behavior of [config.DefaultCacheBehavior, ...config.CacheBehaviors]) {
      expect(behavior.ViewerProtocolPolicy).toBe('https-only');
      expect(behavior.AllowedMethods).toContain('PATCH');
      // The ids of the managed policies CachingDisabled and AllViewerExceptHostHeader.
      expect(behavior.CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');
      expect(behavior.OriginRequestPolicyId).toBe('b689b0a8-53d0-40ab-baf2-68738e2966ac');
    }
    for (const origin of config.Origins) {
      expect(origin.CustomOriginConfig).toMatchObject({
        OriginProtocolPolicy: 'https-only',
        OriginSSLProtocols: ['TLSv1.2'],
      });
    }
  });

  it('keeps no failure for the next caller, who may be of another tenant', () => {
    expect(config.CustomErrorResponses).toEqual(
      [500, 502, 503, 504].map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })),
    );
  });

  it('cannot be walked around: every route of the HTTP API takes the header that the distribution adds', () => {
    expect(
      config.Origins.map(({ OriginCustomHeaders }: { readonly OriginCustomHeaders: unknown }) => OriginCustomHeaders),
    ).toEqual(Array(2).fill([{ HeaderName: FRONT_DOOR_HEADER, HeaderValue: SECRET }]));
    const routes = Object.values(resources(template, 'AWS::ApiGatewayV2::Route')).map(({ Properties }) => Properties);
    const open = routes.filter(
      ({ RouteKey, AuthorizationType }) => !RouteKey.startsWith('$') && AuthorizationType !== 'CUSTOM',
    );
    expect(open).toEqual([]);
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      IdentitySource: [`$request.header.${FRONT_DOOR_HEADER}`],
      AuthorizerResultTtlInSeconds: 300,
      AuthorizerUri: Match.objectLike({}),
    });
    expect(variablesOf('check-front-door')[VARIABLES.frontDoorSecret]).toEqual(SECRET);
  });

  it('cannot be walked around by sockets: their authorizer knows the secret', () => {
    expect(variablesOf('authorize-socket')[VARIABLES.frontDoorSecret]).toEqual(SECRET);
  });

  it('keeps its secret from templates and outputs, and makes it long', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { PasswordLength: 48, ExcludePunctuation: true },
      SecretString: Match.absent(),
    });
    expect(JSON.stringify(template.toJSON()['Outputs'])).not.toContain('secretsmanager');
  });

  it('is what clients are told of; the functions post to sockets directly', () => {
    const { Outputs } = template.toJSON();
    for (const name of ['ApiUrl', 'SocketUrl']) {
      expect(JSON.stringify(Outputs[name].Value)).toContain('FrontDoorDistribution');
    }
    for (const name of ['fan-out', 'socket']) {
      expect(JSON.stringify(variablesOf(name)[VARIABLES.apiUrl])).toContain('FrontDoorDistribution');
      expect(JSON.stringify(variablesOf(name)[VARIABLES.socketEndpoint])).toContain('SocketApi');
    }
    expect(JSON.stringify(variablesOf('describe-api')[VARIABLES.socketEndpoint])).toContain('FrontDoorDistribution');
  });

  it('is not in the way of who looks after sockets with credentials of AWS', () => {
    const { Outputs } = template.toJSON();
    expect(JSON.stringify(Outputs.ConnectionsUrl.Value)).toMatch(/https:.*SocketApi.*\/v1/);
    expect(synthesize('prod').toJSON()['Outputs'].ConnectionsUrl).toBeUndefined();
  });

  it('leaves cdk-nag no finding that is not acknowledged', () => {
    const { app } = create();
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });

  it('is not there where an environment has none', () => {
    const without = synthesize('prod');
    for (const type of ['AWS::CloudFront::Distribution', 'AWS::SecretsManager::Secret'])
      without.resourceCountIs(type, 0);
    without.resourceCountIs('AWS::ApiGatewayV2::Authorizer', 1);
  });
});
