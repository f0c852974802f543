import { Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { encryptionOfQueue, type HubKey } from './hub-key.ts';

export interface DeadLettersProps {
  /** What has failed when something arrives here, for whoever reads the alarm. */
  readonly meaning: string;
  /** A FIFO queue can have a FIFO queue only for its dead letters. */
  readonly fifo?: boolean;
  /** @default keys of AWS */
  readonly key?: HubKey | undefined;
  readonly removalPolicy: RemovalPolicy;
}

/** A queue for what could not be processed, with an alarm that rings while it is not empty. */
export class DeadLetters extends Construct {
  readonly queue: IQueue;
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, props: DeadLettersProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      ...(props.fifo && { fifo: true }),
      // The longest that SQS offers: people need time to look.
      retentionPeriod: Duration.days(14),
      ...encryptionOfQueue(props.key),
      enforceSSL: true,
      removalPolicy: props.removalPolicy,
    });
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This is a dead-letter queue. cdk-nag does not see that if it is one of a target of an EventBridge rule.',
    });
    this.alarm = new Alarm(this, 'NotEmpty', {
      alarmDescription: props.meaning,
      metric: this.metricMessages(),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: 0,
      evaluationPeriods: 1,
      // SQS stops reporting for a queue that nobody has touched for hours.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** Messages that wait here: the most within each five minutes. */
  metricMessages(): Metric {
    return this.queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: Duration.minutes(5) });
  }
}
