import type { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type IAccessLogSettings, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { HubKey } from './hub-key.ts';

export interface AccessLogProps {
  /** Name of the API in the name of the log group. */
  readonly name: string;
  /**
   * Name in the log → `$context` variable. Headers, query strings and authorizer output must not be among them: they
   * hold tokens, or what was in them.
   */
  readonly fields: Readonly<Record<string, string>>;
  /** @default a key of AWS */
  readonly key?: HubKey | undefined;
  readonly retention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** The access log of an API: one line of JSON per request. */
export class AccessLog extends Construct {
  readonly settings: IAccessLogSettings;

  constructor(scope: Construct, id: string, props: AccessLogProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      // API Gateway lists the log groups that it may write in one resource policy of 5,120 characters per account,
      // except those with this prefix. Source: CloudWatch Logs user guide, "Logs sent to CloudWatch Logs".
      logGroupName: `/aws/vendedlogs/${props.name}`,
      ...(props.key !== undefined && { encryptionKey: props.key.key }),
      retention: props.retention,
      removalPolicy: props.removalPolicy,
    });
    this.settings = {
      destination: new LogGroupLogDestination(logGroup),
      format: AccessLogFormat.custom(JSON.stringify(props.fields)),
    };
  }
}
