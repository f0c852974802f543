import { defineCommand } from '../command.ts';
import { printTable } from '../table.ts';
import { statusFor } from '../terminal.ts';
import { ageOf, untilThen } from './age.ts';
import { openAws } from './aws.ts';
import { CREDENTIALS_NOTE, DEPLOYMENT_OPTIONS, JSON_OUTPUT, readDeployment } from './deployment.ts';
import { type OpenSocket, readSockets } from './open-sockets.ts';
import { readTenant } from './tenant-state.ts';

export const connections = defineCommand({
  name: 'connections',
  summary: 'count the open sockets of every tenant, or of the users of one',
  usage: '[options]',
  details: [
    'BEHIND are those that missed something and have not asked for it yet; ENDS says when the first of them is over: a',
    'socket lasts two hours at most. Without --tenant the whole table of connections is read. A socket whose end was not',
    'heard of is counted until its time is over.',
    ...CREDENTIALS_NOTE,
  ],
  examples: ['tidings connections', 'tidings connections --tenant acme', 'tidings connections --tenant acme --json'],
  options: {
    tenant: { type: 'string', value: 'TENANT', summary: 'count the sockets of its users' },
    ...JSON_OUTPUT,
    ...DEPLOYMENT_OPTIONS,
  },
  mostPositionals: 0,
  async run(given, terminal) {
    const named = given.text('tenant');
    const tenant = named === undefined ? undefined : readTenant(named, 'connections');
    const deployment = await readDeployment(given.text('target'), terminal);
    const { tables } = await openAws(deployment);
    const now = new Date();
    const groups = new Map<string, Group>();
    const nameOf = (socket: OpenSocket): string => (tenant === undefined ? socket.tenant : (socket.user ?? ''));
    for await (const sockets of readSockets(tables, deployment.tables.connections, tenant, now)) {
      for (const socket of sockets) groups.set(nameOf(socket), add(groups.get(nameOf(socket)), socket));
    }
    const sorted = [...groups].toSorted(([a, { sockets: m }], [b, { sockets: n }]) => n - m || (a < b ? -1 : 1));
    if (given.flag('json')) {
      const kind = tenant === undefined ? 'tenant' : 'user';
      const rows = sorted.map(([name, group]) => ({ [kind]: name === '' ? null : name, ...toJson(group, tenant) }));
      terminal.output.write(`${JSON.stringify(rows, null, 2)}\n`);
      return 0;
    }
    if (sorted.length === 0) {
      statusFor(terminal)(tenant === undefined ? 'no socket is open' : 'the tenant has no open socket');
      return 0;
    }
    const isOfTenants = tenant === undefined;
    printTable(
      terminal,
      [isOfTenants ? 'TENANT' : 'USER', 'SOCKETS', ...(isOfTenants ? ['USERS'] : []), 'BEHIND', 'OLDEST', 'ENDS'],
      sorted.map(([name, { sockets, users, behind, oldest, ends }]) => [
        name === '' ? '(without a user)' : name,
        String(sockets),
        ...(isOfTenants ? [String(users.size)] : []),
        String(behind),
        ageOf(oldest, now),
        untilThen(ends, now),
      ]),
    );
    return 0;
  },
});

/** Sockets that are counted together. */
interface Group {
  readonly sockets: number;
  readonly users: Set<string>;
  readonly behind: number;
  readonly oldest: Date;
  readonly ends: Date;
}

function add(group: Group | undefined, { user, connectedAt, behindSince, expiresAt }: OpenSocket): Group {
  const users = group?.users ?? new Set();
  users.add(user ?? '');
  return {
    sockets: (group?.sockets ?? 0) + 1,
    users,
    behind: (group?.behind ?? 0) + (behindSince === undefined ? 0 : 1),
    oldest: earlier(group?.oldest, connectedAt),
    ends: earlier(group?.ends, expiresAt),
  };
}

const earlier = (one: Date | undefined, other: Date): Date => (one !== undefined && one < other ? one : other);

const toJson = ({ sockets, users, behind, oldest, ends }: Group, tenant: string | undefined) => ({
  sockets,
  ...(tenant === undefined && { users: users.size }),
  behind,
  oldest: oldest.toISOString(),
  ends: ends.toISOString(),
});
