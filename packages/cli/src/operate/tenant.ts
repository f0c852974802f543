import type { TenantId } from '@tidings/contracts';
import { defineCommand } from '../command.ts';
import { formatCursor } from '../cursor-text.ts';
import { Progress } from '../progress.ts';
import { harmless, type Terminal } from '../terminal.ts';
import { ageOf } from './age.ts';
import { openAws, type Tables } from './aws.ts';
import { CREDENTIALS_NOTE, DEPLOYMENT_OPTIONS, type Deployment, JSON_OUTPUT, readDeployment } from './deployment.ts';
import { readSockets } from './open-sockets.ts';
import { countStored, formatBytes, type Stored } from './storage.ts';
import {
  type Mark,
  readDelivered,
  readHead,
  readSubscriptions,
  readTenant,
  type SubscriptionState,
  unknownTenant,
} from './tenant-state.ts';

export const tenant = defineCommand({
  name: 'tenant',
  summary: 'show how a tenant is doing: its log, lag, sockets, subscriptions and storage',
  usage: 'TENANT [options]',
  details: [
    'What is stored is counted by reading the tenant’s ledger, which takes a read unit for every 4 KB of it, and is said',
    'below; --quick leaves that out. Costs are those of DynamoDB’s standard class at $0.25 a GB and month, and $0.125 for',
    'a million read units: your region’s may differ.',
    ...CREDENTIALS_NOTE,
  ],
  examples: ['tidings tenant acme', 'tidings tenant acme --quick --json'],
  options: {
    quick: { type: 'boolean', summary: 'do not count what is stored' },
    ...JSON_OUTPUT,
    ...DEPLOYMENT_OPTIONS,
  },
  mostPositionals: 1,
  async run(given, terminal) {
    const id = readTenant(given.positionals[0], 'tenant');
    const deployment = await readDeployment(given.text('target'), terminal);
    const { tables } = await openAws(deployment);
    const state = await readState(id, tables, deployment);
    if (state.head === undefined && state.subscriptions.length === 0 && state.sockets === 0) {
      throw unknownTenant(id, deployment);
    }
    const stored = given.flag('quick') ? undefined : await count(id, state.head, tables, deployment, terminal);
    terminal.output.write(
      given.flag('json') ? `${JSON.stringify(toJson(id, state, stored), null, 2)}\n` : render(id, state, stored),
    );
    return 0;
  },
});

interface State {
  readonly head: Mark | undefined;
  readonly position: Mark | undefined;
  readonly subscriptions: readonly SubscriptionState[];
  readonly sockets: number;
  readonly behind: number;
}

async function readState(id: TenantId, tables: Tables, deployment: Deployment): Promise<State> {
  const { eventLog, connections } = deployment.tables;
  // The position first: it is never ahead of a head that is read after it.
  const position = await readDelivered(tables, eventLog, id);
  const head = await readHead(tables, eventLog, id);
  const subscriptions = await readSubscriptions(tables, eventLog, id);
  let sockets = 0;
  let behind = 0;
  for await (const page of readSockets(tables, connections, id, new Date())) {
    sockets += page.length;
    behind += page.filter(({ behindSince }) => behindSince !== undefined).length;
  }
  return { head, position, subscriptions, sockets, behind };
}

async function count(
  id: TenantId,
  head: Mark | undefined,
  tables: Tables,
  { tables: { eventLog } }: Deployment,
  terminal: Terminal,
): Promise<Stored> {
  const progress = new Progress(terminal);
  const total = head?.sequence ?? 0;
  const stored = await countStored(tables, eventLog, id, (done, events) => progress.update({ done, total, events }));
  progress.clear();
  return stored;
}

/** Events that sockets have not been told of. In another history, nothing has been delivered of this one. */
const lagOf = ({ head, position }: State): number =>
  (head?.sequence ?? 0) - (position !== undefined && position.epoch === head?.epoch ? position.sequence : 0);

const behindOf = (head: Mark | undefined, { cursor }: SubscriptionState): number =>
  (head?.sequence ?? 0) - (cursor.epoch === head?.epoch ? cursor.sequence : 0);

function toJson(id: TenantId, state: State, stored: Stored | undefined) {
  const { head, position, subscriptions, sockets, behind } = state;
  return {
    tenant: id,
    head: head?.sequence ?? 0,
    epoch: head?.epoch ?? null,
    position: position?.sequence ?? 0,
    lag: lagOf(state),
    connections: { open: sockets, behind },
    subscriptions: subscriptions.map((one) => ({ ...one, behind: behindOf(head, one) })),
    ...(stored !== undefined && {
      storage: {
        events: stored.events,
        items: stored.items,
        bytes: stored.bytes,
        monthlyDollars: stored.monthlyDollars,
        oldest:
          stored.oldest === undefined
            ? null
            : { sequence: stored.oldest.sequence, recordedtime: stored.oldest.recordedAt?.toISOString() ?? null },
      },
      counting: { readUnits: stored.readUnits },
    }),
  };
}

function render(id: TenantId, state: State, stored: Stored | undefined): string {
  const { head, position, subscriptions, sockets, behind } = state;
  const rows: (readonly [string, string])[] = [
    ['tenant', id],
    ['head', head === undefined ? 'nothing is recorded' : formatCursor(head)],
    ['position', `${position?.sequence ?? 0}, ${lagOf(state)} behind the head`],
    ['sockets', behind === 0 ? `${sockets}` : `${sockets}, of which ${behind} have missed something`],
    ['subscriptions', `${subscriptions.length}`],
    ...subscriptions.map((one) => ['', `${one.name}: ${one.status}, ${behindOf(head, one)} behind the head`] as const),
  ];
  if (stored !== undefined) {
    const { events, items, bytes, monthlyDollars, oldest, readUnits } = stored;
    const since = oldest?.recordedAt === undefined ? '' : `, recorded ${ageOf(oldest.recordedAt, new Date())} ago`;
    rows.push(
      ['retained', `${events} events`],
      ['oldest', oldest === undefined ? '-' : `${oldest.sequence}${since}`],
      ['storage', `at most ${formatBytes(bytes)} in ${items} items, at most $${monthlyDollars.toFixed(4)} a month`],
      ['counting', `took ${readUnits} read units`],
    );
  }
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${harmless(text)}\n`).join('');
}
