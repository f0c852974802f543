import { defineCommand } from '../command.ts';
import { Stopped } from '../failure.ts';
import { say, statusFor } from '../terminal.ts';
import { openAws } from './aws.ts';
import { CONFIRMATION_OPTIONS, isConfirmed, requireSomebodyToAsk } from './confirm.ts';
import { type DeadLetter, QUEUE_NAMES } from './dead-letter.ts';
import { goThroughLetters, letterQueue } from './dead-letters.ts';
import { CREDENTIALS_NOTE, DEPLOYMENT_OPTIONS, JSON_OUTPUT, readDeployment } from './deployment.ts';
import { CHOICE_OPTIONS, capitalized, readChoice, readQueue } from './letter-choice.ts';

const BATCH = 10;

export const purge = defineCommand({
  name: 'dlq purge',
  summary: 'delete messages that could not be dealt with, for good',
  usage: 'QUEUE [options]',
  details: [
    'An event that is deleted here was accepted, and will never be stored. Look at them with `dlq show` before.',
    'Asks before, at a terminal; elsewhere it takes --yes.',
    ...CREDENTIALS_NOTE,
  ],
  examples: ['tidings dlq purge intake --code EVENT_DATA_INVALID', 'tidings dlq purge doorbell --tenant acme --yes'],
  options: {
    ...CHOICE_OPTIONS,
    limit: { type: 'string', value: 'N', summary: 'delete at most so many' },
    ...CONFIRMATION_OPTIONS,
    ...JSON_OUTPUT,
    ...DEPLOYMENT_OPTIONS,
  },
  mostPositionals: 1,
  complete: QUEUE_NAMES,
  async run(given, terminal) {
    const name = readQueue(given, 'dlq purge');
    const most = given.wholeNumber('limit') ?? Number.POSITIVE_INFINITY;
    const { isChosen, words } = readChoice(given);
    requireSomebodyToAsk(given.flag('yes'), 'the messages may be deleted', terminal);
    const deployment = await readDeployment(given.text('target'), terminal);
    const { queues } = await openAws(deployment);
    const queue = letterQueue(name, deployment);
    const { messages } = await queues.depth(queue.url);
    const facts = `About ${messages} messages wait in ${name}. ${capitalized(words)} are deleted for good.`;
    if (!(await isConfirmed(given.flag('yes'), { facts, word: name }, terminal))) {
      say(terminal, 'tidings: nothing is deleted');
      return 1;
    }
    const stop = terminal.untilStopped();
    let claimed = 0;
    let undeleted = 0;
    const { seen } = await goThroughLetters({
      aws: { queues },
      queue,
      stop,
      isEnough: () => claimed >= most,
      async onLetters(letters) {
        const chosen = letters.filter(isChosen).slice(0, most - claimed);
        claimed += chosen.length;
        const staying = new Set<DeadLetter>(letters.filter((letter) => !chosen.includes(letter)));
        for (let at = 0; at < chosen.length; at += BATCH) {
          const batch = chosen.slice(at, at + BATCH);
          const receipts = batch.map(({ message }) => message.receipt);
          const problems = await queues.remove(queue.url, receipts);
          for (const [index, letter] of batch.entries()) if (problems[index] !== undefined) staying.add(letter);
          undeleted += problems.filter((problem) => problem !== undefined).length;
        }
        return [...staying];
      },
    });
    const deleted = claimed - undeleted;
    const result = { queue: name, seen, deleted, left: seen - claimed, undeleted };
    terminal.output.write(
      given.flag('json')
        ? `${JSON.stringify(result, null, 2)}\n`
        : `deleted ${deleted}${result.left > 0 ? `; left ${result.left}` : ''}\n`,
    );
    if (undeleted > 0) statusFor(terminal)(`${undeleted} could not be deleted: repeat the command`);
    if (stop.aborted) throw new Stopped('Stopped between two messages');
    return undeleted === 0 ? 0 : 1;
  },
});
