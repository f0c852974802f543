import type { MessageQueues, QueueMessage } from '../ports/message-queues.ts';

const BATCH = 10;

/**
 * Seconds that a message is invisible to others after it was received, at least and at most. Whoever goes through a queue
 * and is killed leaves those that it held invisible for this long, and no longer.
 */
const VISIBILITY_SECONDS = { least: 30, most: 900 } as const;

/** Messages that are surely dealt with in a second. Those of a queue stay invisible until all have been seen. */
const SLOW_PER_SECOND = 50;

/** Requests in a row that bring nothing new, after which there is nothing new: what is held may have become visible. */
const DRY_REQUESTS = 3;

/**
 * Requests at once that give back: some times as many as receive, because a function that has received for as long as it may
 * has a quarter of that time left.
 */
const GIVING_BACK = 25;

/** Going through a queue. */
export interface GoThrough {
  readonly queues: Pick<MessageQueues, 'receive' | 'giveBack'>;
  readonly url: string;
  /** About how many messages there are. */
  readonly depth: number;
  readonly stop: Pick<AbortSignal, 'aborted'>;
  /** Stop when so many have been seen. */
  readonly most?: number;
  /** Whether no more need be seen: asked before each request. */
  readonly isEnough?: () => boolean;
  /** How many requests at once. */
  readonly workers?: number;
  /**
   * Seconds that a message is held at most, should whoever goes through be killed.
   * @default 900; fewer for a queue that is soon gone through
   */
  readonly longestHold?: number;
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
 * @returns how many were seen, and whether those are all that could be received
 */
export async function goThrough(options: GoThrough): Promise<{ readonly seen: number; readonly isWhole: boolean }> {
  const { queues, url, depth, stop, most = Number.POSITIVE_INFINITY, isEnough = () => false, workers = 1 } = options;
  const { longestHold = VISIBILITY_SECONDS.most } = options;
  const slow = Math.max(VISIBILITY_SECONDS.least, Math.min(depth, most) / SLOW_PER_SECOND);
  const visibility = Math.ceil(Math.min(longestHold, slow));
  const seen = new Set<string>();
  const held = new Map<string, string>();
  let isOver = false;
  let isWhole = false;
  let dry = 0;
  const work = async (): Promise<void> => {
    while (!isOver && !stop.aborted && seen.size < most && !isEnough()) {
      const messages = await queues.receive(url, visibility);
      const fresh = messages.filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) seen.add(id);
      // Those seen before have become visible again meanwhile: they are held under their new receipt.
      for (const { id, receipt } of messages) held.set(id, receipt);
      dry = fresh.length === 0 ? dry + 1 : 0;
      isWhole ||= messages.length === 0 || dry >= DRY_REQUESTS;
      isOver ||= isWhole;
      if (fresh.length === 0) continue;
      const staying = new Set((await options.onMessages(fresh)).map(({ id }) => id));
      for (const { id } of fresh) if (!staying.has(id)) held.delete(id);
    }
  };
  const worker = (): Promise<void> =>
    work().finally(() => {
      isOver = true;
    });
  try {
    const results = await Promise.allSettled(Array.from({ length: workers }, worker));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return { seen: seen.size, isWhole };
  } finally {
    await giveBackAll(queues, url, [...held.values()]);
  }
}

/** What cannot be given back comes back by itself, so that is no failure of whoever was looking. */
async function giveBackAll(
  queues: Pick<MessageQueues, 'giveBack'>,
  url: string,
  receipts: readonly string[],
): Promise<void> {
  let at = 0;
  const work = async (): Promise<void> => {
    while (at < receipts.length) {
      const batch = receipts.slice(at, at + BATCH);
      at += BATCH;
      await queues.giveBack(url, batch).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: GIVING_BACK }, work));
}
