import { createHash, randomUUID } from 'node:crypto';
import { DEAD_LETTER_QUEUES, QUEUE_NAMES, type QueueName } from '../../../../lambdas/core/operations/dead-letter.ts';
import { type RedriveResult, redrive as sendBack } from '../../../../lambdas/core/operations/redrive.ts';
import { defineCommand } from '../command.ts';
import { Stopped } from '../failure.ts';
import { Progress } from '../progress.ts';
import { statusFor } from '../terminal.ts';
import { CONFIRMATION_OPTIONS } from './confirm.ts';
import { confirmLetters } from './confirm-letters.ts';
import { CREDENTIALS_NOTE, DEPLOYMENT_OPTIONS, JSON_OUTPUT } from './deployment.ts';
import { CHOICE_OPTIONS } from './letter-choice.ts';

export const redrive = defineCommand({
  name: 'dlq redrive',
  summary: 'send messages back to where they could not be dealt with',
  usage: 'QUEUE [options]',
  details: [
    'For when the cause is mended. Each message is sent first and deleted after, so none is lost however this ends; one that',
    'is sent twice is stored once. What still cannot be dealt with comes back, and is not sent again by the same run.',
    'Asks before, at a terminal; elsewhere it takes --yes.',
    ...CREDENTIALS_NOTE,
  ],
  examples: ['tidings dlq redrive intake --code INTERNAL_ERROR --limit 10', 'tidings dlq redrive intake --yes --json'],
  options: {
    ...CHOICE_OPTIONS,
    limit: { type: 'string', value: 'N', summary: 'send at most so many' },
    ...CONFIRMATION_OPTIONS,
    quiet: { type: 'boolean', short: 'q', summary: 'say nothing of how far it has come' },
    ...JSON_OUTPUT,
    ...DEPLOYMENT_OPTIONS,
  },
  mostPositionals: 1,
  complete: QUEUE_NAMES,
  async run(given, terminal) {
    const deed = { command: 'dlq redrive', done: 'sent back', fate: backTo };
    const letters = await confirmLetters(given, deed, terminal);
    if (letters === undefined) return 1;
    const stop = terminal.untilStopped();
    const progress = new Progress(terminal);
    const { aws, deployment, queue, isChosen, most } = letters;
    const result = await sendBack({
      queues: aws.queues,
      queue,
      isChosen,
      most,
      stop,
      buses: deployment.buses,
      uniqueId: randomUUID,
      fingerprintOf: (body) => createHash('sha256').update(body).digest('base64'),
      now: () => new Date(),
      onProgress({ seen, redriven }, depth) {
        if (!given.flag('quiet')) progress.update({ done: seen, total: Math.max(depth, seen), events: redriven });
      },
    }).finally(() => progress.clear());
    if (given.flag('json')) {
      const { seen, redriven, left, returned, undeleted, problems } = result;
      terminal.output.write(
        `${JSON.stringify({ queue: queue.name, seen, redriven, left, returned, undeleted, problems: Object.fromEntries(problems) }, null, 2)}\n`,
      );
    } else terminal.output.write(`${summaryOf(result)}\n`);
    for (const [problem, count] of result.problems) {
      statusFor(terminal)(`${count} could not be sent and ${count === 1 ? 'stays' : 'stay'}: ${problem}`);
    }
    if (stop.aborted) throw new Stopped('Stopped between two messages');
    return result.problems.size === 0 ? 0 : 1;
  },
});

const backTo = (queue: QueueName): string => `go back to the queue ${DEAD_LETTER_QUEUES[queue].to}`;

function summaryOf({ redriven, left, returned, undeleted }: RedriveResult): string {
  return [
    `sent back ${redriven}`,
    ...(left > 0 ? [`left ${left}`] : []),
    ...(returned > 0 ? [`${returned} stay that are what was sent: they came back, or are copies`] : []),
    ...(undeleted > 0 ? [`${undeleted} of them could not be deleted, and will be sent once more`] : []),
  ].join('; ');
}
