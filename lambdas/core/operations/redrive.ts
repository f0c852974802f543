import type { Outgoing } from '../ports/message-queues.ts';
import { type DeadLetter, type RedriveWays, toRedrive } from './dead-letter.ts';
import { goThroughLetters, type LetterRound } from './letter-round.ts';

/**
 * Bytes of one batch. SQS takes more by now, emulators may not. Source: SQS API reference, SendMessageBatch.
 */
const BATCH_BYTES = 256 * 1024;
const BATCH = 10;

/**
 * A message that is older than this before a redrive began, by the clock of this machine, was not put there by it: clocks
 * that are further off are rare, because AWS refuses their first request. Milliseconds.
 * Source: IAM user guide, "Troubleshoot Signature Version 4 requests".
 */
const CLOCK_MILLISECONDS = 15 * 60 * 1000;

/**
 * How often a redrive sends the same body, whatever the clock says. The SDK makes up for a clock that is off, and by one that
 * is ahead everything that comes back is old.
 */
const MOST_COPIES = 5;

/** What became of the messages. */
export interface RedriveResult {
  seen: number;
  redriven: number;
  /** Did not match, or were beyond the limit. */
  left: number;
  /** Are what this redrive has sent: back in the queue, or there from the start as a copy. */
  returned: number;
  /** Sent, and still in the queue: they are sent again by the next redrive, and stored once. */
  undeleted: number;
  /** Why a message could not be sent → how many. */
  readonly problems: Map<string, number>;
}

/** What became of them, and how the queue was. */
export interface Redriven extends RedriveResult {
  /** About how many could be received when it began, and how many somebody else had in hand. */
  readonly waiting: number;
  readonly inFlight: number;
  /** Whether all that could be received was seen. */
  readonly isWhole: boolean;
}

/** What to send back. */
export interface RedriveOptions extends Omit<LetterRound, 'onLetters' | 'most'>, RedriveWays {
  readonly isChosen: (letter: DeadLetter) => boolean;
  /** Send at most so many. */
  readonly most: number;
  readonly now: () => Date;
  /** Stands for the body of a message, whatever its size. */
  readonly fingerprintOf: (body: string) => string;
  /**
   * Fingerprint → how often it was sent, by this redrive and by those before it that it goes on from.
   * @default none before
   */
  readonly sent?: Map<string, number> | undefined;
  readonly onProgress?: (result: RedriveResult, depth: number) => void;
}

/**
 * Sends dead letters back to where they came from, and deletes each only once it is sent: whenever this ends, however
 * rudely, every message is in one of the two queues. In between it is in both, and a message that is sent twice is
 * stored once, because an event is recorded once under its id.
 *
 * What still cannot be dealt with comes back as a new message while this goes on. It is known by its body, and stays:
 * else a redrive would never end.
 */
export async function redrive(options: RedriveOptions): Promise<Redriven> {
  // A round ends when it has seen so many, whichever they are; this one when it has sent so many.
  const { most, ...round } = options;
  const { queues, queue, isChosen, now, fingerprintOf, isEnough = () => false } = options;
  const { sent = new Map<string, number>() } = options;
  const result: RedriveResult = { seen: 0, redriven: 0, left: 0, returned: 0, undeleted: 0, problems: new Map() };
  const surelyOld = now().getTime() - CLOCK_MILLISECONDS;
  let claimed = 0;

  const choose = (letter: DeadLetter): Outgoing | undefined => {
    if (claimed >= most || !isChosen(letter)) {
      result.left += 1;
      return undefined;
    }
    const fingerprint = fingerprintOf(letter.message.body);
    const times = sent.get(fingerprint) ?? 0;
    if (times >= MOST_COPIES || (times > 0 && letter.message.sentAt.getTime() > surelyOld)) {
      result.returned += 1;
      return undefined;
    }
    const redriven = toRedrive(letter, options);
    if ('problem' in redriven) {
      count(result.problems, redriven.problem);
      return undefined;
    }
    count(sent, fingerprint);
    claimed += 1;
    return redriven.outgoing;
  };

  const send = async (batch: readonly Entry[]): Promise<readonly DeadLetter[]> => {
    const problems = await queues.send(
      queue.sourceUrl,
      batch.map(({ outgoing }) => outgoing),
    );
    const arrived: Entry[] = [];
    const staying: DeadLetter[] = [];
    for (const [index, entry] of batch.entries()) {
      const problem = problems[index];
      if (problem === undefined) arrived.push(entry);
      else {
        count(result.problems, problem);
        count(sent, fingerprintOf(entry.letter.message.body), -1);
        staying.push(entry.letter);
      }
    }
    if (arrived.length > 0) {
      const receipts = arrived.map(({ letter }) => letter.message.receipt);
      const undeleted = (await queues.remove(queue.url, receipts)).filter((problem) => problem !== undefined);
      result.undeleted += undeleted.length;
    }
    result.redriven += arrived.length;
    return staying;
  };

  const { messages, inFlight, isWhole } = await goThroughLetters({
    ...round,
    isEnough: () => claimed >= most || isEnough(),
    async onLetters(letters, depth) {
      result.seen += letters.length;
      const entries: Entry[] = [];
      const staying: DeadLetter[] = [];
      for (const letter of letters) {
        const outgoing = choose(letter);
        if (outgoing === undefined) staying.push(letter);
        else entries.push({ letter, outgoing });
      }
      for (const batch of batches(entries)) staying.push(...(await send(batch)));
      options.onProgress?.(result, depth);
      return staying;
    },
  });
  return { ...result, waiting: messages, inFlight, isWhole };
}

interface Entry {
  readonly letter: DeadLetter;
  readonly outgoing: Outgoing;
}

function* batches(entries: readonly Entry[]): Generator<readonly Entry[]> {
  let batch: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.outgoing.body);
    if (batch.length === BATCH || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

const count = (counts: Map<string, number>, what: string, by = 1): void => {
  counts.set(what, (counts.get(what) ?? 0) + by);
};
