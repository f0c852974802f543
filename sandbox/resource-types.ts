import { EVENT_SCHEMA_TYPES } from './event-schema-types.ts';
import {
  ACCESS,
  AT_REST,
  arn,
  LABEL,
  LOGS,
  named,
  OPERATIONS,
  type ResourceType,
  type Surroundings,
  short,
} from './resource-type.ts';
import { WEBSITE_TYPES } from './website-types.ts';

export type { ResourceType, Shape, Surroundings } from './resource-type.ts';

type Values = Readonly<Record<string, unknown>>;

const ARCHIVES = 'the sandbox replays nothing, so it archives nothing';

const queueName = (id: string, values: Values, at: Surroundings): string =>
  typeof values['QueueName'] === 'string'
    ? values['QueueName']
    : `${at.stackName}-${id}`.slice(0, 75) + (String(values['FifoQueue']) === 'true' ? '.fifo' : '');
const tableName = (id: string, values: Values, at: Surroundings) => named(id, values['TableName'], at);
const functionName = (id: string, values: Values, at: Surroundings) => named(id, values['FunctionName'], at);
const busName = (id: string, values: Values, at: Surroundings) => named(id, values['Name'], at);
/** The ARN of a rule names its bus, unless that is the account's own. */
const busOfRule = ({ EventBusName: bus }: Values) => (typeof bus === 'string' && bus !== 'default' ? `${bus}/` : '');
const archiveName = (id: string, values: Values, at: Surroundings) => named(id, values['ArchiveName'], at);
const logGroupName = (id: string, values: Values, at: Surroundings) => named(id, values['LogGroupName'], at);
const roleName = (id: string, values: Values, at: Surroundings) => named(id, values['RoleName'], at);

const TABLE: ResourceType = {
  served: {
    TableName: true,
    KeySchema: [{ AttributeName: true, KeyType: true }],
    AttributeDefinitions: [{ AttributeName: true, AttributeType: true }],
    StreamSpecification: { StreamViewType: true },
    TimeToLiveSpecification: { AttributeName: true, Enabled: true },
  },
  withoutEffect: {
    BillingMode: 'capacity is not limited',
    DeletionProtectionEnabled: 'tables are never deleted through the endpoint',
    PointInTimeRecoverySpecification: OPERATIONS,
    SSESpecification: AT_REST,
    Tags: LABEL,
  },
  ref: tableName,
  attributes: {
    Arn: (id, values, at) => arn('dynamodb', `table/${tableName(id, values, at)}`, at),
    // The engine labels a stream when it makes it; until then, one name stands for it.
    StreamArn: (id, values, at) => arn('dynamodb', `table/${tableName(id, values, at)}/stream/sandbox`, at),
  },
};

const GLOBAL_TABLE: ResourceType = {
  ...TABLE,
  withoutEffect: {
    BillingMode: 'capacity is not limited',
    Replicas: 'one region; the settings of a replica are encryption, recovery and labels',
    SSESpecification: AT_REST,
  },
};

/** What a template may hold: every type, and every property of it. Anything else stops the sandbox. */
export const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::ApiGateway::Account': {
    served: {},
    withoutEffect: { CloudWatchRoleArn: LOGS },
    ref: short,
    attributes: { Id: short },
  },
  'AWS::ApiGatewayV2::Api': {
    served: {
      ProtocolType: true,
      RouteSelectionExpression: true,
      CorsConfiguration: {
        AllowCredentials: true,
        AllowHeaders: true,
        AllowMethods: true,
        AllowOrigins: true,
        ExposeHeaders: true,
        MaxAge: true,
      },
    },
    withoutEffect: { Name: LABEL, Description: LABEL, Tags: LABEL, DisableExecuteApiEndpoint: 'there is one endpoint' },
    ref: short,
    attributes: {
      ApiEndpoint: (_id, values, { apiHost }) =>
        `${values['ProtocolType'] === 'WEBSOCKET' ? 'ws' : 'http'}://${apiHost}`,
      ApiId: short,
    },
  },
  'AWS::ApiGatewayV2::Authorizer': {
    served: { ApiId: true, AuthorizerType: true, AuthorizerUri: true, IdentitySource: true },
    withoutEffect: { Name: LABEL, AuthorizerResultTtlInSeconds: 'WebSocket APIs do not cache decisions' },
    ref: short,
    attributes: { AuthorizerId: short },
  },
  'AWS::ApiGatewayV2::Deployment': {
    served: { ApiId: true },
    withoutEffect: { StageName: 'what the template says is what is served', Description: LABEL },
    ref: short,
    attributes: { DeploymentId: short },
  },
  'AWS::ApiGatewayV2::Integration': {
    served: { ApiId: true, IntegrationType: true, IntegrationUri: true, PayloadFormatVersion: true },
    withoutEffect: {
      IntegrationMethod: 'a function is always invoked with POST',
      ConnectionType: 'functions are reached directly',
      Description: LABEL,
    },
    ref: short,
    attributes: { IntegrationId: short },
  },
  'AWS::ApiGatewayV2::Route': {
    served: { ApiId: true, RouteKey: true, Target: true, AuthorizationType: true, AuthorizerId: true },
    withoutEffect: { OperationName: LABEL },
    ref: short,
    attributes: { RouteId: short },
  },
  'AWS::ApiGatewayV2::Stage': {
    served: {
      ApiId: true,
      StageName: true,
      DefaultRouteSettings: { ThrottlingRateLimit: true, ThrottlingBurstLimit: true },
      RouteSettings: true,
    },
    withoutEffect: {
      AutoDeploy: 'what the template says is what is served',
      DeploymentId: 'what the template says is what is served',
      AccessLogSettings: LOGS,
      Description: LABEL,
      Tags: LABEL,
    },
    ref: (_id, values) => String(values['StageName']),
  },
  'AWS::CDK::Metadata': { served: {}, withoutEffect: { Analytics: LABEL }, ref: short },
  'AWS::CloudWatch::Alarm': {
    served: {},
    withoutEffect: Object.fromEntries(
      [
        'ActionsEnabled',
        'AlarmActions',
        'AlarmDescription',
        'AlarmName',
        'ComparisonOperator',
        'DatapointsToAlarm',
        'Dimensions',
        'EvaluationPeriods',
        'MetricName',
        'Metrics',
        'Namespace',
        'OKActions',
        'Period',
        'Statistic',
        'Tags',
        'Threshold',
        'TreatMissingData',
        'Unit',
      ].map((property) => [property, OPERATIONS]),
    ),
    ref: (id, values, at) => named(id, values['AlarmName'], at),
    attributes: { Arn: (id, values, at) => arn('cloudwatch', `alarm:${named(id, values['AlarmName'], at)}`, at) },
  },
  'AWS::CloudWatch::Dashboard': {
    served: {},
    withoutEffect: { DashboardName: LABEL, DashboardBody: OPERATIONS },
    ref: (id, values, at) => named(id, values['DashboardName'], at),
  },
  'AWS::DynamoDB::GlobalTable': GLOBAL_TABLE,
  'AWS::DynamoDB::Table': TABLE,
  ...EVENT_SCHEMA_TYPES,
  'AWS::Events::Archive': {
    served: {},
    withoutEffect: {
      ArchiveName: LABEL,
      Description: LABEL,
      EventPattern: ARCHIVES,
      KmsKeyIdentifier: AT_REST,
      RetentionDays: ARCHIVES,
      SourceArn: ARCHIVES,
    },
    ref: archiveName,
    attributes: { Arn: (id, values, at) => arn('events', `archive/${archiveName(id, values, at)}`, at) },
  },
  'AWS::Events::EventBus': {
    served: { Name: true },
    withoutEffect: {
      DeadLetterConfig: 'there is nothing that cannot be encrypted',
      Description: LABEL,
      KmsKeyIdentifier: AT_REST,
      Tags: LABEL,
    },
    ref: busName,
    attributes: { Name: busName, Arn: (id, values, at) => arn('events', `event-bus/${busName(id, values, at)}`, at) },
  },
  'AWS::Events::EventBusPolicy': {
    served: {},
    withoutEffect: { EventBusName: ACCESS, Statement: ACCESS, StatementId: ACCESS },
    ref: short,
  },
  'AWS::Events::Rule': {
    served: {
      Name: true,
      EventBusName: true,
      EventPattern: true,
      State: true,
      Targets: [
        {
          Id: true,
          Arn: true,
          DeadLetterConfig: { Arn: true },
          InputTransformer: { InputTemplate: true },
          // Neither has an effect: what cannot be delivered here cannot be later, and everything is one account's.
          RetryPolicy: true,
          RoleArn: true,
        },
      ],
    },
    withoutEffect: { Description: LABEL, Tags: LABEL },
    ref: (id, values, at) => named(id, values['Name'], at),
    attributes: {
      Arn: (id, values, at) => arn('events', `rule/${busOfRule(values)}${named(id, values['Name'], at)}`, at),
    },
  },
  'AWS::IAM::Policy': {
    served: { PolicyDocument: true, Roles: true },
    withoutEffect: { PolicyName: LABEL },
    ref: short,
  },
  'AWS::IAM::Role': {
    served: { Policies: [{ PolicyName: true, PolicyDocument: true }] },
    withoutEffect: {
      AssumeRolePolicyDocument: ACCESS,
      ManagedPolicyArns: ACCESS,
      Description: LABEL,
      RoleName: LABEL,
      Tags: LABEL,
    },
    ref: roleName,
    attributes: { Arn: (id, values, at) => `arn:aws:iam::${at.accountId}:role/${roleName(id, values, at)}` },
  },
  'AWS::Lambda::EventSourceMapping': {
    served: {
      BatchSize: true,
      BisectBatchOnFunctionError: true,
      DestinationConfig: { OnFailure: { Destination: true } },
      Enabled: true,
      EventSourceArn: true,
      FilterCriteria: { Filters: [{ Pattern: true }] },
      FunctionName: true,
      FunctionResponseTypes: true,
      MaximumBatchingWindowInSeconds: true,
      MaximumRecordAgeInSeconds: true,
      MaximumRetryAttempts: true,
      ScalingConfig: { MaximumConcurrency: true },
      StartingPosition: true,
    },
    withoutEffect: { ParallelizationFactor: 'one batch of a stream at a time keeps the order as well', Tags: LABEL },
    ref: short,
    attributes: { Id: short },
  },
  'AWS::Lambda::Function': {
    served: {
      Code: { S3Bucket: true, S3Key: true },
      Environment: { Variables: true },
      FunctionName: true,
      Handler: true,
      Layers: true,
      MemorySize: true,
      ReservedConcurrentExecutions: true,
      Role: true,
      Timeout: true,
    },
    withoutEffect: {
      Architectures: 'bundles hold no machine code',
      Description: LABEL,
      LoggingConfig: LOGS,
      RecursiveLoop: 'functions may invoke themselves as often as they like',
      Runtime: 'the Node.js that runs the sandbox runs the functions as well',
      Tags: LABEL,
      TracingConfig: OPERATIONS,
    },
    ref: functionName,
    attributes: { Arn: (id, values, at) => arn('lambda', `function:${functionName(id, values, at)}`, at) },
  },
  'AWS::Lambda::Permission': {
    served: {},
    withoutEffect: {
      Action: ACCESS,
      FunctionName: ACCESS,
      Principal: ACCESS,
      SourceAccount: ACCESS,
      SourceArn: ACCESS,
    },
    ref: short,
  },
  'AWS::Logs::LogGroup': {
    served: {},
    withoutEffect: { KmsKeyId: AT_REST, LogGroupName: LOGS, RetentionInDays: LOGS, Tags: LABEL },
    ref: logGroupName,
    attributes: { Arn: (id, values, at) => `${arn('logs', `log-group:${logGroupName(id, values, at)}`, at)}:*` },
  },
  'AWS::SQS::Queue': {
    served: {
      ContentBasedDeduplication: true,
      DeduplicationScope: true,
      DelaySeconds: true,
      FifoQueue: true,
      MaximumMessageSize: true,
      MessageRetentionPeriod: true,
      QueueName: true,
      ReceiveMessageWaitTimeSeconds: true,
      RedrivePolicy: { deadLetterTargetArn: true, maxReceiveCount: true },
      VisibilityTimeout: true,
    },
    withoutEffect: {
      FifoThroughputLimit: 'throughput is not limited',
      KmsDataKeyReusePeriodSeconds: AT_REST,
      KmsMasterKeyId: AT_REST,
      RedriveAllowPolicy: ACCESS,
      SqsManagedSseEnabled: AT_REST,
      Tags: LABEL,
    },
    ref: (id, values, at) => `${at.awsEndpointUrl}/${at.accountId}/${queueName(id, values, at)}`,
    attributes: {
      Arn: (id, values, at) => arn('sqs', queueName(id, values, at), at),
      QueueName: queueName,
      QueueUrl: (id, values, at) => `${at.awsEndpointUrl}/${at.accountId}/${queueName(id, values, at)}`,
    },
  },
  'AWS::SQS::QueuePolicy': { served: {}, withoutEffect: { PolicyDocument: ACCESS, Queues: ACCESS }, ref: short },
  ...WEBSITE_TYPES,
};
