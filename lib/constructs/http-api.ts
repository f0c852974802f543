import { Duration, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  HttpApi as Api,
  CorsHttpMethod,
  type CorsPreflightOptions,
  type HttpMethod,
  HttpStage,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type AllowedOrigin, FRONT_DOOR_HEADER } from '../../lambdas/variables.ts';
import { AccessLog } from './access-log.ts';
import type { HubFunction } from './hub-function.ts';
import type { HubKey } from './hub-key.ts';
import { type Throttle, throttleRoute } from './throttle.ts';

/**
 * Headers that a page may send: the token, the content type, the attributes of an event in binary mode, and trace
 * context.
 */
const REQUEST_HEADERS = [
  'authorization',
  'content-type',
  'if-none-match',
  'ce-specversion',
  'ce-id',
  'ce-source',
  'ce-type',
  'ce-subject',
  'ce-time',
  'ce-dataschema',
  'ce-tenantid',
  'ce-organizationids',
  'ce-userids',
  'ce-roleids',
  'ce-actorid',
  'ce-correlationid',
  'ce-causationid',
  'ce-traceparent',
  'ce-tracestate',
  'traceparent',
  'tracestate',
];

/**
 * Headers that a page may read: why a token was refused, when to come back, which description it has, and the id that
 * the access log has.
 */
const RESPONSE_HEADERS = ['www-authenticate', 'retry-after', 'etag', 'apigw-requestid'];

/** The one that needs no path of its own. */
const STAGE = '$default';

export interface HttpApiProps {
  /** Over all callers and routes but those that have a throttle of their own. */
  readonly throttle: Throttle;
  readonly allowedOrigins: readonly AllowedOrigin[];
  /** Encrypts the log. @default a key of AWS */
  readonly logKey?: HubKey | undefined;
  readonly logRetention: RetentionDays;
  readonly logRemovalPolicy: RemovalPolicy;
}

/**
 * The HTTP API. It has no authorizer: the functions verify tokens themselves, because a refusal must be a problem
 * document that says what was wrong, and an authorizer's is not.
 */
export class HttpApi extends Construct {
  readonly #api: Api;
  readonly #stage: HttpStage;
  #authorizer: HttpLambdaAuthorizer | undefined;

  constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    const corsPreflight = cors(props.allowedOrigins);
    this.#api = new Api(this, 'Api', {
      apiName: stackName,
      description: 'Tidings: events in and out over HTTP',
      createDefaultStage: false,
      ...(corsPreflight && { corsPreflight }),
    });
    const accessLog = new AccessLog(this, 'AccessLog', {
      name: `${stackName}/http-api`,
      key: props.logKey,
      retention: props.logRetention,
      removalPolicy: props.logRemovalPolicy,
      fields: {
        requestId: '$context.requestId',
        time: '$context.requestTime',
        route: '$context.routeKey',
        status: '$context.status',
        milliseconds: '$context.responseLatency',
        bytes: '$context.responseLength',
        ip: '$context.identity.sourceIp',
        error: '$context.error.message',
        integrationError: '$context.integrationErrorMessage',
      },
    });
    this.#stage = new HttpStage(this, 'Stage', {
      httpApi: this.#api,
      stageName: STAGE,
      autoDeploy: true,
      throttle: { rateLimit: props.throttle.perSecond, burstLimit: props.throttle.burst },
      accessLogSettings: accessLog.settings,
    });
  }

  get id(): string {
    return this.#api.apiId;
  }

  get stageName(): string {
    return STAGE;
  }

  /** Without a scheme. */
  get domain(): string {
    return `${this.#api.apiId}.execute-api.${Stack.of(this).region}.${Stack.of(this).urlSuffix}`;
  }

  /** Base URL, without a slash at the end. */
  get url(): string {
    return this.#api.apiEndpoint;
  }

  /**
   * Lets through what has the header of the front door with the right value, on all routes that are made from now on. API
   * Gateway asks once per value and five minutes, refuses by itself what has no such header, and answers a page's preflight
   * request without asking. Source: API Gateway developer guide, "Control access to HTTP APIs with Lambda authorizers".
   */
  admitByFrontDoor(authorizer: HubFunction): void {
    this.#authorizer = new HttpLambdaAuthorizer('FrontDoorAuthorizer', authorizer.lambda, {
      authorizerName: 'front-door',
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      identitySource: [`$request.header.${FRONT_DOOR_HEADER}`],
      resultsCacheTtl: Duration.minutes(5),
    });
  }

  /**
   * Routes these methods of paths to the function, as events of payload format 2.0.
   * @param throttle of each of these routes by itself
   */
  route(
    handler: HubFunction,
    methodsOfPaths: Readonly<Record<string, readonly HttpMethod[]>>,
    throttle?: Throttle,
  ): void {
    const integration = new HttpLambdaIntegration(`${handler.node.id}Integration`, handler.lambda, {
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
    });
    for (const [path, methods] of Object.entries(methodsOfPaths)) {
      const routes = this.#api.addRoutes({
        path,
        methods: [...methods],
        integration,
        ...(this.#authorizer !== undefined && { authorizer: this.#authorizer }),
      });
      for (const [index, route] of routes.entries()) {
        if (throttle !== undefined) throttleRoute(this.#stage, `${methods[index]} ${path}`, route, throttle);

        Validations.of(route).acknowledge({
          id: 'AwsSolutions-APIG4',
          reason:
            'The function verifies the token itself, so that a refusal is a problem document saying what is wrong; ' +
            'or it serves descriptions, which are for everybody.',
        });
      }
    }
  }
}

/**
 * API Gateway compares origins as text and knows no port but an exact one, so a list with `http://localhost:*` or
 * `null` in it becomes `*`. Nothing is lost by that: tokens are never sent by a browser on its own, as cookies are.
 */
function cors(origins: readonly AllowedOrigin[]): CorsPreflightOptions | undefined {
  if (origins.length === 0) return undefined;
  const exact = origins.every((origin) => origin !== 'null' && !origin.endsWith(':*'));
  return {
    allowOrigins: exact ? [...origins] : ['*'],
    allowMethods: [
      CorsHttpMethod.GET,
      CorsHttpMethod.POST,
      CorsHttpMethod.PATCH,
      CorsHttpMethod.DELETE,
      CorsHttpMethod.OPTIONS,
    ],
    allowHeaders: REQUEST_HEADERS,
    exposeHeaders: RESPONSE_HEADERS,
    maxAge: Duration.hours(1),
  };
}
