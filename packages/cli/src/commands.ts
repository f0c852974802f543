import { completionCommand } from './completion/command.ts';
import { connections } from './operate/connections.ts';
import * as dlq from './operate/dlq.ts';
import { erase } from './operate/erase.ts';
import { exportEvents } from './operate/export.ts';
import { tenant } from './operate/tenant.ts';
import { type PreparedCommand, prepare } from './prepared-command.ts';
import { publish } from './publish.ts';
import { replay } from './replay.ts';
import * as schema from './schema/commands.ts';
import * as consume from './subscriptions/consume.ts';
import * as subscriptions from './subscriptions/manage.ts';
import { tail } from './tail.ts';
import { token } from './token.ts';

/** Every command, in the order of the help. */
export const COMMANDS: readonly PreparedCommand[] = [
  prepare(token),
  prepare(publish),
  prepare(tail),
  prepare(replay),
  prepare(schema.list),
  prepare(schema.show),
  prepare(subscriptions.list),
  prepare(subscriptions.show),
  prepare(subscriptions.create),
  prepare(subscriptions.pause),
  prepare(subscriptions.resume),
  prepare(subscriptions.remove),
  prepare(consume.pull),
  prepare(consume.ack),
  prepare(dlq.list),
  prepare(dlq.show),
  prepare(dlq.redrive),
  prepare(dlq.purge),
  prepare(connections),
  prepare(tenant),
  prepare(exportEvents),
  prepare(erase),
  prepare(completionCommand(() => COMMANDS)),
];

/** What can follow `tidings`: commands of one word, and groups. */
export const FIRST_WORDS: readonly string[] = [...new Set(COMMANDS.map(({ name }) => firstWordOf(name)))];

/** The commands of a group, such as `schema`; none if there is no such group. */
export const groupOf = (word: string): readonly PreparedCommand[] =>
  COMMANDS.filter(({ name }) => name.startsWith(`${word} `));

export const findCommand = (name: string): PreparedCommand | undefined =>
  COMMANDS.find((command) => command.name === name);

export const secondWordOf = (name: string): string => name.split(' ')[1] ?? '';

function firstWordOf(name: string): string {
  return name.split(' ')[0] ?? '';
}
