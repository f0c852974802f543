import type { DeadLetterQueueName, HealthQueue, RedriveAnswer } from '@tidings/client';

export interface DeadLetterQueue {
  readonly name: DeadLetterQueueName;
  readonly title: string;
  /** What is wrong with what lies in it, and what sending it back does. */
  readonly about: string;
  /** By this the health of the hub counts it. */
  readonly counted: HealthQueue;
}

export const DEAD_LETTER_QUEUES: readonly DeadLetterQueue[] = [
  {
    name: 'intake',
    title: 'Intake',
    about: 'Accepted events that could not be stored. Sent back, they go to the intake queue and are stored once.',
    counted: 'intakeDeadLetters',
  },
  {
    name: 'undeliverable',
    title: 'Undeliverable',
    about:
      'Accepted events that EventBridge could not put into the intake queue. Sent back, they go there and are stored once.',
    counted: 'intakeUndeliverable',
  },
  {
    name: 'doorbell',
    title: 'Doorbell',
    about:
      'Rings for tenants whose sockets could not be served. Their events are stored; sent back, the sockets are served again.',
    counted: 'doorbellDeadLetters',
  },
];

/** The queue that is meant, or the first. */
export const queueOf = (name: unknown): DeadLetterQueueName =>
  DEAD_LETTER_QUEUES.find((queue) => queue.name === name)?.name ?? 'intake';

/** `1 letter`, `2 letters`. */
export const lettersText = (count: number): string => `${count} ${count === 1 ? 'letter' : 'letters'}`;

/** What came of sending letters back, in a sentence, and whether all went well. */
export function outcomeOf({ redriven, missing, left }: RedriveAnswer): {
  readonly text: string;
  readonly isWhole: boolean;
} {
  const parts = [
    `${lettersText(redriven)} sent back`,
    ...(missing.length > 0 ? [`${lettersText(missing.length)} no longer there, or not yours`] : []),
    left > 0 ? `${lettersText(left)} left` : 'none left',
  ];
  return { text: parts.join('; '), isWhole: missing.length === 0 && left === 0 };
}
