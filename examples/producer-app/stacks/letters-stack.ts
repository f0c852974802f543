import { fileURLToPath } from 'node:url';
import { type HubReference, type RuleSource, TidingsInbox, TidingsRule } from '@tidings/constructs';
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaFunction, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface LettersStackProps extends StackProps {
  readonly hub: HubReference;
  /** Whether it is in another account or region. */
  readonly isHubElsewhere: boolean;
}

/** The team that gets events: a function writes a letter for each large transaction, a queue keeps all of them. */
export class LettersStack extends Stack {
  /** Which events this stack wants of the hub. */
  readonly pattern = 'bank.transaction:created@v1';

  constructor(scope: Construct, id: string, { hub, isHubElsewhere, ...props }: LettersStackProps) {
    super(scope, id, props);
    const letters = new Queue(this, 'Letters');
    const audit = new Queue(this, 'Audit');
    const write = new NodejsFunction(this, 'Write', {
      entry: fileURLToPath(new URL('../functions/write-letter.ts', import.meta.url)),
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.seconds(10),
      memorySize: 512,
      environment: { LETTERS_URL: letters.queueUrl },
      bundling: { externalModules: [], minify: true },
    });
    letters.grantSendMessages(write);

    const source = isHubElsewhere ? this.#inbox(hub) : { hub };
    const large = new TidingsRule(this, 'Large', {
      ...source,
      pattern: this.pattern,
      conditions: { data: { status: { code: [{ numeric: ['>=', 200] }] } } },
      targets: [new LambdaFunction(write)],
    });
    new TidingsRule(this, 'All', { ...source, pattern: this.pattern, targets: [new SqsQueue(audit)] });
    new Alarm(this, 'Undelivered', {
      alarmDescription: 'The function that writes letters did not get events. They wait in the queue of dead letters',
      metric: large.metricUndelivered(),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });

    new CfnOutput(this, 'LettersUrl', { value: letters.queueUrl });
    new CfnOutput(this, 'AuditUrl', { value: audit.queueUrl });
  }

  /** Where the hub's team sends the events to, from their account. */
  #inbox(hub: HubReference): RuleSource {
    const inbox = new TidingsInbox(this, 'Inbox', { hub, pattern: this.pattern });
    new CfnOutput(this, 'InboxArn', { value: inbox.busArn });
    return { bus: inbox.bus };
  }
}
