import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Duration, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { BucketDeployment, CacheControl, type ISource, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { ConfigurationError } from '../configuration-error.ts';
import type { Environment } from '../environment.ts';
import { acknowledgeWildcard } from './acknowledge-wildcard.ts';
import type { HubKey } from './hub-key.ts';

/** What a page must know of its hub; known when the hub is deployed. */
export interface HubAddresses {
  readonly apiUrl: string;
  readonly socketUrl: string;
  readonly modules: readonly string[];
}

export interface ConsoleContentProps {
  readonly environment: Environment;
  readonly options: NonNullable<Environment['console']>;
  /** What `npm run build` has made of `console/`. */
  readonly folder: string;
  readonly hub: HubAddresses;
  readonly bucket: IBucket;
  /** Of what puts the files there. */
  readonly log: {
    readonly key?: HubKey | undefined;
    readonly retention: RetentionDays;
    readonly removalPolicy: RemovalPolicy;
  };
}

/** The name of a file in it is made of its content, so it never changes. */
const HASHED = 'assets';
const INDEX = 'index.html';

/** Scopes of the hub besides reading and publishing. */
const SCOPES = ['subscriptions:write', 'operations:read', 'operations:write'];

/** The content policy of the page goes behind this line, which tells the encoding and must be the first. */
const CHARSET = '<meta charset="utf-8">';

/** The files of the console, and `config.json` with what it must know of its hub. */
export class ConsoleContent extends Construct {
  readonly #props: ConsoleContentProps;

  /** @throws ConfigurationError `BUNDLE_MISSING` when the console has not been built */
  constructor(scope: Construct, id: string, props: ConsoleContentProps) {
    super(scope, id);
    this.#props = props;
    const { folder } = props;
    const index = readIndex(folder);
    const [role, logGroup] = this.#worker();
    const put = (name: string, sources: ISource[], cacheControl: CacheControl[], prefix?: string): BucketDeployment =>
      new BucketDeployment(this, name, {
        sources,
        destinationBucket: props.bucket,
        ...(prefix !== undefined && { destinationKeyPrefix: prefix }),
        cacheControl,
        // Pages that are open load what they were built with, so old files stay; and neither deployment must remove what
        // the other has put there.
        prune: false,
        outputObjectKeys: false,
        role,
        logGroup,
      });
    const hashed = put(
      'Hashed',
      [Source.asset(path.join(folder, HASHED))],
      [CacheControl.setPublic(), CacheControl.maxAge(Duration.days(365)), CacheControl.immutable()],
      HASHED,
    );
    const named = put(
      'Named',
      [
        Source.asset(folder, { exclude: [HASHED, INDEX, '.*'] }),
        Source.data(INDEX, withConnections(index, this.#connections(), [props.hub.apiUrl, ...this.#issuers()])),
        Source.jsonData('config.json', this.#configuration()),
      ],
      [CacheControl.noCache()],
    );
    // Who gets the new page finds what it loads.
    named.node.addDependency(hashed);
    this.#acknowledge(role, hashed);
  }

  /** What the CDK makes, and lets nobody change. */
  #acknowledge(role: Role, deployment: BucketDeployment): void {
    const { bucket } = this.#props;
    const [asset] = deployment.node.children.filter((child) => child instanceof Asset);
    if (asset === undefined) throw new TypeError(`Expected ${deployment.node.path} to have made an asset`);
    const reason = 'The CDK grants it to what copies files from the bucket of assets into that of the console.';
    for (const each of [asset.bucket, bucket]) acknowledgeWildcard(role, each.arnForObjects('*'), reason);
    for (const action of ['GetBucket*', 'GetObject*', 'List*', 'Abort*', 'DeleteObject*']) {
      Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Action::s3:${action}]`, reason });
    }
    const [worker] = Stack.of(this).node.children.filter(({ node }) =>
      node.id.startsWith('Custom::CDKBucketDeployment'),
    );
    if (worker === undefined) throw new TypeError(`Expected ${deployment.node.path} to have made a function`);
    Validations.of(worker).acknowledge({
      id: 'AwsSolutions-L1',
      reason: 'The CDK writes this function, and chooses what runs it.',
    });
  }

  /**
   * Who puts the files there: a function of the CDK, one for all deployments. Its own role could write every log of the
   * account.
   */
  #worker(): readonly [Role, LogGroup] {
    const { log } = this.#props;
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = new LogGroup(this, 'Logs', {
      ...(log.key !== undefined && { encryptionKey: log.key.key }),
      retention: log.retention,
      removalPolicy: log.removalPolicy,
    });
    logGroup.grantWrite(role);
    return [role, logGroup];
  }

  /** What the page may connect to besides itself: the hub and who signs people in. */
  #connections(): readonly string[] {
    const { hub, options } = this.#props;
    return [...new Set([hub.apiUrl, hub.socketUrl, ...this.#issuers(), ...(options.signInOrigins ?? [])])];
  }

  /** Where people sign in. */
  #issuers(): readonly string[] {
    return this.#props.environment.issuers.slice(0, 1).map(({ issuer }) => new URL(issuer).origin);
  }

  /** What `console/src/configuration.ts` reads. */
  #configuration(): object {
    const { hub, options, environment } = this.#props;
    const { readScope } = environment;
    const [issuer] = environment.issuers;
    return {
      environment: environment.name,
      apiUrl: hub.apiUrl,
      socketUrl: hub.socketUrl,
      region: Stack.of(this).region,
      modules: hub.modules,
      readScope,
      claims: issuer?.claims,
      signIn: {
        issuer: issuer?.issuer,
        clientId: options.clientId,
        audience: issuer?.audience,
        scopes: [
          'openid',
          ...(readScope === null ? [] : [readScope]),
          ...SCOPES,
          ...hub.modules,
          ...(options.scopes ?? []),
        ],
      },
    };
  }
}

function readIndex(folder: string): string {
  const file = path.join(folder, INDEX);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (text === undefined || !existsSync(path.join(folder, HASHED))) {
    throw new ConfigurationError(
      'BUNDLE_MISSING',
      `${folder}: found no ${text === undefined ? INDEX : HASHED}, expected the console. Make it with npm run build`,
    );
  }
  if (text.split(CHARSET).length === 2) return text;
  throw new ConfigurationError('BUNDLE_MISSING', `${file}: expected ${CHARSET} in it, once`);
}

/**
 * The page with a policy of its own, which counts besides that of the headers.
 * @param first what it asks before it can show anything; the browser connects to these while the script is on its way
 */
const withConnections = (index: string, connections: readonly string[], first: readonly string[]): string =>
  index.replace(
    CHARSET,
    [
      CHARSET,
      `<meta http-equiv="Content-Security-Policy" content="connect-src 'self' ${connections.join(' ')}">`,
      ...first.map((url) => `<link rel="preconnect" href="${url}" crossorigin>`),
    ].join('\n    '),
  );
