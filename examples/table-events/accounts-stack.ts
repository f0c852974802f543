import { fileURLToPath } from 'node:url';
import { type HubReference, TableEvents } from '@tidings/constructs';
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface AccountsStackProps extends StackProps {
  readonly hub: HubReference;
}

/** A team that knows nothing of events: its function writes items, and what it writes is told of. */
export class AccountsStack extends Stack {
  constructor(scope: Construct, id: string, { hub, ...props }: AccountsStackProps) {
    super(scope, id, props);
    const table = new Table(this, 'Table', {
      partitionKey: { name: 'PK', type: AttributeType.STRING },
      sortKey: { name: 'SK', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
    });

    // Commands of an account in their order, also when one of them has to be repeated.
    const commands = new Queue(this, 'Commands', {
      fifo: true,
      contentBasedDeduplication: true,
      visibilityTimeout: Duration.seconds(60),
      deadLetterQueue: { queue: new Queue(this, 'Failed', { fifo: true }), maxReceiveCount: 5 },
    });
    const change = new NodejsFunction(this, 'Change', {
      entry: fileURLToPath(new URL('functions/change-account.ts', import.meta.url)),
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.seconds(10),
      memorySize: 512,
      environment: { TABLE_NAME: table.tableName },
      bundling: { externalModules: [], minify: true },
    });
    table.grantWriteData(change);
    change.addEventSource(new SqsEventSource(commands, { batchSize: 1 }));

    const events = new TableEvents(this, 'AccountEvents', {
      hub,
      table,
      entity: 'bank.account@v1',
      // The table has other items as well, as tables do.
      where: { SK: { beginsWith: 'ACCOUNT#' } },
      tenant: { attribute: 'PK', after: 'TENANT#' },
      subject: { attribute: 'SK', after: 'ACCOUNT#' },
      actor: 'updatedBy',
      time: 'updatedAt',
      traceparent: 'traceparent',
      deletion: { actor: 'deletedBy' },
      data: {
        accountId: { attribute: 'SK', after: 'ACCOUNT#' },
        accountNumber: 'accountNumber',
        name: 'name',
        kind: 'kind',
        currency: 'currency',
        status: 'status',
        holderIds: 'holderIds',
        creditLimit: 'creditLimit',
        openedOn: 'openedOn',
      },
    });
    new Alarm(this, 'Parked', {
      alarmDescription: 'There are changes of accounts of which no event could be made. Their queue says why',
      metric: events.metricParked(),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    new Alarm(this, 'Behind', {
      alarmDescription:
        'The events are an hour behind the table, whose stream keeps a day. The log of the function says why',
      metric: events.metricLag(),
      threshold: Duration.hours(1).toMilliseconds(),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });

    new CfnOutput(this, 'TableName', { value: table.tableName });
    new CfnOutput(this, 'CommandsUrl', { value: commands.queueUrl });
    new CfnOutput(this, 'FunctionName', { value: events.function.functionName });
    new CfnOutput(this, 'ParkedUrl', { value: events.parkingQueue.queueUrl });
  }
}
