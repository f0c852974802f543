import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetters } from './dead-letters.ts';
import type { HubFunction } from './hub-function.ts';
import { encryptionOfQueue, type HubKey } from './hub-key.ts';
import { pollQueue } from './poll-queue.ts';

/** Longest run of `store-events`. */
export const STORE_TIMEOUT = Duration.seconds(30);

/**
 * Lambda asks for six times the function's, so that polls that it throttles do not use up a message's tries.
 * Source: Lambda developer guide, "Using Lambda with Amazon SQS".
 */
export const INTAKE_VISIBILITY_TIMEOUT = Duration.seconds(6 * STORE_TIMEOUT.toSeconds());

/**
 * Times that a message is tried. A tenant under contention may lose several races for its counter before it wins, so
 * this is no small number.
 */
export const MAX_RECEIVE_COUNT = 5;

/**
 * Half of what the dead-letter queue has: a message keeps its age when it moves there.
 * Source: SQS developer guide, "Using dead-letter queues in Amazon SQS".
 */
export const INTAKE_RETENTION = Duration.days(7);

export interface IntakeProps {
  /** @default keys of AWS */
  readonly key?: HubKey | undefined;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The queue between all buses and `store-events`. Whatever a bus has accepted ends in the log, in {@link deadLetters},
 * or in {@link undeliverable}.
 */
export class Intake extends Construct {
  readonly queue: IQueue;
  /** Messages that failed too often, and those that `store-events` refused for good. */
  readonly deadLetters: DeadLetters;
  /** Events that EventBridge could not put into the queue. */
  readonly undeliverable: DeadLetters;
  readonly #key: HubKey | undefined;

  constructor(scope: Construct, id: string, props: IntakeProps) {
    super(scope, id);
    this.#key = props.key;
    this.deadLetters = new DeadLetters(this, 'DeadLetters', {
      key: props.key,
      removalPolicy: props.removalPolicy,
    });
    this.undeliverable = new DeadLetters(this, 'Undeliverable', {
      key: props.key,
      removalPolicy: props.removalPolicy,
    });
    this.queue = new Queue(this, 'Queue', {
      ...encryptionOfQueue(props.key),
      enforceSSL: true,
      retentionPeriod: INTAKE_RETENTION,
      visibilityTimeout: INTAKE_VISIBILITY_TIMEOUT,
      deadLetterQueue: { queue: this.deadLetters.queue, maxReceiveCount: MAX_RECEIVE_COUNT },
      removalPolicy: props.removalPolicy,
    });
  }

  /** Lets the function take messages: ten at a time, acknowledging each by itself. */
  feed(consumer: HubFunction, maxConcurrency: number): void {
    this.#key?.grantReceive(consumer);
    pollQueue(this.queue, consumer, { batchSize: 10, maxConcurrency });
  }

  /** Lets the function put away, with a reason, what can never be stored. */
  grantRefuse(grantee: IGrantable): Grant {
    this.#key?.grantSend(grantee);
    return this.deadLetters.queue.grant(grantee, 'sqs:SendMessage');
  }
}
