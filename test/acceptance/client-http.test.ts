import {
  type HubClientOptions,
  HubError,
  TidingsHistory,
  TidingsLive,
  TidingsOperations,
  TidingsSubscriptions,
} from '@tidings/client';
import { asSequence } from '@tidings/contracts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { needs } from './capabilities.ts';
import { newEvent, newTenant, type SentEvent } from './events.ts';
import { type Claims, publish, readAll, tokenFor, waitForHead } from './hub.ts';
import { hubUnderTest } from './hub-under-test.ts';
import { numbers, sequencesOf } from './pages.ts';
import { serviceToken } from './subscription-routes.ts';
import { waitFor } from './wait.ts';

const optionsFor = (claims: Claims): HubClientOptions => ({
  apiUrl: hubUnderTest().target.apiUrl,
  token: () => tokenFor(claims),
});

/** A tenant with events, of which every third is for an organisation. */
async function tenantWith(count: number): Promise<{ readonly tenant: string; readonly events: readonly SentEvent[] }> {
  const tenant = newTenant('client-http');
  const events = numbers(1, count).map((number) =>
    newEvent(tenant, {
      subject: `thing/${number}`,
      ...(number % 3 === 0 && { organizationids: 'o1' }),
      ...(number % 2 === 0 && { type: 'community.member:left@v1' }),
    }),
  );
  for (const event of events) await publish([event]);
  await waitForHead(tenant, count);
  return { tenant, events };
}

async function all<Value>(values: AsyncIterable<Value>): Promise<readonly Value[]> {
  const list: Value[] = [];
  for await (const value of values) list.push(value);
  return list;
}

const errorOf = async (promise: Promise<unknown>): Promise<unknown> =>
  await promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('TidingsHistory', () => {
  it('gives page after page by sequence, and all of them as a loop', async () => {
    const { tenant } = await tenantWith(10);
    const claims = { tenant, organizations: ['o1'] };
    const history = new TidingsHistory(optionsFor(claims));
    const first = await history.page({ after: 2, limit: 3 });
    expect(first, tenant).toMatchObject({ kind: 'page', through: 5, head: 10, epoch: expect.stringMatching(/./) });
    const epoch = first.epoch;
    const next = await history.page({ after: { epoch, sequence: asSequence(5) } });
    expect(next, tenant).toMatchObject({ kind: 'page', epoch, through: 10, head: 10 });
    const looped = await all(history.events({ after: 0, limit: 3 }));
    expect(looped, tenant).toEqual(await readAll(await tokenFor(claims)));
    expect(sequencesOf(looped), tenant).toEqual(numbers(1, 10));
    const some = history.events({
      after: 1,
      through: 8,
      limit: 2,
      filter: { types: ['bank.*'], organizations: ['o1'] },
    });
    const chosen = looped.filter(
      ({ type, organizationids, sequence }) =>
        type.startsWith('bank.') && organizationids === 'o1' && Number(sequence) > 1 && Number(sequence) <= 8,
    );
    expect(chosen.length, tenant).toBeGreaterThan(0);
    expect(await all(some), tenant).toEqual(chosen);
  });

  it('begins at a time', async () => {
    const { tenant } = await tenantWith(6);
    const history = new TidingsHistory(optionsFor({ tenant, organizations: ['o1'] }));
    const recorded = await all(history.events());
    const since = recorded[3]?.recordedtime ?? '';
    const expected = recorded.filter(({ recordedtime }) => recordedtime >= since);
    expect(expected.length, tenant).toBeGreaterThan(0);
    expect(await all(history.events({ since })), tenant).toEqual(expected);
    expect(await history.page({ since: new Date(Date.now() + 60_000) }), tenant).toMatchObject({
      events: [],
      through: 6,
    });
    expect(await errorOf(history.page({ since: 'yesterday' })), tenant).toMatchObject({
      name: 'HubError',
      code: 'QUERY_INVALID',
      status: 400,
      errors: [{ path: '/since' }],
    });
  });

  it('says so where a cursor is of another history, or ahead of this one', async () => {
    const { tenant } = await tenantWith(2);
    const history = new TidingsHistory(optionsFor({ tenant }));
    const { epoch } = await history.page();
    const left = { kind: 'reset', epoch, oldest: 1, head: 2 };
    const foreign = { epoch: 'another', sequence: asSequence(1) };
    expect(await history.page({ after: foreign }), tenant).toEqual({ ...left, reason: 'epoch' });
    const ahead = { epoch, sequence: asSequence(9) };
    expect(await history.page({ after: ahead }), tenant).toEqual({ ...left, reason: 'ahead' });
    expect(await errorOf(all(history.events({ after: foreign }))), tenant).toMatchObject({ code: 'HISTORY_CUT' });
  });

  it('chooses by a subject with a comma, which no query can say', async () => {
    const tenant = newTenant('comma');
    await publish(['a,b', 'a', 'b'].map((subject) => newEvent(tenant, { subject })));
    await waitForHead(tenant, 3);
    const history = new TidingsHistory(optionsFor({ tenant }));
    const found = await all(history.events({ filter: { subjects: ['a,b', 'c'] } }));
    expect(
      found.map(({ subject }) => subject),
      tenant,
    ).toEqual(['a,b']);
  });

  it('gives one event by its id, and undefined alike for one that is not there, not for the viewer or another tenant’s', async () => {
    const tenant = newTenant('one');
    const odd = newEvent(tenant, { id: 'a/b?c=50%&d' });
    const closed = newEvent(tenant, { userids: 'alice' });
    await publish([odd, closed]);
    await waitForHead(tenant, 2);
    const bob = new TidingsHistory(optionsFor({ tenant, user: 'bob' }));
    expect(await bob.event(odd.id), tenant).toMatchObject({ id: odd.id, data: odd.data });
    const other = new TidingsHistory(optionsFor({ tenant: newTenant('other') }));
    const answers = [bob.event('never-was'), bob.event(closed.id), other.event(odd.id), bob.event('\ud800')];
    expect(await Promise.all(answers), tenant).toEqual([undefined, undefined, undefined, undefined]);
    const alice = new TidingsHistory(optionsFor({ tenant, user: 'alice' }));
    expect(await alice.event(closed.id), tenant).toMatchObject({ id: closed.id });
  });

  it('goes on with a new token after the last one has ended, and is refused by name without the scope', async () => {
    const { tenant } = await tenantWith(1);
    const reasons: string[] = [];
    const history = new TidingsHistory({
      ...optionsFor({ tenant }),
      token: async (reason) => {
        reasons.push(reason);
        return reasons.length === 1 ? 'not.a.token' : await tokenFor({ tenant });
      },
    });
    expect(await history.page(), tenant).toMatchObject({ head: 1 });
    expect(reasons).toEqual(['connect', 'refused']);
    const scopeless = new TidingsHistory(optionsFor({ tenant, scope: 'bank' }));
    const error = await errorOf(scopeless.page());
    expect(error).toBeInstanceOf(HubError);
    expect(error).toMatchObject({ code: 'SCOPE_MISSING', status: 403, retryable: false });
  });
});

describe('TidingsSubscriptions', () => {
  const managerOf = (tenant: string) =>
    new TidingsSubscriptions({ apiUrl: hubUnderTest().target.apiUrl, token: () => serviceToken(tenant) });

  it('creates, shows, lists, pauses, resumes, acknowledges and deletes', async () => {
    const { tenant } = await tenantWith(4);
    const subscriptions = managerOf(tenant);
    const created = await subscriptions.create({ name: 'a/b', filter: { types: ['bank.*'] }, cursor: 'oldest' });
    expect(created, tenant).toMatchObject({ name: 'a/b', status: 'active', filter: { types: ['bank.*'] } });
    expect(created.cursor.sequence, tenant).toBe(0);
    expect(await subscriptions.get('a/b'), tenant).toEqual(created);
    expect(await subscriptions.get('none'), tenant).toBeUndefined();
    const head = await subscriptions.create({ name: 'head' });
    expect(head.cursor.sequence, tenant).toBe(4);
    expect(await subscriptions.list(), tenant).toEqual([created, head]);

    expect(await subscriptions.update('a/b', { status: 'paused' }), tenant).toMatchObject({ status: 'paused' });
    expect(await subscriptions.update('a/b', { status: 'active', filter: {} }), tenant).toMatchObject({
      status: 'active',
      filter: {},
    });
    const { epoch } = head.cursor;
    expect(await subscriptions.acknowledge('a/b', 2), tenant).toEqual({ epoch, sequence: 2 });
    expect(await subscriptions.acknowledge('a/b', '00000000000000000003'), tenant).toEqual({ epoch, sequence: 3 });
    expect(await errorOf(subscriptions.acknowledge('a/b', 99)), tenant).toMatchObject({ code: 'ACK_BEYOND_HEAD' });
    await subscriptions.delete('a/b');
    expect(await errorOf(subscriptions.delete('a/b')), tenant).toMatchObject({ code: 'SUBSCRIPTION_NOT_FOUND' });
    expect(await subscriptions.list(), tenant).toEqual([head]);
  });

  it('is refused by the hub’s own code: a name that is taken, and a token without the scope', async () => {
    const { tenant } = await tenantWith(1);
    const subscriptions = managerOf(tenant);
    await subscriptions.create({ name: 'taken' });
    expect(await errorOf(subscriptions.create({ name: 'taken' })), tenant).toMatchObject({
      code: 'SUBSCRIPTION_EXISTS',
      status: 409,
    });
    const reader = new TidingsSubscriptions(optionsFor({ tenant, scope: 'events:read' }));
    expect(await reader.list(), tenant).toHaveLength(1);
    const acts = [
      () => reader.create({ name: 'more' }),
      () => reader.update('taken', { status: 'paused' }),
      () => reader.delete('taken'),
    ];
    for (const act of acts) {
      expect(await errorOf(act()), tenant).toMatchObject({ code: 'SCOPE_MISSING', status: 403 });
    }
  });
});

describe('TidingsOperations', () => {
  it('tells how the hub does and what it measured, and lists and sends back dead letters', async () => {
    const { tenant } = await tenantWith(3);
    const operations = new TidingsOperations(optionsFor({ tenant, scope: 'operations:read operations:write' }));
    expect(await operations.health(), tenant).toMatchObject({
      tenant: { tenantid: tenant, head: 3, epoch: expect.stringMatching(/./) },
      queues: { intake: { waiting: expect.any(Number), inFlight: expect.any(Number) } },
    });
    const { series, periodSeconds } = await operations.metrics({ minutes: 5 });
    expect(series.length, tenant).toBeGreaterThan(0);
    for (const { values } of series) expect(values.length * periodSeconds, tenant).toBeGreaterThanOrEqual(5 * 60);
    expect(await operations.deadLetters({ queue: 'intake', limit: 10 }), tenant).toMatchObject({ letters: [] });
    const redrive = { queue: 'intake', letterIds: ['no-such-letter'] } as const;
    expect(await operations.redrive(redrive), tenant).toMatchObject({ redriven: 0, missing: ['no-such-letter'] });
  });

  it('is refused by the hub’s own code, with what was wrong', async () => {
    const tenant = newTenant('operations');
    const reader = new TidingsOperations(optionsFor({ tenant, scope: 'operations:read' }));
    expect(await errorOf(reader.redrive({ queue: 'intake', all: true })), tenant).toMatchObject({
      code: 'SCOPE_MISSING',
      status: 403,
    });
    expect(await errorOf(reader.metrics({ minutes: 0 })), tenant).toMatchObject({
      code: 'QUERY_INVALID',
      errors: [{ path: '/minutes' }],
    });
    const nobody = new TidingsOperations(optionsFor({ tenant, scope: 'events:read' }));
    expect(await errorOf(nobody.health()), tenant).toMatchObject({ code: 'SCOPE_MISSING' });
  });
});

describe('what TidingsLive tells of the sequence', () => {
  needs('socket-authorizer')('covers it without a hole, whatever is for others', async () => {
    const { tenant } = await tenantWith(20);
    const seen = new Set<number>();
    const known: number[] = [];
    const token = await tokenFor({ tenant });
    const live = new TidingsLive({
      url: hubUnderTest().target.socketUrl,
      token: () => token,
      cursor: 'oldest',
      ...(typeof WebSocket === 'undefined' && { webSocket: (await import('ws')).WebSocket }),
    });
    onTestFinished(() => live.close());
    live.on('*', ({ sequence }) => seen.add(Number(sequence)));
    live.onRange(({ from, through, kind }) => {
      if (kind !== 'gap') known.push(...numbers(from, through));
    });
    await waitFor('the past', () => known.length === 20 || undefined, { lastSeen: () => known.join() });
    await publish([newEvent(tenant, { userids: 'somebody-else' })]);
    await publish([newEvent(tenant)]);
    await waitFor('what is new', () => known.includes(22) || undefined, { lastSeen: () => known.join() });
    expect(new Set(known).size, tenant).toBe(known.length);
    expect(
      numbers(1, 20).filter((number) => !known.includes(number)),
      tenant,
    ).toEqual([]);
    const visible = sequencesOf(await readAll(token));
    expect(visible, tenant).not.toContain(21);
    expect(visible.length, tenant).toBeLessThan(20);
    expect(
      [...seen].toSorted((a, b) => a - b),
      tenant,
    ).toEqual(visible);
  });
});
