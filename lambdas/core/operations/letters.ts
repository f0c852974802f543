import {
  type DeadLetterPage,
  type DeadLetterSummary,
  LIMITS,
  type RedriveAnswer,
  type RedriveRequest,
  type TenantId,
} from '@tidings/contracts';
import type { MessageQueues } from '../ports/message-queues.ts';
import type { Surroundings } from '../ports/surroundings.ts';
import { type DeadLetter, NO_CODE, type RedriveWays } from './dead-letter.ts';
import { goThroughLetters, letterQueue, type QueueUrls } from './letter-round.ts';
import { type Redriven, redrive } from './redrive.ts';
import type { LettersQuery } from './requests.ts';

/** Seconds that letters are held at most: whoever asks here has less time than that to go through a queue. */
const LONGEST_HOLD = 30;

/** How long letters that are not there are waited for, while somebody else has some in hand; and between two looks. */
const PATIENCE_MILLISECONDS = 8000;
const PAUSE_MILLISECONDS = 500;

/** What looking at letters and sending them back needs of the world. */
export interface LetterPorts extends Pick<RedriveWays, 'buses'> {
  readonly queues: MessageQueues;
  readonly urls: QueueUrls;
  readonly surroundings: Pick<Surroundings, 'now' | 'pause' | 'uniqueId'>;
  /** Stands for the body of a message, whatever its size. */
  readonly fingerprintOf: (body: string) => string;
}

/** Whose letters, and how long that may take. */
export interface LetterCaller {
  /** Only this tenant's; undefined: everybody's. */
  readonly tenant: TenantId | undefined;
  /** When to stop, so that what is held can be given back and answered. */
  readonly until: Date;
}

/**
 * Letters of a queue, as far as there is time to find them. Each is received, looked at and given back, so that for a
 * moment nobody else can receive it; should this be killed, for half a minute.
 */
export async function listLetters(
  { queue, limit }: LettersQuery,
  { tenant, until }: LetterCaller,
  { queues, urls, surroundings }: LetterPorts,
): Promise<DeadLetterPage> {
  const found: DeadLetterSummary[] = [];
  const { messages, inFlight, seen, isWhole } = await goThroughLetters({
    queues,
    queue: letterQueue(queue, urls),
    stop: stopAt(until, surroundings),
    longestHold: LONGEST_HOLD,
    isEnough: () => found.length >= limit,
    onLetters(letters) {
      found.push(...letters.filter(isOf(tenant)).map((letter) => summarize(letter, tenant)));
      return letters;
    },
  });
  const letters = found.toSorted((a, b) => (a.receivedTime < b.receivedTime ? -1 : 1)).slice(0, limit);
  const waiting = Math.max(messages + inFlight, seen);
  // A queue also gives nothing more where somebody else has the rest in hand, or what stands before it in its group is held.
  return { letters, waiting, complete: isWhole && seen === waiting && found.length <= limit };
}

/**
 * Sends letters back to where they came from, as {@link redrive} does: none is lost however it ends, and one that is sent
 * twice is stored once. So two of these at once do no harm.
 */
export async function redriveLetters(
  request: RedriveRequest,
  { tenant, until }: LetterCaller,
  ports: LetterPorts,
): Promise<RedriveAnswer> {
  const { queues, urls, buses, surroundings, fingerprintOf } = ports;
  const isOwn = isOf(tenant);
  const missing = new Set('letterIds' in request ? request.letterIds : []);
  const byId = missing.size > 0;
  const sent = new Map<string, number>();
  const rounds: Redriven[] = [];
  const patience = surroundings.now().getTime() + PATIENCE_MILLISECONDS;
  const round = () =>
    redrive({
      queues,
      queue: letterQueue(request.queue, urls),
      buses,
      fingerprintOf,
      uniqueId: () => surroundings.uniqueId(),
      now: () => surroundings.now(),
      stop: stopAt(until, surroundings),
      longestHold: LONGEST_HOLD,
      sent,
      most: Number.POSITIVE_INFINITY,
      isEnough: () => byId && missing.size === 0,
      isChosen: (letter) => isOwn(letter) && (!byId || missing.delete(letter.message.id)),
    });
  for (;;) {
    const result = await round();
    rounds.push(result);
    // Whoever looks at the letters has them in hand for a moment: what is meant may be among those.
    const mayComeBack = (!byId || missing.size > 0) && result.isWhole && inOtherHands(result) > 0;
    const now = surroundings.now();
    if (!mayComeBack || now.getTime() >= patience || now >= until) break;
    await surroundings.pause(PAUSE_MILLISECONDS);
  }
  return toAnswer(rounds, byId ? missing : undefined, tenant);
}

/** @param missing where letters were named: those that were not found */
function toAnswer(
  rounds: readonly Redriven[],
  missing: ReadonlySet<string> | undefined,
  tenant: TenantId | undefined,
): RedriveAnswer {
  // Of all letters, a round sees those again that the one before has left. A letter that was named is chosen once.
  const counted = missing === undefined ? rounds.slice(-1) : rounds;
  const sum = (some: readonly Redriven[], count: (round: Redriven) => number) =>
    some.reduce((total, one) => total + count(one), 0);
  const problems = new Map<string, number>();
  for (const [message, count] of counted.flatMap((one) => [...one.problems])) {
    problems.set(message, (problems.get(message) ?? 0) + count);
  }
  const refused = [...problems.values()].reduce((total, count) => total + count, 0);
  const isUnsure = missing !== undefined && rounds.at(-1)?.isWhole !== true;
  const unseen = missing === undefined ? sum(counted, unseenBy) : isUnsure ? missing.size : 0;
  return {
    redriven: sum(rounds, ({ redriven }) => redriven),
    missing: isUnsure ? [] : [...(missing ?? [])],
    left: refused + sum(counted, ({ returned }) => returned) + unseen,
    // They may name the hub's own resources, which are no business of a tenant's.
    ...(tenant === undefined &&
      problems.size > 0 && { problems: [...problems].map(([message, count]) => ({ message, count })) }),
  };
}

/** Letters that there were about and that a round has not seen. */
const inOtherHands = ({ waiting, inFlight, seen }: Redriven): number => Math.max(0, waiting + inFlight - seen);
const unseenBy = (round: Redriven): number => Math.max(round.isWhole ? 0 : 1, inOtherHands(round));

const isOf =
  (tenant: TenantId | undefined) =>
  (letter: DeadLetter): boolean =>
    tenant === undefined || letter.tenant === tenant;

const stopAt = (until: Date, { now }: Pick<Surroundings, 'now'>): Pick<AbortSignal, 'aborted'> => ({
  get aborted() {
    return now() >= until;
  },
});

function summarize(letter: DeadLetter, reader: TenantId | undefined): DeadLetterSummary {
  const { queue, message, code, reason = '', tenant, type, eventId, attempts } = letter;
  // What EventBridge says of a delivery names the hub's own resources.
  const isInside = queue === 'undeliverable' && reader !== undefined;
  return {
    letterId: message.id,
    queue,
    ...(tenant !== undefined && { tenantid: shortened(tenant) }),
    ...(eventId !== undefined && { eventId: shortened(eventId) }),
    ...(type !== undefined && { type: shortened(type) }),
    ...(code !== NO_CODE && {
      reason: {
        code: shortened(code),
        message: isInside ? 'EventBridge could not put the event into the intake queue' : shortened(reason, 1000),
      },
    }),
    receivedTime: message.sentAt.toISOString(),
    ...(attempts !== undefined && { deliveries: attempts }),
  };
}

/** A message may say anything of itself, at any length. */
const shortened = (text: string, most: number = LIMITS.identifierCharacters): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
