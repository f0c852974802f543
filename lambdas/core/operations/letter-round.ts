import type { MessageQueues, QueueDepth } from '../ports/message-queues.ts';
import { DEAD_LETTER_QUEUES, type DeadLetter, QUEUE_NAMES, type QueueName, readDeadLetter } from './dead-letter.ts';
import { goThrough } from './go-through.ts';

/** Requests at once. */
const WORKERS = 4;

/**
 * How many requests at once go through a queue. Of a message group that one request holds, a FIFO queue gives nothing to
 * another, and an answer without messages is how one knows the end of a queue: so there it is one at a time.
 * Source: SQS developer guide, "FIFO queue delivery logic".
 */
const workersFor = ({ name }: LetterQueue, most = Number.POSITIVE_INFINITY): number =>
  name === 'doorbell' || most <= 10 ? 1 : WORKERS;

/** The queues of a hub → their URLs. */
export type QueueUrls = Readonly<
  Record<'intake' | 'doorbell' | 'intakeDeadLetters' | 'intakeUndeliverable' | 'doorbellDeadLetters', string>
>;

/** A dead-letter queue of a hub. */
export interface LetterQueue {
  readonly name: QueueName;
  readonly url: string;
  /** Where its messages were before. */
  readonly sourceUrl: string;
}

/** Going through the dead letters of a queue. */
export interface LetterRound {
  readonly queues: MessageQueues;
  readonly queue: LetterQueue;
  readonly stop: Pick<AbortSignal, 'aborted'>;
  /** Stop when so many have been seen. */
  readonly most?: number | undefined;
  /** Whether no more need be seen. */
  readonly isEnough?: () => boolean;
  /** Seconds that letters are held at most, where whoever asks has no more time than that. */
  readonly longestHold?: number | undefined;
  /**
   * @param depth about how many messages there were
   * @returns those that stay in the queue
   */
  readonly onLetters: (
    letters: readonly DeadLetter[],
    depth: number,
  ) => Promise<readonly DeadLetter[]> | readonly DeadLetter[];
}

/** What a round has come to. */
export interface RoundResult extends QueueDepth {
  readonly seen: number;
  /** Whether all that could be received was seen. */
  readonly isWhole: boolean;
}

export function letterQueue(name: QueueName, urls: QueueUrls): LetterQueue {
  const { from, to } = DEAD_LETTER_QUEUES[name];
  return { name, url: urls[from], sourceUrl: urls[to] };
}

/** About how many messages the dead-letter queues have, whosever they are, those included that somebody has in hand. */
export async function countLetters(queues: Pick<MessageQueues, 'depth'>, urls: QueueUrls): Promise<number> {
  const depths = await Promise.all(QUEUE_NAMES.map((name) => queues.depth(letterQueue(name, urls).url)));
  return depths.reduce((sum, { messages, inFlight }) => sum + messages + inFlight, 0);
}

/**
 * Goes through the dead letters of a queue; see {@link goThrough}.
 * @returns how many there were about, how many of them somebody else had in hand, and how many were seen
 */
export async function goThroughLetters(round: LetterRound): Promise<RoundResult> {
  const { queues, queue, stop, most, isEnough, longestHold, onLetters } = round;
  const depth = await queues.depth(queue.url);
  const gone = await goThrough({
    queues,
    url: queue.url,
    depth: depth.messages,
    stop,
    ...(most !== undefined && { most }),
    ...(isEnough !== undefined && { isEnough }),
    ...(longestHold !== undefined && { longestHold }),
    workers: workersFor(queue, most),
    async onMessages(messages) {
      const letters = messages.map((message) => readDeadLetter(queue.name, message));
      const staying = await onLetters(letters, depth.messages);
      return staying.map(({ message }) => message);
    },
  });
  return { ...depth, ...gone };
}
