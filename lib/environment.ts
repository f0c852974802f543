import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { AllowedOrigin, TrustedIssuer } from '../lambdas/variables.ts';
import { readIssuer, readOrigin } from './callers.ts';
import { ConfigurationError } from './configuration-error.ts';
import { type ConsoleOptions, readConsole } from './console.ts';
import { brokenRules } from './environment-rules.ts';
import {
  type ArnKind,
  type HubLimits,
  type ProducerAccess,
  REGION,
  type ReservedConcurrency,
  readArn,
  readLimits,
  readOptionalArn,
  readProducers,
  readReservedConcurrency,
} from './operations.ts';
import { ValueReader } from './value-reader.ts';

/** What happens to tables and logs when the stack, or one of them, is deleted. */
export const REMOVAL_POLICIES = ['retain', 'destroy'] as const;

/** How one environment differs from the others, as written in `environments.ts`. */
export interface EnvironmentConfiguration {
  /**
   * AWS account, 12 digits.
   * @default that of the credentials that deploy; allowed in `dev` only
   */
  readonly account?: string;
  /**
   * AWS region.
   * @default that of the credentials that deploy; allowed in `dev` only
   */
  readonly region?: string;
  /** Whose access tokens are trusted. */
  readonly issuers: readonly TrustedIssuer[];
  /** Where browsers may connect from. Services send no Origin header and are not concerned. */
  readonly allowedOrigins: readonly AllowedOrigin[];
  /** Days that events are kept: 1 to 3650. */
  readonly retentionDays: number;
  /** Days that logs are kept: one of the values that CloudWatch Logs knows. */
  readonly logRetentionDays: number;
  /** `prod` must retain. */
  readonly removalPolicy: (typeof REMOVAL_POLICIES)[number];
  /**
   * Scope that reading over HTTP takes. `null` switches the check off; leaving it out does not.
   * @default 'events:read'
   */
  readonly readScope?: string | null;
  /**
   * Most invocations of `store-events` at a time: 2 to 1000.
   * @default 50
   */
  readonly storeConcurrency?: number;
  /**
   * Most invocations of `fan-out` at a time: 2 to 1000.
   * @default 50
   */
  readonly fanOutConcurrency?: number;
  /**
   * Whether the stack sets the role with which API Gateway writes logs. There is one such setting per account and
   * region, and without it no WebSocket API can write an access log. Say `false` where something else sets it.
   * @default true
   */
  readonly setsApiGatewayLogRole?: boolean;
  /**
   * Whether the event types are written into the schema registry of EventBridge, for people and for code bindings.
   * @default true
   */
  readonly schemaRegistry?: boolean;
  /**
   * Whether there are alarms and a dashboard. They are most of what an environment costs that nobody uses.
   * @default true
   */
  readonly watched?: boolean;
  /**
   * Whether the HTTP API serves `openapi.json` and `asyncapi.json`, to anybody. They hold the schemas of all events, and
   * nothing of any tenant.
   * @default true
   */
  readonly servesDescriptions?: boolean;
  /**
   * How often the table of events was restored from a backup, plus one. Counting it up tells every reader that its
   * history was cut.
   * @default 1
   */
  readonly logGeneration?: number;
  /**
   * Module → who outside this account may put its events on its bus, limited to the module's source and types.
   * @default nobody
   */
  readonly producers?: Readonly<Record<string, ProducerAccess>>;
  /**
   * Days that EventBridge archives what was put on a bus, for a replay: 1 to 3650, or 0 for no archive.
   * @default 14
   */
  readonly archiveDays?: number;
  /**
   * ARNs of SNS topics that are told when an alarm rings and when it is over.
   * @default none: alarms are seen in CloudWatch only
   */
  readonly alarmTopics?: readonly string[];
  /**
   * ARN of a customer-managed KMS key that encrypts tables, queues, buses, archives and logs. Its policy must let those
   * services use it; `docs/protecting.md` has one.
   * @default keys that AWS owns or manages
   */
  readonly encryptionKey?: string | undefined;
  /**
   * ARN of a web ACL of AWS WAF, of the scope CLOUDFRONT. It gets a CloudFront distribution before both APIs, which is
   * then the only way in.
   * @default none
   */
  readonly webAcl?: string | undefined;
  /**
   * The page that shows what arrives, who receives it and what is behind, and how people sign in there.
   * @default none
   */
  readonly console?: ConsoleOptions | undefined;
  /**
   * How much is taken from all callers, from one tenant and from one user.
   * @default DEFAULT_LIMITS
   */
  readonly limits?: Partial<HubLimits>;
  /**
   * Executions set aside for single functions, so that no other can starve them.
   * @default none
   */
  readonly reservedConcurrency?: ReservedConcurrency;
  /**
   * Whether AWS X-Ray traces the functions.
   * @default true
   */
  readonly tracing?: boolean;
}

/** What may be left out without a default of its own, or has more in it once it is read. */
type Unset = 'account' | 'region' | 'encryptionKey' | 'webAcl' | 'console' | 'limits';

/** A validated configuration with its name and its defaults. */
export interface Environment extends Required<Omit<EnvironmentConfiguration, Unset>> {
  /** `dev`, `pre-prod` or `prod`. */
  readonly name: string;
  /** Absent if the template is to fit any account. */
  readonly account: string | undefined;
  /** Absent if the template is to fit any region. */
  readonly region: string | undefined;
  readonly encryptionKey: string | undefined;
  readonly webAcl: string | undefined;
  readonly console: ConsoleOptions | undefined;
  readonly limits: HubLimits;
}

/** The environment that may be lax: pages from anywhere on one's own machine, an issuer over plain http. */
const LAX = 'dev';
/** The environment that must not lose anything. */
const STRICT = 'prod';

const DEFAULT_READ_SCOPE = 'events:read';
const DEFAULT_CONCURRENCY = 50;
const DEFAULT_ARCHIVE_DAYS = 14;

/**
 * A name becomes part of the names of the stack, its functions and its buses. The longest of a function is
 * `tidings-<name>-manage-subscriptions`, of at most 64 characters.
 * Source: CloudFormation user guide, CreateStack, "StackName"; Lambda API reference, CreateFunction, "FunctionName".
 */
const NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,34}$/;

/** Days that a log group can be told; 9999 stands for "for ever" in the CDK and is no retention. */
const LOG_RETENTION_DAYS: readonly number[] = Object.values(RetentionDays)
  .filter((days): days is RetentionDays => typeof days === 'number')
  .filter((days) => days !== RetentionDays.INFINITE);

const TOPIC: ArnKind = {
  service: 'sns',
  // No name of a FIFO topic, which ends in `.fifo`: alarms tell standard topics only.
  resource: '[A-Za-z0-9_-]{1,256}',
  example: 'arn:aws:sns:eu-north-1:123456789012:alarms',
};
const KEY: ArnKind = {
  service: 'kms',
  resource: 'key/[A-Za-z0-9-]+',
  example: 'arn:aws:kms:eu-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
};
/** Of the scope CLOUDFRONT, which is in one region only. Source: AWS WAFV2 API reference, CreateWebACL. */
const WEB_ACL: ArnKind = {
  service: 'wafv2',
  region: 'us-east-1',
  resource: 'global/webacl/[A-Za-z0-9_-]+/[a-f0-9-]+',
  example: 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/hub/1234abcd-12ab-34cd-56ef-1234567890ab',
};

/**
 * Checks everything that a type cannot, and what came from a command line.
 *
 * @throws ConfigurationError `ENVIRONMENT_INVALID` that names every bad value: where, what it is, what was expected
 */
export function validateEnvironment(name: string, candidate: unknown): Environment {
  const lax = name === LAX;
  const problems: string[] = [];
  new ValueReader(name, 'name of an environment', problems).text(NAME, 'letters, digits and hyphens, at most 35');
  const root = new ValueReader(candidate, name, problems);
  root.object([
    'account',
    'region',
    'issuers',
    'allowedOrigins',
    'retentionDays',
    'logRetentionDays',
    'removalPolicy',
    'readScope',
    'storeConcurrency',
    'fanOutConcurrency',
    'setsApiGatewayLogRole',
    'servesDescriptions',
    'schemaRegistry',
    'watched',
    'logGeneration',
    'producers',
    'archiveDays',
    'alarmTopics',
    'encryptionKey',
    'webAcl',
    'console',
    'limits',
    'reservedConcurrency',
    'tracing',
  ]);
  const account = root.at('account');
  const region = root.at('region');
  const readScope = root.at('readScope');
  const environment: Environment = {
    name,
    account: lax && account.absent ? undefined : account.text(/^\d{12}$/, 'an AWS account: a string of 12 digits'),
    region:
      lax && region.absent ? undefined : region.text(new RegExp(`^${REGION}$`), 'an AWS region such as "eu-north-1"'),
    issuers: root
      .at('issuers')
      .list('at least one issuer', 1)
      .map((issuer) => readIssuer(issuer, lax)),
    allowedOrigins: root
      .at('allowedOrigins')
      .list('a list of origins')
      .map((origin) => readOrigin(origin, lax)),
    retentionDays: root.at('retentionDays').whole(1, 3650, 'days'),
    logRetentionDays: root.at('logRetentionDays').oneOf(LOG_RETENTION_DAYS),
    removalPolicy: root.at('removalPolicy').oneOf(name === STRICT ? (['retain'] as const) : REMOVAL_POLICIES),
    readScope: readScope.absent
      ? DEFAULT_READ_SCOPE
      : readScope.isNull
        ? null
        : // RFC 6749, section 3.3: scope-token.
          readScope.text(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'one scope such as "events:read", or null to check none'),
    storeConcurrency: readConcurrency(root.at('storeConcurrency')),
    fanOutConcurrency: readConcurrency(root.at('fanOutConcurrency')),
    setsApiGatewayLogRole: root.at('setsApiGatewayLogRole').flag(true),
    servesDescriptions: root.at('servesDescriptions').flag(true),
    schemaRegistry: root.at('schemaRegistry').flag(true),
    watched: root.at('watched').flag(true),
    logGeneration: root.at('logGeneration').absent ? 1 : root.at('logGeneration').whole(1, 1_000_000, 'generations'),
    producers: readProducers(root.at('producers')),
    archiveDays: root.at('archiveDays').absent ? DEFAULT_ARCHIVE_DAYS : root.at('archiveDays').whole(0, 3650, 'days'),
    alarmTopics: root.at('alarmTopics').absent
      ? []
      : root
          .at('alarmTopics')
          .list('a list of ARNs of SNS topics')
          .map((topic) => readArn(topic, TOPIC)),
    encryptionKey: readOptionalArn(root.at('encryptionKey'), KEY),
    webAcl: readOptionalArn(root.at('webAcl'), WEB_ACL),
    console: readConsole(root.at('console')),
    limits: readLimits(root.at('limits')),
    reservedConcurrency: readReservedConcurrency(root.at('reservedConcurrency')),
    tracing: root.at('tracing').flag(true),
  };
  problems.push(...brokenRules(environment));
  if (problems.length > 0) throw new ConfigurationError('ENVIRONMENT_INVALID', problems.join('\n'));
  return environment;
}

/** Limits of an event source mapping's `MaximumConcurrency`. Source: Lambda API reference, ScalingConfig. */
const readConcurrency = (value: ValueReader): number =>
  value.absent ? DEFAULT_CONCURRENCY : value.whole(2, 1000, 'invocations');
