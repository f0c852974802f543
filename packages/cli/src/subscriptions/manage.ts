import { describe, type Subscription, subscriptionPath } from '@tidings/contracts';
import { ask, isYes } from '../ask.ts';
import { defineCommand } from '../command.ts';
import { formatCursor, PLACE_SYNTAX, parsePlace } from '../cursor-text.ts';
import { Failure, UsageError } from '../failure.ts';
import { FILTER_OPTIONS, readFilter, strangersIn } from '../filter-options.ts';
import { printTable } from '../table.ts';
import { harmless, say, type Terminal } from '../terminal.ts';
import {
  asSubscription,
  formatFilter,
  formatSubscription,
  JSON_OPTION,
  openService,
  readName,
  SERVICE_OPTIONS,
  showSubscription,
} from './service.ts';

export const list = defineCommand({
  name: 'subscriptions list',
  summary: 'list the durable subscriptions of a tenant',
  usage: '[options]',
  details: [
    'The hub keeps filter and cursor of a durable subscription: its consumer goes on where it has acknowledged.',
  ],
  examples: ['tidings subscriptions list', 'tidings subscriptions list --json --tenant acme'],
  options: { ...JSON_OPTION, ...SERVICE_OPTIONS },
  mostPositionals: 0,
  async run(given, terminal) {
    const { api, onStatus } = await openService(given, terminal, { mayManage: false });
    const { subscriptions } = await api.call('GET', '/subscriptions');
    if (!Array.isArray(subscriptions)) throw new Failure('the hub answers with something that is no list');
    const sorted = subscriptions.map(asSubscription).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    if (given.flag('json')) {
      terminal.output.write(`${JSON.stringify(sorted, null, 2)}\n`);
      return 0;
    }
    if (sorted.length === 0) onStatus('there are no subscriptions; `tidings subscriptions create NAME` makes one');
    else printTable(terminal, ['NAME', 'STATUS', 'CURSOR', 'UPDATED', 'FILTER'], sorted.map(rowOf));
    return 0;
  },
});

export const show = defineCommand({
  name: 'subscriptions show',
  summary: 'show one durable subscription',
  usage: 'NAME [options]',
  details: ['Prints its status, how far it is acknowledged, and what it asks for.'],
  examples: ['tidings subscriptions show billing', 'tidings subscriptions show billing --json'],
  options: { ...JSON_OPTION, ...SERVICE_OPTIONS },
  mostPositionals: 1,
  async run(given, terminal) {
    const name = readName(given, 'subscriptions show');
    const service = await openService(given, terminal, { mayManage: false });
    print(await showSubscription(service, name), given.flag('json'), terminal);
    return 0;
  },
});

export const create = defineCommand({
  name: 'subscriptions create',
  summary: 'create a durable subscription',
  usage: 'NAME [options]',
  details: [
    'OR within an option, AND between options; without any, it asks for everything. It begins with what comes from now',
    'on, unless --from says otherwise. Takes the scope subscriptions:write.',
  ],
  examples: [
    "tidings subscriptions create billing --types 'bank.*'",
    "tidings subscriptions create audit --types 'bank.*,community.*' --actions created,deleted --from oldest",
  ],
  options: {
    from: {
      type: 'string',
      value: 'CURSOR',
      summary: `begin after ${PLACE_SYNTAX}, with the oldest, or now (default)`,
      complete: ['oldest', 'now'],
    },
    ...FILTER_OPTIONS,
    ...JSON_OPTION,
    ...SERVICE_OPTIONS,
  },
  mostPositionals: 1,
  async run(given, terminal) {
    const name = readName(given, 'subscriptions create');
    const filter = readFilter(given);
    const place = parsePlace('--from', given.text('from') ?? 'now', ['oldest', 'now']);
    const { api, onStatus } = await openService(given, terminal, { mayManage: true });
    for (const line of strangersIn(filter)) onStatus(line);
    const start = await api.cursorAt(place);
    const cursor = start === 'oldest' ? { sequence: 0 } : start;
    const body = { name, filter, ...(cursor !== undefined && { cursor }) };
    print(asSubscription(await api.call('POST', '/subscriptions', { body })), given.flag('json'), terminal);
    return 0;
  },
});

export const pause = statusCommand('pause', 'paused', 'a paused subscription delivers nothing and loses nothing');
export const resume = statusCommand('resume', 'active', 'it goes on with what came after its cursor');

function statusCommand(verb: 'pause' | 'resume', status: Subscription['status'], what: string) {
  const command = `subscriptions ${verb}`;
  return defineCommand({
    name: command,
    summary: `${verb} a durable subscription`,
    usage: 'NAME [options]',
    details: [`Takes the scope subscriptions:write; ${what}.`],
    examples: [`tidings ${command} billing`],
    options: { ...JSON_OPTION, ...SERVICE_OPTIONS },
    mostPositionals: 1,
    async run(given, terminal) {
      const name = readName(given, command);
      const { api } = await openService(given, terminal, { mayManage: true });
      const changed = await api.call('PATCH', subscriptionPath(name), { body: { status }, mayRepeat: true });
      print(asSubscription(changed), given.flag('json'), terminal);
      return 0;
    },
  });
}

export const remove = defineCommand({
  name: 'subscriptions delete',
  summary: 'delete a durable subscription',
  usage: 'NAME [options]',
  details: ['Its cursor is gone for good; events are not. Asks before, at a terminal; elsewhere it takes --yes.'],
  examples: ['tidings subscriptions delete billing', 'tidings subscriptions delete billing --yes'],
  options: { yes: { type: 'boolean', short: 'y', summary: 'do not ask' }, ...SERVICE_OPTIONS },
  mostPositionals: 1,
  async run(given, terminal) {
    const name = readName(given, 'subscriptions delete');
    const isAsked = !given.flag('yes');
    if (isAsked && terminal.input.isTTY !== true) {
      throw new UsageError('nobody can be asked here whether the subscription may go: pass --yes');
    }
    const service = await openService(given, terminal, { mayManage: true });
    if (isAsked && !(await confirm(await showSubscription(service, name), terminal))) {
      service.onStatus('nothing is deleted');
      return 1;
    }
    await service.api.call('DELETE', subscriptionPath(name));
    terminal.output.write(`${harmless(describe(name))} is deleted\n`);
    return 0;
  },
});

async function confirm(subscription: Subscription, terminal: Terminal): Promise<boolean> {
  say(terminal, harmless(formatSubscription(subscription)));
  return isYes(await ask('Delete it, with its cursor? [y/N] ', terminal));
}

function print(subscription: Subscription, isJson: boolean, { output }: Terminal): void {
  output.write(
    isJson ? `${JSON.stringify(subscription, null, 2)}\n` : `${harmless(formatSubscription(subscription))}\n`,
  );
}

const rowOf = (subscription: Subscription): readonly string[] => [
  subscription.name,
  subscription.status,
  formatCursor(subscription.cursor),
  String(subscription.updated),
  formatFilter(subscription),
];
