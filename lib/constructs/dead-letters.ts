import { Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { encryptionOfQueue, type HubKey } from './hub-key.ts';

export interface DeadLettersProps {
  /** A FIFO queue can have a FIFO queue only for its dead letters. */
  readonly fifo?: boolean;
  /** @default keys of AWS */
  readonly key?: HubKey | undefined;
  readonly removalPolicy: RemovalPolicy;
}

/** The longest that SQS offers: people need time to look. */
export const DEAD_LETTER_RETENTION = Duration.days(14);

/** A queue for what could not be processed. `watching/` rings an alarm while it is not empty. */
export class DeadLetters extends Construct {
  readonly queue: IQueue;
  readonly #key: HubKey | undefined;

  constructor(scope: Construct, id: string, props: DeadLettersProps) {
    super(scope, id);
    this.#key = props.key;
    this.queue = new Queue(this, 'Queue', {
      ...(props.fifo && { fifo: true }),
      retentionPeriod: DEAD_LETTER_RETENTION,
      ...encryptionOfQueue(props.key),
      enforceSSL: true,
      removalPolicy: props.removalPolicy,
    });
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This is a dead-letter queue. cdk-nag does not see that if it is one of a target of an EventBridge rule.',
    });
  }

  /**
   * Looking at letters, which is receiving them and giving them back, and sending them back to the queue that they were in
   * before: deleting them here once they are there.
   */
  grantRedrive(grantee: IGrantable, source: IQueue): void {
    this.#key?.grantReceive(grantee);
    this.#key?.grantSend(grantee);
    this.queue.grant(
      grantee,
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
    );
    source.grant(grantee, 'sqs:GetQueueAttributes', 'sqs:SendMessage');
  }
}
