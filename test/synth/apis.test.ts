import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../lib/operations.ts';
import { createApp, resources, synthesize } from './synthesize.ts';

const template = synthesize();

const routes = Object.values(resources(template, 'AWS::ApiGatewayV2::Route')).map(({ Properties }) => Properties);

describe('routes', () => {
  it('are those that README and PROTOCOL name', () => {
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual([
      '$connect',
      '$default',
      '$disconnect',
      'DELETE /subscriptions/{name}',
      'GET /asyncapi.json',
      'GET /events',
      'GET /events/{id+}',
      'GET /openapi.json',
      'GET /operations/dead-letters',
      'GET /operations/health',
      'GET /operations/metrics',
      'GET /subscriptions',
      'GET /subscriptions/{name}',
      'GET /subscriptions/{name}/events',
      'PATCH /subscriptions/{name}',
      'POST /events',
      'POST /operations/dead-letters/redrive',
      'POST /subscriptions',
      'POST /subscriptions/{name}/ack',
    ]);
  });

  it.each([
    ['/subscriptions', 'ManageSubscriptionsFunction'],
    ['/operations', 'OperateHubFunction'],
  ])('lead everything below %s to one function, and nothing else', (path, name) => {
    const integrations = Object.entries(resources(template, 'AWS::ApiGatewayV2::Integration'));
    const [id] = integrations.find(([, { Properties }]) =>
      JSON.stringify(Properties.IntegrationUri).includes(name),
    ) ?? [''];
    const led = routes
      .filter(({ Target }) => JSON.stringify(Target).includes(`"${id}"`))
      .map(({ RouteKey }) => RouteKey);
    expect(led.sort()).toEqual(
      routes
        .map(({ RouteKey }) => RouteKey)
        .filter((key) => key.includes(path))
        .sort(),
    );
  });

  it('of descriptions are left out, with their function, where an environment wants them closed', () => {
    const { stack } = createApp('dev', undefined, undefined, { servesDescriptions: false });
    const closed = Template.fromStack(stack);
    const keys = Object.values(resources(closed, 'AWS::ApiGatewayV2::Route')).map(
      ({ Properties }) => Properties.RouteKey,
    );
    const kept = routes.map(({ RouteKey }) => RouteKey).filter((key) => !key.endsWith('.json'));
    expect(keys.sort()).toEqual(kept.sort());
    closed.resourceCountIs('AWS::Lambda::Function', 8);
  });

  it('speak payload format 2.0 to the functions behind HTTP', () => {
    const integrations = Object.values(resources(template, 'AWS::ApiGatewayV2::Integration'));
    const formats = integrations.map(({ Properties }) => Properties.PayloadFormatVersion).filter(Boolean);
    expect(formats).toEqual(['2.0', '2.0', '2.0', '2.0', '2.0']);
    expect(integrations.every(({ Properties }) => Properties.IntegrationType === 'AWS_PROXY')).toBe(true);
  });

  it('let an API, and nobody else, call the functions behind them', () => {
    template.allResourcesProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn: Match.anyValue(),
    });
  });
});

describe('the WebSocket API', () => {
  it('chooses routes by the action of a message', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.action',
    });
  });

  it('authorizes $connect by the authorizer function', () => {
    template.resourceCountIs('AWS::ApiGatewayV2::Authorizer', 1);
    const [authorizer] = Object.keys(resources(template, 'AWS::ApiGatewayV2::Authorizer'));
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', {
      RouteKey: '$connect',
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: authorizer },
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'REQUEST',
      AuthorizerUri: {
        'Fn::Join': [
          '',
          Match.arrayWith([{ 'Fn::GetAtt': [Match.stringLikeRegexp('^AuthorizeSocketFunction'), 'Arn'] }]),
        ],
      },
    });
  });

  it('asks the authorizer whichever header the token is in: it lists no identity source', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', { IdentitySource: Match.absent() });
  });

  it('is at the stage v1', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', { StageName: 'v1', AutoDeploy: true });
  });

  it('gets its log role before its stage', () => {
    const [account] = Object.keys(resources(template, 'AWS::ApiGateway::Account'));
    template.hasResource('AWS::ApiGatewayV2::Stage', {
      Properties: { StageName: 'v1' },
      DependsOn: Match.arrayWith([account]),
    });
  });

  it('leaves the log role of the account in place when the stack goes', () => {
    template.allResources('AWS::ApiGateway::Account', { DeletionPolicy: 'Retain' });
  });
});

describe('the HTTP API', () => {
  it('is at the root', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', { StageName: '$default', AutoDeploy: true });
  });

  it('lets any page in where the allowed origins hold a pattern', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: { AllowOrigins: ['*'] } });
  });

  it('lets only the allowed origins in where they are exact', () => {
    synthesize('prod').hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: { AllowOrigins: ['https://app.example.com'], AllowCredentials: Match.absent() },
    });
  });

  it('lets pages send a token and an event in binary mode, and manage subscriptions', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: {
        AllowHeaders: Match.arrayWith(['authorization', 'content-type', 'ce-specversion', 'ce-tenantid', 'ce-roleids']),
        AllowMethods: ['GET', 'POST', 'PATCH', 'DELETE', 'OPTIONS'],
      },
    });
  });
});

describe('stages', () => {
  const stages = Object.values(resources(template, 'AWS::ApiGatewayV2::Stage')).map(({ Properties }) => Properties);

  const settings = (of: typeof template) =>
    Object.values(resources(of, 'AWS::ApiGatewayV2::Stage')).map(({ Properties }) => [
      Properties.DefaultRouteSettings,
      Properties.RouteSettings,
    ]);
  const rate = (ThrottlingRateLimit: number, ThrottlingBurstLimit: number) => ({
    ThrottlingRateLimit,
    ThrottlingBurstLimit,
  });
  const descriptions = { 'GET /openapi.json': rate(20, 40), 'GET /asyncapi.json': rate(20, 40) };

  it('are throttled; descriptions and new sockets have throttles of their own', () => {
    expect(settings(template)).toEqual([
      [rate(2000, 1000), descriptions],
      [rate(2000, 1000), { $connect: rate(500, 500) }],
    ]);
  });

  it('are throttled as the environment says', () => {
    const limits = { ...DEFAULT_LIMITS, requestsPerSecond: 5, requestBurst: 6, messagesPerSecond: 7, messageBurst: 8 };
    const { stack } = createApp('dev', undefined, undefined, { limits });
    expect(settings(Template.fromStack(stack))).toEqual([
      [rate(5, 6), descriptions],
      [rate(7, 8), { $connect: rate(7, 8) }],
    ]);
  });

  it('come after the routes that they have settings for', () => {
    const found = Object.values(resources(template, 'AWS::ApiGatewayV2::Stage'));
    const dependencies = found.map((stage) => JSON.stringify((stage as { DependsOn?: unknown }).DependsOn));
    expect(dependencies).toEqual([
      expect.stringMatching(/asyncapijson.*openapijson/),
      expect.stringMatching(/connectRoute/),
    ]);
  });

  it('write one line of JSON per request, with the id of the request', () => {
    for (const { AccessLogSettings } of stages) {
      expect(JSON.parse(AccessLogSettings.Format)).toMatchObject({ requestId: '$context.requestId' });
      expect(AccessLogSettings.DestinationArn).toBeDefined();
    }
  });

  it('log neither headers, query strings, paths nor what an authorizer returned', () => {
    const logged = stages.flatMap(({ AccessLogSettings }) =>
      Object.values<string>(JSON.parse(AccessLogSettings.Format)),
    );
    const allowed =
      /^\$context\.(requestId|requestTime|routeKey|status|responseLatency|responseLength|connectionId|eventType|identity\.sourceIp|error\.message|integrationErrorMessage)$/;
    expect(logged.filter((variable) => !allowed.test(variable))).toEqual([]);
  });
});
