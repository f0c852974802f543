import { afterAll, beforeAll, describe, expect } from 'vitest';
import { has, leaveOut, needs } from './capabilities.ts';
import { newEvent, newTenant } from './events.ts';
import { publish, readPage, request, tokenFor, waitForHead } from './hub.ts';
import { allRows, buryGoodEvents, Operator, rowsOf } from './operator.ts';
import { openSocket, type SocketClient } from './socket-client.ts';
import { SubscriptionRoutes, serviceToken } from './subscription-routes.ts';
import { waitFor } from './wait.ts';

const it = needs('aws-endpoint');

const EVENTS = 250;

interface Erased {
  readonly events: number;
  readonly subscriptions: number;
  readonly connections: number;
  readonly slots: number;
  readonly deadLetters: number;
}

/** A tenant with some of everything. */
async function furnish(tenant: string, events: number): Promise<SocketClient> {
  await publish(Array.from({ length: events }, () => newEvent(tenant)));
  const routes = new SubscriptionRoutes(await serviceToken(tenant));
  await routes.make('billing');
  await routes.make('a#b');
  await buryGoodEvents(tenant, 3);
  const socket = await openSocket({ claims: { tenant, user: 'ada#b' }, types: ['*'] });
  await waitForHead(tenant, events);
  return socket;
}

let operator: Operator;

beforeAll(async () => {
  operator = await Operator.begin();
});

afterAll(() => operator.end());

/** The rows as they are once nobody writes to them any more. */
const settledRows = (tenants: readonly string[]): Promise<ReadonlyMap<string, string>> =>
  waitFor('the rows to settle', async () => {
    const [one, other] = [await allRows(), await allRows()];
    const isDelivered = tenants.every((name) => [...rowsOf(one, name).keys()].some((key) => key.endsWith('FANOUT')));
    return isDelivered && [...one].every(([key, row]) => other.get(key) === row) ? other : undefined;
  });

const lettersOf = (name: string) => operator.json<readonly unknown[]>('dlq', 'show', 'intake', '--tenant', name);

describe('tidings erase', () => {
  it('does nothing without confirmation, and nothing in a dry run, which counts', async () => {
    const tenant = newTenant('dry');
    await furnish(tenant, EVENTS);
    const before = rowsOf(await settledRows([tenant]), tenant);
    const refused = await operator.tidings('erase', '--tenant', tenant);
    expect(refused.code).toBe(2);
    expect(refused.messages).toContain('pass --yes');
    const counted = await operator.json<Erased>('erase', '--tenant', tenant, '--dry-run');
    expect(counted).toMatchObject({ events: EVENTS, subscriptions: 2, connections: 1, slots: 2, deadLetters: 3 });
    expect(rowsOf(await allRows(), tenant)).toEqual(before);
    expect(await lettersOf(tenant)).toHaveLength(3);
  });

  it('goes on after it was killed, leaves nothing of the tenant and all of others, and a new history is another', async () => {
    const tenant = newTenant('erase#%');
    // Their keys begin with its key, as far as a text goes.
    const others = [`${tenant}#x`, `${tenant}x`, tenant.slice(0, -1)];
    const socket = await furnish(tenant, EVENTS);
    const strangers: SocketClient[] = [];
    for (const other of others) strangers.push(await furnish(other, 5));
    const token = await tokenFor({ tenant });
    const { epoch } = await readPage(token);
    const before = await settledRows([tenant, ...others]);

    const { code } = await operator.killAt('BatchWriteItem', 4, 'erase', '--tenant', tenant, '--yes');
    expect(code).toBeNull();
    const half = rowsOf(await allRows(), tenant);
    expect(half.size, tenant).toBeGreaterThan(0);
    expect(half.size, tenant).toBeLessThan(rowsOf(before, tenant).size);

    const second = await operator.tidings('erase', '--tenant', tenant, '--yes', '--thorough');
    expect(second.code, `${second.output}${second.messages}`).toBe(0);
    const after = await allRows();
    expect([...rowsOf(after, tenant).keys()]).toEqual([]);
    for (const other of others) expect(rowsOf(after, other), other).toEqual(rowsOf(before, other));
    if (has('socket-deletion')) await waitFor('the socket to be closed', () => socket.closed);
    else leaveOut('tidings erase: the socket is closed', 'socket-deletion');
    expect(strangers.map(({ closed }) => closed)).toEqual(others.map(() => undefined));
    expect(await lettersOf(tenant)).toEqual([]);
    expect(await lettersOf(others[0] ?? '')).toHaveLength(3);
    const third = await operator.tidings('erase', '--tenant', tenant, '--yes');
    expect(third.messages).toContain('knows nothing of a tenant');

    await publish([newEvent(tenant)]);
    await waitForHead(tenant, 1);
    expect((await readPage(token)).epoch, tenant).not.toBe(epoch);
    const old = new URLSearchParams({ after: '1', epoch: epoch ?? '' });
    const answer = await request('GET', `/events?${old}`, { token });
    expect(JSON.parse(answer.text), tenant).toMatchObject({ code: 'HISTORY_CUT', reason: 'epoch', oldest: 1, head: 1 });
  });
});

describe('tidings tenant and connections', () => {
  it('show how a tenant is doing', async () => {
    const tenant = newTenant('shown');
    const socket = await furnish(tenant, 30);
    const state = await waitFor('the fan-out to have caught up', async () => {
      const found = await operator.json<{ lag: number }>('tenant', tenant);
      return found.lag === 0 ? found : undefined;
    });
    expect(state, tenant).toMatchObject({
      tenant,
      head: 30,
      position: 30,
      connections: { open: 1, behind: 0 },
      subscriptions: [
        { name: 'a#b', status: 'active' },
        { name: 'billing', status: 'active' },
      ],
      storage: { events: 30, oldest: { sequence: 1, recordedtime: expect.stringMatching(/Z$/) } },
    });
    const rows = await operator.json<readonly unknown[]>('connections', '--tenant', tenant);
    expect(rows, tenant).toMatchObject([{ user: 'ada#b', sockets: 1, behind: 0 }]);
    const all = await operator.json<readonly { readonly tenant: string }[]>('connections');
    expect(all.find((row) => row.tenant === tenant)).toMatchObject({ sockets: 1, users: 1 });
    socket.kill();
    await operator.json('erase', '--tenant', tenant, '--yes');
    const { code, messages } = await operator.tidings('tenant', tenant);
    expect(code).toBe(1);
    expect(messages).toContain('knows nothing of a tenant');
  });
});
