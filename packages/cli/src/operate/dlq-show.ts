import { type DeadLetter, QUEUE_NAMES } from '../../../../lambdas/core/operations/dead-letter.ts';
import { goThroughLetters, letterQueue } from '../../../../lambdas/core/operations/letter-round.ts';
import { defineCommand } from '../command.ts';
import { harmless, paintFor, statusFor } from '../terminal.ts';
import { ageOf } from './age.ts';
import { openAws } from './aws.ts';
import { CREDENTIALS_NOTE, DEPLOYMENT_OPTIONS, JSON_OUTPUT, readDeployment } from './deployment.ts';
import { CHOICE_OPTIONS, readChoice, readQueue } from './letter-choice.ts';

const SHOWN = 10;

export const show = defineCommand({
  name: 'dlq show',
  summary: 'show messages that could not be dealt with, and why',
  usage: 'QUEUE [options]',
  details: [
    'Shows reason, age, attempts, tenant, type and id of a few messages, and gives them back. What the events say is shown',
    'only if you ask for it: it is the tenant’s.',
    ...CREDENTIALS_NOTE,
  ],
  examples: ['tidings dlq show intake', 'tidings dlq show intake --code EVENT_DATA_INVALID --tenant acme --json'],
  options: {
    limit: { type: 'string', value: 'N', summary: `show so many (default: ${SHOWN})` },
    ...CHOICE_OPTIONS,
    payload: { type: 'boolean', summary: 'show the whole messages as well' },
    ...JSON_OUTPUT,
    ...DEPLOYMENT_OPTIONS,
  },
  mostPositionals: 1,
  complete: QUEUE_NAMES,
  async run(given, terminal) {
    const name = readQueue(given, 'dlq show');
    const most = given.wholeNumber('limit') ?? SHOWN;
    const { isChosen, words } = readChoice(given);
    const deployment = await readDeployment(given.text('target'), terminal);
    const chosen: DeadLetter[] = [];
    const { queues } = await openAws(deployment);
    const { seen } = await goThroughLetters({
      queues,
      queue: letterQueue(name, deployment.queues),
      stop: terminal.untilStopped(),
      isEnough: () => chosen.length >= most,
      onLetters(letters) {
        chosen.push(...letters.filter(isChosen));
        return letters;
      },
    });
    const shown = chosen.slice(0, most).toSorted((a, b) => a.message.sentAt.getTime() - b.message.sentAt.getTime());
    if (given.flag('json')) {
      const rows = shown.map((letter) => toJson(letter, given.flag('payload')));
      terminal.output.write(`${JSON.stringify(rows, null, 2)}\n`);
      return 0;
    }
    if (shown.length === 0) {
      statusFor(terminal)(seen === 0 ? `${name} is empty` : `none of the ${seen} messages in ${name} are ${words}`);
    }
    const paint = paintFor(terminal.output);
    const now = new Date();
    for (const letter of shown) {
      terminal.output.write(`${paint('bold', harmless(letter.code))}  ${harmless(headline(letter, now))}\n`);
      if (letter.reason !== undefined) terminal.output.write(`  ${harmless(letter.reason)}\n`);
      if (given.flag('payload')) terminal.output.write(`  ${harmless(letter.message.body)}\n`);
    }
    return 0;
  },
});

function headline({ tenant, type, eventId, attempts, message }: DeadLetter, now: Date): string {
  return [
    `tenant ${tenant ?? 'unknown'}`,
    ...(type === undefined ? [] : [type]),
    ...(eventId === undefined ? [] : [`id ${eventId}`]),
    `${ageOf(message.sentAt, now)} old`,
    ...(attempts === undefined ? [] : [attempts === 1 ? '1 attempt' : `${attempts} attempts`]),
  ].join(' · ');
}

const toJson = ({ code, reason, tenant, type, eventId, attempts, message }: DeadLetter, withPayload: boolean) => ({
  messageId: message.id,
  code,
  reason: reason ?? null,
  tenant: tenant ?? null,
  type: type ?? null,
  eventId: eventId ?? null,
  attempts: attempts ?? null,
  since: message.sentAt.toISOString(),
  ...(withPayload && { payload: message.body }),
});
