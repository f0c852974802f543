import { describe, expect, it } from 'vitest';
import { needs } from './capabilities.ts';
import { newEvent, newTenant, type SentEvent } from './events.ts';
import { readToken, signedByStranger } from './forged-token.ts';
import { publish, readPage, request, tokenFor, waitForHead } from './hub.ts';
import { BAD_CURSORS, numbers, type PageFrame, requestPage, sequencesOf, subscribeFrom, sync } from './pages.ts';
import { containsPartOf } from './problem.ts';
import { openReceiver, openSocket, type SocketClient } from './socket-client.ts';
import { waitFor } from './wait.ts';

const syncs = needs('socket-authorizer');
const COMMUNITY = 'community.member:left@v1';

const ids = (events: readonly { readonly id: string }[]): readonly string[] => events.map(({ id }) => id);
const many = (count: number, tenant: string, attributes: Partial<SentEvent> = {}): readonly SentEvent[] =>
  Array.from({ length: count }, () => newEvent(tenant, attributes));

/** Publishes, one request after the other, so that the order is known. */
async function publishInOrder(events: readonly SentEvent[], tenant: string): Promise<void> {
  const { head } = await readPage(await tokenFor({ tenant }), { limit: '1' });
  for (const [index, event] of events.entries()) {
    await publish([event]);
    await waitForHead(tenant, head + index + 1);
  }
}

const epochOf = async (tenant: string): Promise<string> =>
  String((await readPage(await tokenFor({ tenant }), { limit: '1' })).epoch);

describe('subscribe with a cursor', () => {
  syncs('replays what follows the cursor, and goes on live', async () => {
    const tenant = newTenant('replay');
    const past = many(5, tenant);
    await publishInOrder(past, tenant);
    const epoch = await epochOf(tenant);
    const socket = await openSocket({ claims: { tenant } });
    const { subscribed, frames, events, end } = await subscribeFrom(socket, { epoch, sequence: 2 });
    expect(subscribed, tenant).toMatchObject({ epoch, head: 5, heartbeatSeconds: 240 });
    expect(frames, tenant).toMatchObject([{ from: 3, through: 5, replay: true }]);
    expect(ids(events), tenant).toEqual(ids(past.slice(2)));
    expect(end, tenant).toMatchObject({ type: 'synced', through: 5, head: 5, events: 3 });
    const next = newEvent(tenant);
    await publish([next]);
    await socket.event(next.id);
    expect(socket.frames.at(-1), tenant).toMatchObject({ type: 'events', from: 6, through: 6, replay: false });
  });

  syncs('begins with the oldest event for {"sequence": 0}', async () => {
    const tenant = newTenant('oldest');
    await publish(many(3, tenant));
    await waitForHead(tenant, 3);
    const socket = await openSocket({ claims: { tenant } });
    const { events, end } = await subscribeFrom(socket, { sequence: 0 });
    expect(sequencesOf(events), tenant).toEqual([1, 2, 3]);
    expect(end, tenant).toMatchObject({ type: 'synced', through: 3, head: 3 });
  });

  syncs('of a tenant without events is good for the beginning of whatever comes', async () => {
    const tenant = newTenant('nothing-yet');
    const socket = await openSocket({ claims: { tenant } });
    const beginning = { epoch: '', sequence: 0 };
    const first = await subscribeFrom(socket, beginning);
    expect(first.subscribed, tenant).toMatchObject({ epoch: '', head: 0 });
    expect(first.end, tenant).toMatchObject({ type: 'synced', through: 0, head: 0, events: 0 });
    const [one, other] = many(2, tenant);
    await publishInOrder(
      [one, other].filter((event) => event !== undefined),
      tenant,
    );
    await socket.count(2);
    const again = await subscribeFrom(socket, beginning);
    expect(again.subscribed?.epoch, tenant).toBe(await epochOf(tenant));
    expect(sequencesOf(again.events), tenant).toEqual([1, 2]);
  });

  syncs('gives what the filter and the claims let through, and covers the rest', async () => {
    const tenant = newTenant('filtered');
    const wanted = newEvent(tenant, { type: COMMUNITY, organizationids: 'o1' });
    const foreign = newEvent(tenant, { type: COMMUNITY, organizationids: 'o2' });
    await publishInOrder([newEvent(tenant), wanted, foreign, newEvent(tenant)], tenant);
    const socket = await openSocket({ claims: { tenant, organizations: ['o1'] } });
    const { frames, events, end } = await subscribeFrom(socket, { sequence: 0 }, { types: ['community.*'] });
    expect(ids(events), tenant).toEqual([wanted.id]);
    expect(frames, tenant).toMatchObject([{ from: 1, through: 4 }]);
    expect(end, tenant).toMatchObject({ through: 4, head: 4, events: 1 });
    const none = await subscribeFrom(socket, { sequence: 0 }, { types: ['nothing.*'] });
    expect(none.frames, tenant).toEqual([]);
    expect(none.end, tenant).toMatchObject({ type: 'synced', through: 4, head: 4, events: 0 });
  });
});

describe('sync', () => {
  syncs('pages through a backlog: every event once, in order, no page larger than a message', async () => {
    const tenant = newTenant('backlog');
    const text = { firstName: 'x'.repeat(2500), lastName: 'y', favoriteColor: 'Red' };
    const data = { ...text, registrationDate: '2026-01-31T09:30:00Z' };
    await publish(many(250, tenant, { type: 'bank.test:created@v1', data }));
    await waitForHead(tenant, 250);
    const epoch = await epochOf(tenant);
    const socket = await openSocket({ claims: { tenant } });
    await socket.subscribe();
    const found: number[] = [];
    let pages = 0;
    for (let sequence = 0; sequence < 250; pages += 1) {
      const { events, end } = await sync(socket, { epoch, sequence });
      expect(end, tenant).toMatchObject({ type: 'synced', head: 250, events: events.length });
      expect(end.through, tenant).toBeGreaterThan(sequence);
      found.push(...sequencesOf(events));
      sequence = Number(end.through);
    }
    expect(found, tenant).toEqual(numbers(1, 250));
    expect(pages, tenant).toBeGreaterThan(4);
    expect(Math.max(...socket.sizes), tenant).toBeLessThanOrEqual(128 * 1024);
  });

  syncs('says that nothing is missing by a page without events', async () => {
    const tenant = newTenant('up-to-date');
    await publish(many(2, tenant));
    await waitForHead(tenant, 2);
    const socket = await openReceiver({ tenant });
    const { frames, end } = await sync(socket, { epoch: await epochOf(tenant), sequence: 2 });
    expect(frames, tenant).toEqual([]);
    expect(end, tenant).toMatchObject({ type: 'synced', through: 2, head: 2, events: 0 });
  });

  syncs('without a subscription is answered by NOT_SUBSCRIBED', async () => {
    const tenant = newTenant('early');
    const socket = await openSocket({ claims: { tenant } });
    const { end } = await sync(socket, { sequence: 0 });
    expect(end, tenant).toMatchObject({ type: 'error', code: 'NOT_SUBSCRIBED' });
  });

  syncs('without a cursor is refused', async () => {
    const socket = await openReceiver({ tenant: newTenant('no-cursor') });
    const { end } = await requestPage(socket, { action: 'sync' });
    expect(end).toMatchObject({ code: 'CURSOR_INVALID', errors: [{ path: '/cursor' }] });
  });

  syncs('too often is told, and goes on after the time that was told', async () => {
    const tenant = newTenant('flood');
    await publish(many(1, tenant));
    await waitForHead(tenant, 1);
    const cursor = { epoch: await epochOf(tenant), sequence: 1 };
    const socket = await openReceiver({ tenant });
    const limited = (): PageFrame | undefined => socket.frames.find(({ code }) => code === 'RATE_LIMITED');
    // 600 in 10 seconds: a window may begin in the middle of them.
    for (let burst = 0; burst < 10 && limited() === undefined; burst += 1) {
      const message = JSON.stringify({ action: 'sync', cursor });
      for (let sent = 0; sent < 650; sent += 1) socket.send(message);
      await socket.settle();
    }
    expect(limited(), tenant).toMatchObject({ type: 'error', message: expect.stringMatching(/./) });
    expect(limited()?.retryAfterSeconds, tenant).toBeGreaterThanOrEqual(1);
    expect(limited()?.retryAfterSeconds, tenant).toBeLessThanOrEqual(10);
    const event = newEvent(tenant);
    await publish([event]);
    await socket.event(event.id);
    const { end, events } = await waitFor('syncs to be taken again', async () => {
      const answer = await sync(socket, cursor);
      return answer.end.code === 'RATE_LIMITED' ? undefined : answer;
    });
    expect(end, tenant).toMatchObject({ type: 'synced', through: 2, head: 2 });
    expect(ids(events), tenant).toEqual([event.id]);
  });
});

describe('a cursor that cannot be continued from', () => {
  const expectAllAfterReset = async (socket: SocketClient, reset: PageFrame, expected: readonly string[]) => {
    const cursor = { epoch: reset.epoch, sequence: Number(reset.oldest) - 1 };
    expect(ids((await sync(socket, cursor)).events)).toEqual(expected);
  };

  syncs('of another history is answered by reset, and a sync from its oldest gives all there is', async () => {
    const [tenant, other] = [newTenant('reset'), newTenant('other')];
    const past = many(3, tenant);
    await publishInOrder(past, tenant);
    await publish([newEvent(other)]);
    await waitForHead(other, 1);
    const epoch = await epochOf(tenant);
    const socket = await openSocket({ claims: { tenant } });
    for (const foreign of [await epochOf(other), 'made up', '__proto__']) {
      for (const sequence of [0, 1, 2 ** 53 - 1]) {
        const { subscribed, end, frames } = await subscribeFrom(socket, { epoch: foreign, sequence });
        expect(subscribed, tenant).toMatchObject({ epoch, head: 3 });
        expect(frames, tenant).toEqual([]);
        expect(end, tenant).toMatchObject({ type: 'reset', reason: 'epoch', epoch, oldest: 1, head: 3 });
        const synced = await sync(socket, { epoch: foreign, sequence });
        expect(synced.end, tenant).toMatchObject({ type: 'reset', reason: 'epoch', epoch, oldest: 1, head: 3 });
      }
    }
    const { end } = await sync(socket, { epoch: 'made up', sequence: 2 });
    await expectAllAfterReset(socket, end, ids(past));
  });

  syncs('ahead of the head is answered by reset', async () => {
    const tenant = newTenant('ahead');
    const past = many(2, tenant);
    await publishInOrder(past, tenant);
    const epoch = await epochOf(tenant);
    const socket = await openReceiver({ tenant });
    for (const sequence of [3, 2 ** 53 - 1]) {
      const { end } = await sync(socket, { epoch, sequence });
      expect(end, tenant).toMatchObject({ type: 'reset', reason: 'ahead', epoch, oldest: 1, head: 2 });
    }
    const { end } = await subscribeFrom(socket, { epoch, sequence: 2 ** 53 - 1 });
    await expectAllAfterReset(socket, end, ids(past));
  });

  syncs('of a tenant without events is told from one that has seen nothing', async () => {
    const tenant = newTenant('blank');
    const socket = await openSocket({ claims: { tenant } });
    const { end } = await subscribeFrom(socket, { epoch: 'made up', sequence: 7 });
    expect(end, tenant).toMatchObject({ type: 'reset', reason: 'epoch', epoch: '', oldest: 1, head: 0 });
  });

  for (const [name, cursor, path] of BAD_CURSORS) {
    syncs(`because it is none is refused by name, and the socket goes on: ${name}`, async () => {
      const tenant = newTenant('bad-cursor');
      const socket = await openReceiver({ tenant });
      for (const action of ['subscribe', 'sync']) {
        const { end, subscribed } = await requestPage(socket, { action, cursor });
        expect(subscribed, action).toBeUndefined();
        expect(end, action).toMatchObject({
          type: 'error',
          code: 'CURSOR_INVALID',
          errors: [{ path: `/cursor${path}`, message: expect.stringContaining('expected') }],
        });
      }
      const event = newEvent(tenant);
      await publish([event]);
      await socket.event(event.id);
    });
  }
});

describe('a token that is sent over the socket', () => {
  const renew = (socket: SocketClient, token: unknown): Promise<PageFrame> =>
    socket.request({ action: 'token', token });

  syncs('gives its claims to what comes from then on, for better and for worse', async () => {
    const tenant = newTenant('renewed');
    const socket = await openReceiver({ tenant, organizations: ['o1'] });
    const forOne = () => newEvent(tenant, { organizationids: 'o1' });
    const forTwo = () => newEvent(tenant, { organizationids: 'o2' });
    const before = [forTwo(), forOne()];
    await publishInOrder(before, tenant);
    await socket.event(before[1]?.id ?? '');
    const token = await tokenFor({ tenant, organizations: ['o2'] });
    expect(await renew(socket, token), tenant).toMatchObject({
      type: 'renewed',
      expires: readToken(token).claims['exp'],
    });
    const after = [forOne(), forTwo()];
    await publishInOrder(after, tenant);
    await socket.event(after[1]?.id ?? '');
    await socket.settle();
    expect(ids(socket.events), tenant).toEqual([before[1]?.id, after[1]?.id]);
    const { events } = await sync(socket, { sequence: 0 });
    expect(ids(events), `${tenant}: pages go by the newest claims as well`).toEqual([before[0]?.id, after[1]?.id]);
  });

  syncs('of another tenant is refused, and the old one stays', async () => {
    const [tenant, other] = [newTenant('mine'), newTenant('theirs')];
    const socket = await openReceiver({ tenant });
    const answer = await renew(socket, await tokenFor({ tenant: other }));
    expect(answer, tenant).toMatchObject({ type: 'error', code: 'TENANT_MISMATCH' });
    const [mine, theirs] = [newEvent(tenant), newEvent(other)];
    await publish([theirs]);
    await waitForHead(other, 1);
    await publish([mine]);
    await socket.event(mine.id);
    const { events } = await sync(socket, { sequence: 0 });
    expect(ids(socket.events), tenant).toEqual([mine.id, mine.id]);
    expect(ids(events), tenant).toEqual([mine.id]);
  });

  const bad: readonly (readonly [string, string, (good: string) => Promise<unknown> | unknown])[] = [
    ['is signed by a stranger', 'TOKEN_SIGNATURE_INVALID', signedByStranger],
    ['is no token', 'TOKEN_MALFORMED', () => 'word'],
    ['has ended', 'TOKEN_EXPIRED', (good) => tokenFor({ tenant: tenantOf(good), expiresIn: -5 })],
    ['names no tenant', 'TENANT_CLAIM_MISSING', () => tokenFor({})],
    ['is empty', 'FRAME_MALFORMED', () => ''],
    ['is a number', 'FRAME_MALFORMED', () => 7],
  ];
  for (const [name, code, make] of bad) {
    syncs(`and ${name} is refused without being repeated, and the old one stays`, async () => {
      const tenant = newTenant('refused');
      const socket = await openReceiver({ tenant });
      const token = await make(await tokenFor({ tenant }));
      const answer = await renew(socket, token);
      expect(answer, tenant).toMatchObject({ type: 'error', code });
      expect(containsPartOf(JSON.stringify(answer), String(token)), tenant).toBe(false);
      const event = newEvent(tenant);
      await publish([event]);
      await socket.event(event.id);
    });
  }

  syncs('after the old one has ended brings everything that came in between', async () => {
    const tenant = newTenant('late');
    const token = await tokenFor({ tenant, expiresIn: 4 });
    const expiry = Number(readToken(token).claims['exp']) * 1000;
    const socket = await openSocket({ token });
    const { subscribed } = await subscribeFrom(socket, { sequence: 0 });
    expect(subscribed, tenant).toMatchObject({ head: 0 });
    const witness = await openReceiver({ tenant });
    const [first, ...missed] = many(4, tenant);
    await publish([first].filter((event) => event !== undefined));
    await socket.event(first?.id ?? '');
    await waitFor('the token to expire', () => Date.now() > expiry || undefined);
    await publishInOrder(missed, tenant);
    await witness.count(4);
    const cursor = { epoch: await epochOf(tenant), sequence: 1 };
    const refused = await sync(socket, cursor);
    expect(refused.end, tenant).toMatchObject({ type: 'error', code: 'TOKEN_EXPIRED' });
    expect(ids(socket.events), tenant).toEqual([first?.id]);
    expect(await renew(socket, await tokenFor({ tenant })), tenant).toMatchObject({ type: 'renewed' });
    const { events, end } = await sync(socket, cursor);
    expect(ids(events), tenant).toEqual(ids(missed));
    expect(end, tenant).toMatchObject({ through: 4, head: 4 });
    const live = newEvent(tenant);
    await publish([live]);
    await socket.event(live.id);
    expect(ids(socket.events), tenant).toEqual([first?.id, ...ids(missed), live.id]);
  });
});

describe('GET /events with a cursor of another history', () => {
  it('is answered by 410, with where to go on', async () => {
    const tenant = newTenant('pull-reset');
    await publish(many(2, tenant));
    await waitForHead(tenant, 2);
    const token = await tokenFor({ tenant });
    const answer = await request('GET', '/events?epoch=made-up&after=1', { token });
    expect(answer.status, answer.text).toBe(410);
    expect(JSON.parse(answer.text), tenant).toMatchObject({ code: 'HISTORY_CUT', reason: 'epoch', oldest: 1, head: 2 });
  });
});

const tenantOf = (token: string): string => String(readToken(token).claims['tenant_id']);
