import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { DeduplicationScope, FifoThroughputLimit, type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetters } from './dead-letters.ts';
import type { HubFunction } from './hub-function.ts';
import { encryptionOfQueue, type HubKey } from './hub-key.ts';
import { pollQueue } from './poll-queue.ts';

/** Longest run of `fan-out`; see `intake.ts` for what follows from it. */
export const FAN_OUT_TIMEOUT = Duration.seconds(30);

/**
 * A ring whose run was killed holds up its tenant for this long, because a message group waits for its first message.
 * So it is twice the longest run, and not the six times that AWS advises for queues where waiting costs nothing.
 */
export const DOORBELL_VISIBILITY_TIMEOUT = Duration.seconds(2 * FAN_OUT_TIMEOUT.toSeconds());

/** A ring only says that there is news. Should all tries fail, the tenant's next ring delivers what this one did not. */
const MAX_RECEIVE_COUNT = 5;

/**
 * Rings of one invocation. Those of a large tenant's shards come together, and each posts 300 frames a second: of ten, the
 * one processor that an invocation has would be the bound, and not API Gateway's quota. See `test/bench/scale-out/`.
 */
const BATCH_SIZE = 5;

export interface DoorbellProps {
  /** @default keys of AWS */
  readonly key?: HubKey | undefined;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The FIFO queue that tells `fan-out` which tenant has news. Its message group is the tenant, so each tenant has one
 * fan-out at a time, and tenants do not wait for one another.
 */
export class Doorbell extends Construct {
  readonly queue: IQueue;
  readonly deadLetters: DeadLetters;
  readonly #key: HubKey | undefined;

  constructor(scope: Construct, id: string, props: DoorbellProps) {
    super(scope, id);
    this.#key = props.key;
    this.deadLetters = new DeadLetters(this, 'DeadLetters', {
      fifo: true,
      key: props.key,
      removalPolicy: props.removalPolicy,
    });
    this.queue = new Queue(this, 'Queue', {
      fifo: true,
      // Both together lift the quota from the queue to the message group: high throughput for FIFO queues.
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      ...encryptionOfQueue(props.key),
      enforceSSL: true,
      visibilityTimeout: DOORBELL_VISIBILITY_TIMEOUT,
      deadLetterQueue: { queue: this.deadLetters.queue, maxReceiveCount: MAX_RECEIVE_COUNT },
      removalPolicy: props.removalPolicy,
    });
  }

  /** Wakes the function: up to five rings at a time, acknowledging each by itself. */
  wake(consumer: HubFunction, maxConcurrency: number): void {
    this.#key?.grantReceive(consumer);
    pollQueue(this.queue, consumer, { batchSize: BATCH_SIZE, maxConcurrency });
  }

  grantRing(grantee: IGrantable): Grant {
    this.#key?.grantSend(grantee);
    return this.queue.grant(grantee, 'sqs:SendMessage');
  }
}
