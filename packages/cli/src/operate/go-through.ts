import type { QueueMessage, Queues } from './aws.ts';

/**
 * Seconds that a message is invisible to others after it was received. Whoever goes through a queue and is killed leaves
 * those that it held invisible for this long, and no longer.
 */
export const VISIBILITY_SECONDS = 30;

const BATCH = 10;

/** Going through a queue. */
export interface GoThrough {
  readonly queues: Pick<Queues, 'receive' | 'giveBack'>;
  readonly url: string;
  readonly stop: AbortSignal;
  /** Stop when so many have been seen. */
  readonly most?: number;
  /** How many requests at once. */
  readonly workers?: number;
  /**
   * Deals with messages, each of which comes here once.
   * @returns those that stay in the queue
   */
  readonly onMessages: (
    messages: readonly QueueMessage[],
  ) => Promise<readonly QueueMessage[]> | readonly QueueMessage[];
}

/**
 * Goes through the messages of a queue, as far as SQS gives them: of a FIFO queue's message group it gives none behind
 * those that are being held. What stays in the queue is held until the end, because else it would come again and again,
 * and then given back, also when something fails.
 *
 * @returns how many were seen
 */
export async function goThrough(options: GoThrough): Promise<number> {
  const { queues, url, stop, most = Number.POSITIVE_INFINITY, workers = 1, onMessages } = options;
  const seen = new Set<string>();
  const held = new Map<string, string>();
  let isOver = false;
  const worker = async (): Promise<void> => {
    while (!isOver && !stop.aborted && seen.size < most) {
      const messages = await queues.receive(url, VISIBILITY_SECONDS);
      const fresh = messages.filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) seen.add(id);
      // Those seen before have become visible again meanwhile: they are held under their new receipt.
      for (const { id, receipt } of messages) held.set(id, receipt);
      if (fresh.length === 0) {
        isOver = true;
        return;
      }
      const staying = new Set((await onMessages(fresh)).map(({ id }) => id));
      for (const { id } of fresh) if (!staying.has(id)) held.delete(id);
    }
  };
  try {
    const results = await Promise.allSettled(Array.from({ length: workers }, worker));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return seen.size;
  } finally {
    await giveBackAll(queues, url, [...held.values()]);
  }
}

/** What cannot be given back comes back by itself, so that is no failure of whoever was looking. */
async function giveBackAll(queues: Pick<Queues, 'giveBack'>, url: string, receipts: readonly string[]): Promise<void> {
  for (let at = 0; at < receipts.length; at += BATCH) {
    await queues.giveBack(url, receipts.slice(at, at + BATCH)).catch(() => undefined);
  }
}
