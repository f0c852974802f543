import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { FRONT_DOOR_HEADER, VARIABLES, type VariableName } from '../../lambdas/variables.ts';
import type { HttpApi } from './http-api.ts';
import { type SocketApi, STAGE } from './socket-api.ts';

/**
 * What CloudFront would keep for ten seconds and give to everybody who asks for the same path, whatever tenant they are
 * of: no cache policy and no `no-store` prevents it. Source: CloudFront developer guide, "Control how long CloudFront
 * caches errors"; other errors it keeps only where they do not say `no-store`, as the functions' do.
 */
const KEPT_ERRORS = [500, 502, 503, 504];

export interface FrontDoorProps {
  /** ARN of a web ACL of the scope CLOUDFRONT. */
  readonly webAcl: string;
  readonly httpApi: HttpApi;
  readonly socketApi: SocketApi;
}

/**
 * A CloudFront distribution with a firewall before both APIs, because AWS WAF knows neither HTTP APIs nor WebSocket APIs.
 * Source: AWS WAF developer guide, "Resources that you can protect with AWS WAF". Who comes to an API directly lacks a
 * header that the distribution adds, and is refused.
 */
export class FrontDoor extends Construct {
  readonly #domain: string;
  /** What a function needs that is to tell what came by here. */
  readonly variables: Readonly<Partial<Record<VariableName, string>>>;

  constructor(scope: Construct, id: string, { webAcl, httpApi, socketApi }: FrontDoorProps) {
    super(scope, id);
    const secret = new Secret(this, 'Secret', {
      description: 'Tells the functions which requests came through the firewall; opens nothing else',
      generateSecretString: { passwordLength: 48, excludePunctuation: true, includeSpace: false },
      // A new hub makes a new one.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'It is in the settings of the distribution and of functions, which a rotation would not reach.',
    });
    // A reference that CloudFormation resolves: the value is in no template.
    const value = secret.secretValue.unsafeUnwrap();
    this.variables = { [VARIABLES.frontDoorSecret]: value };
    const distribution = new Distribution(this, 'Distribution', {
      comment: 'Tidings: both APIs, behind a firewall',
      webAclId: webAcl,
      httpVersion: HttpVersion.HTTP2_AND_3,
      errorResponses: KEPT_ERRORS.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
      defaultBehavior: passOn(httpApi.domain, value),
      additionalBehaviors: { [`/${STAGE}`]: passOn(socketApi.domain, value) },
    });
    this.#domain = distribution.distributionDomainName;
    Validations.of(distribution).acknowledge(
      {
        id: 'AwsSolutions-CFR1',
        reason: 'Which countries may come in is for the web ACL to say.',
      },
      {
        id: 'AwsSolutions-CFR3',
        reason: 'Both APIs write access logs, and the web ACL can log what it refuses.',
      },
      {
        id: 'AwsSolutions-CFR4',
        reason:
          'The domain is that of CloudFront, whose certificate settles the protocol; a hub has no domain of its own.',
      },
    );
  }

  /** Base URL of the HTTP API, without a slash at the end. */
  get apiUrl(): string {
    return `https://${this.#domain}`;
  }

  /** Where sockets connect. */
  get socketUrl(): string {
    return `wss://${this.#domain}/${STAGE}`;
  }
}

/**
 * Everything as it came, uncached, but for the host, by which API Gateway finds an API. That includes what a WebSocket
 * handshake needs. Source: CloudFront developer guide, "Use WebSockets with CloudFront distributions" and "Use managed
 * origin request policies", AllViewerExceptHostHeader. A viewer's header of the same name is overwritten: "Add custom
 * headers to origin requests".
 */
function passOn(domain: string, secret: string): BehaviorOptions {
  return {
    origin: new HttpOrigin(domain, {
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [OriginSslPolicy.TLS_V1_2],
      customHeaders: { [FRONT_DOOR_HEADER]: secret },
    }),
    allowedMethods: AllowedMethods.ALLOW_ALL,
    cachePolicy: CachePolicy.CACHING_DISABLED,
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
  };
}
