import { DEAD_LETTER_QUEUES, type DeadLetter, QUEUE_NAMES } from '../../../../lambdas/core/operations/dead-letter.ts';
import { goThroughLetters, letterQueue } from '../../../../lambdas/core/operations/letter-round.ts';
import { defineCommand } from '../command.ts';
import { printTable } from '../table.ts';
import { statusFor } from '../terminal.ts';
import { ageOf } from './age.ts';
import { openAws } from './aws.ts';
import { CREDENTIALS_NOTE, DEPLOYMENT_OPTIONS, JSON_OUTPUT, readDeployment } from './deployment.ts';

/** Letters of a queue that are looked at where nothing is said. */
const LOOKED_AT = 1000;

export const list = defineCommand({
  name: 'dlq list',
  summary: 'show what could not be dealt with, by queue and reason',
  usage: '[options]',
  details: [
    ...QUEUE_NAMES.map((name) => `${`${name}:`.padEnd(15)}${DEAD_LETTER_QUEUES[name].meaning}`),
    'Looks at the messages and gives them back at once. Numbers of messages are as near as SQS knows them.',
    ...CREDENTIALS_NOTE,
  ],
  examples: ['tidings dlq list', 'tidings dlq list --target prod --json'],
  options: {
    limit: { type: 'string', value: 'N', summary: `look at so many messages of each queue (default: ${LOOKED_AT})` },
    ...JSON_OUTPUT,
    ...DEPLOYMENT_OPTIONS,
  },
  mostPositionals: 0,
  async run(given, terminal) {
    const most = given.wholeNumber('limit') ?? LOOKED_AT;
    const deployment = await readDeployment(given.text('target'), terminal);
    const { queues } = await openAws(deployment);
    const stop = terminal.untilStopped();
    const summaries = await Promise.all(
      QUEUE_NAMES.map(async (name) => {
        const letters: DeadLetter[] = [];
        const found = await goThroughLetters({
          queues,
          queue: letterQueue(name, deployment.queues),
          stop,
          most,
          onLetters(some) {
            letters.push(...some);
            return some;
          },
        });
        return summarize(name, Math.max(found.messages, letters.length), found.inFlight, letters);
      }),
    );
    if (given.flag('json')) {
      terminal.output.write(`${JSON.stringify(summaries, null, 2)}\n`);
      return 0;
    }
    const now = new Date();
    printTable(
      terminal,
      ['QUEUE', 'MESSAGES', 'IN FLIGHT', 'OLDEST', 'REASONS'],
      summaries.map(({ queue, messages, inFlight, oldest, reasons }) => [
        queue,
        String(messages),
        String(inFlight),
        oldest === null ? '-' : ageOf(new Date(oldest), now),
        reasons.map(({ code, count }) => `${code} ${count}`).join(', ') || '-',
      ]),
    );
    for (const { queue, messages, lookedAt } of summaries) {
      if (lookedAt < messages) {
        statusFor(terminal)(`${queue}: age and reasons are those of the ${lookedAt} messages that were looked at`);
      }
    }
    return 0;
  },
});

/** A queue as JSON has it. */
interface Summary {
  readonly queue: string;
  readonly messages: number;
  readonly inFlight: number;
  readonly lookedAt: number;
  readonly oldest: string | null;
  readonly reasons: readonly { readonly code: string; readonly count: number; readonly example: string | null }[];
}

function summarize(queue: string, messages: number, inFlight: number, letters: readonly DeadLetter[]): Summary {
  const byCode = new Map<string, DeadLetter[]>();
  for (const letter of letters) byCode.set(letter.code, [...(byCode.get(letter.code) ?? []), letter]);
  const oldest = letters.reduce((least, { message }) => Math.min(least, message.sentAt.getTime()), Number.MAX_VALUE);
  return {
    queue,
    messages,
    inFlight,
    lookedAt: letters.length,
    oldest: letters.length === 0 ? null : new Date(oldest).toISOString(),
    reasons: [...byCode]
      .map(([code, some]) => ({ code, count: some.length, example: some[0]?.reason ?? null }))
      .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1)),
  };
}
