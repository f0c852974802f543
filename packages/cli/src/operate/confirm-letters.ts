import type { QueueName } from '../../../../lambdas/core/operations/dead-letter.ts';
import { type LetterQueue, letterQueue } from '../../../../lambdas/core/operations/letter-round.ts';
import type { Arguments } from '../arguments.ts';
import { say, type Terminal } from '../terminal.ts';
import { type Aws, openAws } from './aws.ts';
import { type CONFIRMATION_OPTIONS, isConfirmed, requireSomebodyToAsk } from './confirm.ts';
import { type DEPLOYMENT_OPTIONS, type Deployment, readDeployment } from './deployment.ts';
import { type CHOICE_OPTIONS, type LetterChoice, readChoice, readQueue } from './letter-choice.ts';

type Given = Arguments<
  keyof typeof CHOICE_OPTIONS | 'limit' | keyof typeof CONFIRMATION_OPTIONS | keyof typeof DEPLOYMENT_OPTIONS
>;

/** What a command does with dead letters, in words. */
interface Deed {
  /** Name of the command, such as `dlq purge`. */
  readonly command: string;
  /** Of the messages, after `may be` and `nothing is`. */
  readonly done: string;
  /** What becomes of those that are chosen, such as `are deleted for good`. */
  readonly fate: (queue: QueueName) => string;
}

/** Dead letters that somebody has agreed to part with. */
export interface ConfirmedLetters extends Pick<LetterChoice, 'isChosen'> {
  readonly aws: Aws;
  readonly deployment: Deployment;
  readonly queue: LetterQueue;
  /** How many of those that are chosen, at the most; infinite where nothing was said. */
  readonly most: number;
}

/**
 * Finds out which dead letters are meant, and has that confirmed.
 * @returns undefined if whoever was asked did not agree; they have been told that nothing is done
 * @throws UsageError for a queue or a choice that can be none, or where nobody can be asked
 */
export async function confirmLetters(
  given: Given,
  { command, done, fate }: Deed,
  terminal: Terminal,
): Promise<ConfirmedLetters | undefined> {
  const name = readQueue(given, command);
  const most = given.wholeNumber('limit') ?? Number.POSITIVE_INFINITY;
  const { isChosen, words } = readChoice(given);
  requireSomebodyToAsk(given.flag('yes'), `the messages may be ${done}`, terminal);
  const deployment = await readDeployment(given.text('target'), terminal);
  const aws = await openAws(deployment);
  const queue = letterQueue(name, deployment.queues);
  const { messages } = await aws.queues.depth(queue.url);
  const facts = `About ${messages} messages wait in ${name}. ${capitalized(words)} ${fate(name)}.`;
  if (await isConfirmed(given.flag('yes'), { facts, word: name }, terminal)) {
    return { aws, deployment, queue, isChosen, most };
  }
  say(terminal, `tidings: nothing is ${done}`);
  return undefined;
}

const capitalized = (words: string): string => `${words[0]?.toUpperCase()}${words.slice(1)}`;
