import { type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  CfnAuthorizer,
  type IWebSocketRouteAuthorizer,
  WebSocketApi,
  type WebSocketRouteAuthorizerBindOptions,
  type WebSocketRouteAuthorizerConfig,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Policy, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { AccessLog } from './access-log.ts';
import { acknowledgeWildcard } from './acknowledge-wildcard.ts';
import type { HubFunction } from './hub-function.ts';
import type { HubKey } from './hub-key.ts';
import { type Throttle, throttleRoute } from './throttle.ts';

/** Name of the stage, and so the path that sockets connect to. */
export const STAGE = 'v1';

/**
 * New sockets a second. Each takes an authorizer and writes, so a storm of them must leave room for the messages of those
 * that are open; and an account has no more. Source: API Gateway developer guide, "Quotas for configuring and running a
 * WebSocket API": new connections per second per account, 500.
 */
const CONNECTS_PER_SECOND = 500;

export interface SocketApiProps {
  /** Messages over all sockets. */
  readonly throttle: Throttle;
  /** Encrypts the log. @default a key of AWS */
  readonly logKey?: HubKey | undefined;
  readonly logRetention: RetentionDays;
  readonly logRemovalPolicy: RemovalPolicy;
}

/** The WebSocket API. */
export class SocketApi extends Construct {
  readonly #api: WebSocketApi;
  readonly #throttle: Throttle;
  readonly stage: WebSocketStage;

  constructor(scope: Construct, id: string, props: SocketApiProps) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    this.#throttle = props.throttle;
    this.#api = new WebSocketApi(this, 'Api', {
      apiName: `${stackName}-sockets`,
      description: 'Tidings: live events',
      routeSelectionExpression: '$request.body.action',
    });
    const accessLog = new AccessLog(this, 'AccessLog', {
      name: `${stackName}/socket-api`,
      key: props.logKey,
      retention: props.logRetention,
      removalPolicy: props.logRemovalPolicy,
      fields: {
        requestId: '$context.requestId',
        time: '$context.requestTime',
        connection: '$context.connectionId',
        event: '$context.eventType',
        route: '$context.routeKey',
        status: '$context.status',
        ip: '$context.identity.sourceIp',
        error: '$context.error.message',
        integrationError: '$context.integrationErrorMessage',
      },
    });
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.#api,
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

  /** `wss://…/v1`: where sockets connect. Its `@connections` live at the same place over https. */
  get url(): string {
    return `${this.#api.apiEndpoint}/${STAGE}`;
  }

  /** Where sockets are posted to, looked after and closed, with credentials of AWS. */
  get connectionsUrl(): string {
    return `https://${this.domain}/${STAGE}`;
  }

  /** Sends every route to the function. Only `$connect` is authorized: the others belong to a socket that was. */
  route(handler: HubFunction, authorizer: HubFunction): void {
    const integration = new WebSocketLambdaIntegration('SocketIntegration', handler.lambda);
    const connect = this.#api.addRoute('$connect', { integration, authorizer: new ConnectAuthorizer(authorizer) });
    throttleRoute(this.stage, '$connect', connect, {
      perSecond: Math.min(CONNECTS_PER_SECOND, this.#throttle.perSecond),
      burst: Math.min(CONNECTS_PER_SECOND, this.#throttle.burst),
    });
    for (const key of ['$disconnect', '$default']) {
      Validations.of(this.#api.addRoute(key, { integration })).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'API Gateway authorizes the connection at $connect, and lets no other route have an authorizer.',
      });
    }
  }

  /** Sending to sockets. */
  grantPost(grantee: HubFunction): void {
    this.#grantConnections(grantee, ['POST']);
  }

  /** Sending to sockets, seeing whether they are open, and closing them. */
  grantManage(grantee: HubFunction): void {
    this.#grantConnections(grantee, ['POST', 'GET', 'DELETE']);
  }

  /** A policy of its own, so that what is acknowledged for it cannot cover anything else that the function may do. */
  #grantConnections(grantee: HubFunction, methods: readonly ('POST' | 'GET' | 'DELETE')[]): void {
    const policy = new Policy(grantee, 'Connections', { roles: [grantee.role] });
    const resources = methods.map((method) =>
      Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.#api.apiId,
        resourceName: `${STAGE}/${method}/@connections/*`,
      }),
    );
    policy.addStatements(new PolicyStatement({ actions: ['execute-api:ManageConnections'], resources }));
    for (const resource of resources) {
      acknowledgeWildcard(policy, resource, 'The wildcard is the id of a connection, which no policy can know.');
    }
  }
}

/**
 * A REQUEST authorizer without identity sources. A token comes in `Authorization` or in `Sec-WebSocket-Protocol`, and
 * API Gateway refuses a request that lacks any listed source before it asks the authorizer. The CDK's own authorizer
 * always lists one.
 */
class ConnectAuthorizer implements IWebSocketRouteAuthorizer {
  readonly #handler: HubFunction;

  constructor(handler: HubFunction) {
    this.#handler = handler;
  }

  bind({ route, scope }: WebSocketRouteAuthorizerBindOptions): WebSocketRouteAuthorizerConfig {
    const stack = Stack.of(scope);
    const { apiId } = route.webSocketApi;
    const { functionArn } = this.#handler.lambda;
    const authorizer = new CfnAuthorizer(scope, 'ConnectAuthorizer', {
      apiId,
      name: 'token',
      authorizerType: 'REQUEST',
      authorizerUri: `arn:${stack.partition}:apigateway:${stack.region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
    });
    this.#handler.lambda.addPermission('ConnectAuthorizerPermission', {
      scope,
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: stack.formatArn({
        service: 'execute-api',
        resource: apiId,
        resourceName: `authorizers/${authorizer.ref}`,
      }),
    });
    return { authorizationType: 'CUSTOM', authorizerId: authorizer.ref };
  }
}
