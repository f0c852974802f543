import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type IGrantable, type IPrincipal, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  CfnFunction,
  Code,
  Function as Lambda,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { VariableName } from '../../lambdas/variables.ts';
import { ConfigurationError } from '../configuration-error.ts';
import { acknowledgeWildcard } from './acknowledge-wildcard.ts';
import type { HubKey } from './hub-key.ts';

export interface HubFunctionProps {
  /** Name of its folder below `lambdas/`, and of its bundle. */
  readonly name: string;
  readonly description: string;
  /** Folder with one bundle per function: `<name>/index.js`, which exports `handler`. */
  readonly bundlesFolder: string;
  readonly variables: Readonly<Partial<Record<VariableName, string>>>;
  /** Megabytes. CPU grows with them: 1,769 are one core. */
  readonly memorySize: number;
  readonly timeout: Duration;
  /**
   * Executions that are set aside for it, and are its most.
   * @default none: it shares those of the account
   */
  readonly reservedConcurrency?: number | undefined;
  /**
   * Whether it may send what invokes it again, as often as it takes. Lambda stops others after sixteen times.
   * Source: Lambda developer guide, "Use Lambda recursive loop detection to prevent infinite loops".
   * @default false
   */
  readonly mayInvokeItself?: boolean;
  /** Encrypts the log. @default a key of AWS */
  readonly logKey?: HubKey | undefined;
  /** Whether X-Ray traces it. */
  readonly tracing: boolean;
  readonly logRetention: RetentionDays;
  readonly logRemovalPolicy: RemovalPolicy;
}

/** A bundled function with a log group and a role of its own. The role may write that log and nothing else yet. */
export class HubFunction extends Construct implements IGrantable {
  readonly lambda: Lambda;
  readonly role: Role;
  readonly grantPrincipal: IPrincipal;
  /** Its {@link HubFunctionProps.timeout}. */
  readonly timeout: Duration;

  constructor(scope: Construct, id: string, props: HubFunctionProps) {
    super(scope, id);
    const bundle = path.join(props.bundlesFolder, props.name);
    if (!existsSync(path.join(bundle, 'index.js'))) {
      throw new ConfigurationError(
        'BUNDLE_MISSING',
        `${bundle}: found no index.js, expected the bundle of ${props.name}. Make it with npx tsx scripts/bundle.ts`,
      );
    }
    const logGroup = new LogGroup(this, 'Logs', {
      ...(props.logKey !== undefined && { encryptionKey: props.logKey.key }),
      retention: props.logRetention,
      removalPolicy: props.logRemovalPolicy,
    });
    // Not the managed policy that functions get by default: that one may write every log of the account.
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.role);
    this.grantPrincipal = this.role;
    this.timeout = props.timeout;
    this.lambda = new Lambda(this, 'Function', {
      functionName: `${Stack.of(this).stackName}-${props.name}`,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(bundle),
      role: this.role,
      memorySize: props.memorySize,
      timeout: props.timeout,
      ...(props.reservedConcurrency !== undefined && { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...(props.mayInvokeItself && { recursiveLoop: RecursiveLoop.ALLOW }),
      logGroup,
      // What Lambda itself writes becomes JSON too; the functions' logger writes JSON by itself.
      loggingFormat: LoggingFormat.JSON,
      environment: {
        ...props.variables,
        POWERTOOLS_SERVICE_NAME: props.name,
        // Two environments in one account must not add up.
        POWERTOOLS_METRICS_NAMESPACE: Stack.of(this).stackName,
        POWERTOOLS_LOG_LEVEL: 'INFO',
      },
    });
    if (props.tracing) this.#trace();
  }

  /**
   * What the CDK does for `Tracing.ACTIVE`, with a policy of its own, so that what is acknowledged for it cannot cover
   * anything else that the function may do.
   */
  #trace(): void {
    const resource = this.lambda.node.defaultChild;
    if (!(resource instanceof CfnFunction)) throw new TypeError(`Expected ${this.lambda.node.path} to be made here`);
    resource.tracingConfig = { mode: 'Active' };
    const policy = new Policy(this, 'Tracing', { roles: [this.role] });
    policy.addStatements(
      new PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] }),
    );
    acknowledgeWildcard(policy, '*', 'X-Ray knows no resources: what is sent to it belongs to the account.');
  }
}
