import { type DeadLetter, QUEUE_NAMES } from '../../../../lambdas/core/operations/dead-letter.ts';
import { goThroughLetters } from '../../../../lambdas/core/operations/letter-round.ts';
import { defineCommand } from '../command.ts';
import { Stopped } from '../failure.ts';
import { statusFor } from '../terminal.ts';
import { CONFIRMATION_OPTIONS } from './confirm.ts';
import { confirmLetters } from './confirm-letters.ts';
import { CREDENTIALS_NOTE, DEPLOYMENT_OPTIONS, JSON_OUTPUT } from './deployment.ts';
import { CHOICE_OPTIONS } from './letter-choice.ts';

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
    const deed = { command: 'dlq purge', done: 'deleted', fate: () => 'are deleted for good' };
    const letters = await confirmLetters(given, deed, terminal);
    if (letters === undefined) return 1;
    const { aws, queue, isChosen, most } = letters;
    const stop = terminal.untilStopped();
    let claimed = 0;
    let undeleted = 0;
    const { seen } = await goThroughLetters({
      queues: aws.queues,
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
          const problems = await aws.queues.remove(queue.url, receipts);
          for (const [index, letter] of batch.entries()) if (problems[index] !== undefined) staying.add(letter);
          undeleted += problems.filter((problem) => problem !== undefined).length;
        }
        return [...staying];
      },
    });
    const deleted = claimed - undeleted;
    const result = { queue: queue.name, seen, deleted, left: seen - claimed, undeleted };
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
