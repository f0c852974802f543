import { type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  CachePolicy,
  Distribution,
  HttpVersion,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Environment } from '../environment.ts';
import { ConsoleContent, type HubAddresses } from './console-content.ts';
import { ConsoleHeaders } from './console-headers.ts';
import type { HubKey } from './hub-key.ts';

export interface ConsoleSiteProps {
  readonly environment: Environment;
  readonly options: NonNullable<Environment['console']>;
  /** What `npm run build` has made of `console/`. */
  readonly folder: string;
  readonly removalPolicy: RemovalPolicy;
  /** Encrypts the log of what puts the files there. @default a key of AWS */
  readonly logKey?: HubKey | undefined;
  readonly logRetention: RetentionDays;
}

/**
 * The console: files in a bucket that one distribution may read and nobody else.
 *
 * The HTTP API lets pages of {@link origin} in, so the distribution must be there before the API. It therefore knows
 * nothing of the hub; what the page must know is in the files, which {@link deploy} puts there afterwards.
 */
export class ConsoleSite extends Construct {
  readonly #props: ConsoleSiteProps;
  readonly #bucket: IBucket;
  /** As browsers write it into `Origin`. */
  readonly origin: string;

  constructor(scope: Construct, id: string, props: ConsoleSiteProps) {
    super(scope, id);
    this.#props = props;
    const { environment, options, removalPolicy } = props;
    const bucket = new Bucket(this, 'Files', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // The files are for everybody who has the address, so a key of one's own would protect nothing.
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // No versions: every deployment, and every rollback of one, puts all files there again.
      versioned: false,
      removalPolicy,
      autoDeleteObjects: environment.removalPolicy === 'destroy',
    });
    // The CDK's types disagree where `exactOptionalPropertyTypes` is on.
    this.#bucket = bucket as IBucket;
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'It holds a page without any data, and only the distribution may read it.',
    });
    const distribution = this.#distribute();
    this.origin = `https://${options.domainName ?? distribution.distributionDomainName}`;
  }

  /** What people open. The issuer knows it as redirect URI. */
  get url(): string {
    return `${this.origin}/`;
  }

  /** Puts the files there, and tells the page where its hub is. */
  deploy(hub: HubAddresses): void {
    const { environment, options, folder, removalPolicy, logKey, logRetention } = this.#props;
    new ConsoleContent(this, 'Content', {
      environment,
      options,
      folder,
      hub,
      bucket: this.#bucket,
      log: { removalPolicy, retention: logRetention, key: logKey },
    });
  }

  #distribute(): Distribution {
    const { environment, options } = this.#props;
    const { domainName, certificate } = options;
    const distribution = new Distribution(this, 'Distribution', {
      comment: `Tidings: the console of ${Stack.of(this).stackName}`,
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...(environment.webAcl !== undefined && { webAclId: environment.webAcl }),
      ...(domainName !== undefined &&
        certificate !== undefined && {
          domainNames: [domainName],
          certificate: Certificate.fromCertificateArn(this, 'Certificate', certificate),
          minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
        }),
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.#bucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        compress: true,
        // Keeps a file as long as its `Cache-Control` says, and one that says `no-cache` for a second, so nothing needs
        // to be invalidated. Source: CloudFront developer guide, "Use managed cache policies", CachingOptimized, and
        // "Manage how long content stays in the cache".
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: new ConsoleHeaders(this, 'Headers', environment).policy,
      },
    });
    Validations.of(distribution).acknowledge(
      {
        id: 'AwsSolutions-CFR1',
        reason: 'Which countries may come in is for the web ACL to say.',
      },
      {
        id: 'AwsSolutions-CFR2',
        reason: 'It serves files and takes no input; an environment that has a web ACL has it here too.',
      },
      {
        id: 'AwsSolutions-CFR3',
        reason:
          'Files without data are all that it serves; what is done with the page is in the access logs of the APIs.',
      },
    );
    if (domainName === undefined) {
      Validations.of(distribution).acknowledge({
        id: 'AwsSolutions-CFR4',
        reason: 'The domain is that of CloudFront, whose certificate settles the protocol.',
      });
    }
    return distribution;
  }
}
