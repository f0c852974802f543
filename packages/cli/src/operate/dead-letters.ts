import type { Aws } from './aws.ts';
import { DEAD_LETTER_QUEUES, type DeadLetter, type QueueName, readDeadLetter } from './dead-letter.ts';
import type { Deployment } from './deployment.ts';
import { goThrough } from './go-through.ts';

/** Requests at once. A FIFO queue gives a message group to one at a time anyway. */
const WORKERS = 4;

/** A dead-letter queue of a hub. */
export interface LetterQueue {
  readonly name: QueueName;
  readonly url: string;
  /** Where its messages were before. */
  readonly sourceUrl: string;
}

/** Going through the dead letters of a queue. */
export interface LetterRound {
  readonly aws: Pick<Aws, 'queues'>;
  readonly queue: LetterQueue;
  readonly stop: AbortSignal;
  /** Stop when so many have been seen. */
  readonly most?: number | undefined;
  /** Whether no more need be seen. */
  readonly isEnough?: () => boolean;
  /**
   * @param depth about how many messages there were
   * @returns those that stay in the queue
   */
  readonly onLetters: (
    letters: readonly DeadLetter[],
    depth: number,
  ) => Promise<readonly DeadLetter[]> | readonly DeadLetter[];
}

export function letterQueue(name: QueueName, { queues }: Pick<Deployment, 'queues'>): LetterQueue {
  const { from, to } = DEAD_LETTER_QUEUES[name];
  return { name, url: queues[from], sourceUrl: queues[to] };
}

/**
 * Goes through the dead letters of a queue; see {@link goThrough}.
 * @returns how many there were about, and how many were seen
 */
export async function goThroughLetters({ aws, queue, stop, most, isEnough, onLetters }: LetterRound) {
  const depth = await aws.queues.depth(queue.url);
  const seen = await goThrough({
    queues: aws.queues,
    url: queue.url,
    depth: depth.messages,
    stop,
    ...(most !== undefined && { most }),
    ...(isEnough !== undefined && { isEnough }),
    workers: most !== undefined && most <= 10 ? 1 : WORKERS,
    async onMessages(messages) {
      const letters = messages.map((message) => readDeadLetter(queue.name, message));
      const staying = await onLetters(letters, depth.messages);
      return staying.map(({ message }) => message);
    },
  });
  return { ...depth, seen };
}
