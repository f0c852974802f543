import { fileURLToPath } from 'node:url';
import { type HubReference, TidingsProducer } from '@tidings/constructs';
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface PaymentsStackProps extends StackProps {
  readonly hub: HubReference;
}

/** The team that publishes: a function takes payments off a queue and tells the hub of each. */
export class PaymentsStack extends Stack {
  constructor(scope: Construct, id: string, { hub, ...props }: PaymentsStackProps) {
    super(scope, id, props);
    const payments = new Queue(this, 'Payments', {
      visibilityTimeout: Duration.seconds(60),
      deadLetterQueue: { queue: new Queue(this, 'Failed'), maxReceiveCount: 5 },
    });
    const record = new NodejsFunction(this, 'Record', {
      entry: fileURLToPath(new URL('../functions/record-payment.ts', import.meta.url)),
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.seconds(10),
      memorySize: 512,
      // The version of the SDK that was tested is the one that runs.
      bundling: { externalModules: [], minify: true },
    });
    record.addEventSource(new SqsEventSource(payments, { reportBatchItemFailures: true }));

    const producer = new TidingsProducer(this, 'Events', { hub, types: ['bank.transaction:created@v1'] });
    producer.connect(record);

    new CfnOutput(this, 'PaymentsUrl', { value: payments.queueUrl });
  }
}
