import { describe, expect, it } from 'vitest';
import { needs } from './capabilities.ts';
import { newEvent, newTenant, type SentEvent } from './events.ts';
import { publish, waitForHead } from './hub.ts';
import { numbers, type PageFrame, requestPage, resume, sequencesOf, sync } from './pages.ts';
import { expectProblem } from './problem.ts';
import { openSocket, type SocketClient } from './socket-client.ts';
import { ALL_SCOPES, SubscriptionRoutes, serviceToken } from './subscription-routes.ts';

const sockets = needs('socket-authorizer');
const ids = (events: readonly { readonly id: string }[]): readonly string[] => events.map(({ id }) => id);

interface Stage {
  readonly tenant: string;
  readonly routes: SubscriptionRoutes;
  readonly epoch: string;
  readonly events: readonly SentEvent[];
  publishMore(count: number): Promise<readonly SentEvent[]>;
  open(scope?: string): Promise<SocketClient>;
}

/** A tenant with events, and the subscription `all` that stands before them. */
async function stage(count: number): Promise<Stage> {
  const tenant = newTenant('consumer');
  let head = 0;
  const publishMore = async (more: number): Promise<readonly SentEvent[]> => {
    const events = Array.from({ length: more }, () => newEvent(tenant));
    for (const event of events) {
      await publish([event]);
      head += 1;
      await waitForHead(tenant, head);
    }
    return events;
  };
  const events = await publishMore(count);
  const routes = new SubscriptionRoutes(await serviceToken(tenant));
  const { cursor } = await routes.make('all', { cursor: { sequence: 0 } });
  const open = async (scope = ALL_SCOPES) => openSocket({ token: await serviceToken(tenant, scope) });
  return { tenant, routes, epoch: cursor.epoch, events, publishMore, open };
}

const ack = (socket: SocketClient, sequence: unknown, rest: Readonly<Record<string, unknown>> = {}) =>
  socket.request({ action: 'ack', subscription: 'all', sequence, ...rest }) as Promise<PageFrame>;

describe('pulling from a subscription', () => {
  it('gives the same page until it is acknowledged, and then the next', async () => {
    const { tenant, routes, epoch, events } = await stage(5);
    const first = JSON.parse((await routes.pull('all', '?limit=2')).text);
    expect(first, tenant).toMatchObject({ cursor: { epoch, sequence: 0 }, epoch, through: 2, head: 5 });
    expect(ids(first.events), tenant).toEqual(ids(events.slice(0, 2)));
    expect(JSON.parse((await routes.pull('all', '?limit=2')).text), tenant).toEqual(first);
    expect(JSON.parse((await routes.ack('all', { sequence: first.through })).text), tenant).toEqual({
      cursor: { epoch, sequence: 2 },
    });
    expect(await routes.pulled('all'), tenant).toEqual(ids(events.slice(2)));
  });

  it('gives what the filter lets through, from the moment it is changed', async () => {
    const { tenant, routes, events } = await stage(2);
    await routes.change('all', { filter: { types: ['community.*'] } });
    expect(await routes.pulled('all'), tenant).toEqual([]);
    await routes.change('all', { filter: { types: ['bank.*'] } });
    expect(await routes.pulled('all'), tenant).toEqual(ids(events));
  });
});

describe('an acknowledgement', () => {
  it('that comes late, twice or out of order changes nothing', async () => {
    const { tenant, routes, epoch } = await stage(5);
    const standing: number[] = [];
    for (const sequence of [3, 1, 3, 2, 5, 4, 0, 5]) {
      const answer = await routes.ack('all', { sequence, epoch });
      expect(answer.status, answer.text).toBe(200);
      standing.push((JSON.parse(answer.text) as { cursor: { sequence: number } }).cursor.sequence);
    }
    expect(standing, tenant).toEqual([3, 3, 3, 3, 5, 5, 5, 5]);
    await routes.make('raced', { cursor: { sequence: 0 } });
    await Promise.all([5, 1, 4, 2, 3].map((sequence) => routes.ack('raced', { sequence })));
    expect(await routes.cursor('raced'), tenant).toEqual({ epoch, sequence: 5 });
  });

  const rows: readonly (readonly [string, object, number, string, string | undefined])[] = [
    ['beyond the head', { sequence: 3 }, 409, 'ACK_BEYOND_HEAD', '/sequence'],
    ['far ahead', { sequence: 2 ** 53 - 1 }, 409, 'ACK_BEYOND_HEAD', '/sequence'],
    ['of another epoch', { sequence: 1, epoch: 'made up' }, 409, 'EPOCH_MISMATCH', undefined],
    ['below 0', { sequence: -1 }, 400, 'CURSOR_INVALID', '/sequence'],
    ['of half an event', { sequence: 0.5 }, 400, 'CURSOR_INVALID', '/sequence'],
    ['of 2^53', { sequence: 2 ** 53 }, 400, 'CURSOR_INVALID', '/sequence'],
    ['of no number', { sequence: '1' }, 400, 'CURSOR_INVALID', '/sequence'],
    ['of nothing', {}, 400, 'CURSOR_INVALID', '/sequence'],
    ['with an epoch that is no text', { sequence: 1, epoch: 1 }, 400, 'CURSOR_INVALID', '/epoch'],
    ['with another member', { sequence: 1, through: 1 }, 400, 'SUBSCRIPTION_INVALID', '/through'],
  ];
  for (const [name, body, status, code, path] of rows) {
    sockets(`${name} is refused, over HTTP and over the socket`, async () => {
      const { tenant, routes, epoch, open } = await stage(2);
      const where = path === undefined ? {} : { path };
      expectProblem(await routes.ack('all', body), { status, code, ...where }, routes.token);
      const socket = await open();
      const frame = await socket.request({ action: 'ack', subscription: 'all', ...body });
      expect(frame, tenant).toMatchObject({
        type: 'error',
        code: code === 'SUBSCRIPTION_INVALID' ? 'FRAME_MALFORMED' : code,
      });
      expect(await routes.cursor('all'), tenant).toEqual({ epoch, sequence: 0 });
    });
  }

  sockets('for a foreign, deleted or paused subscription is refused, over HTTP and over the socket', async () => {
    const [mine, theirs] = [await stage(2), await stage(2)];
    await theirs.routes.make('theirs');
    await mine.routes.make('deleted', { cursor: { sequence: 0 } });
    await mine.routes.remove('deleted');
    await mine.routes.make('paused', { cursor: { sequence: 0 } });
    await mine.routes.change('paused', { status: 'paused' });
    const socket = await mine.open();
    for (const [subscription, status, code] of [
      ['theirs', 404, 'SUBSCRIPTION_NOT_FOUND'],
      ['deleted', 404, 'SUBSCRIPTION_NOT_FOUND'],
      ['paused', 409, 'SUBSCRIPTION_PAUSED'],
    ] as const) {
      expectProblem(await mine.routes.ack(subscription, { sequence: 1 }), { status, code }, mine.routes.token);
      const frame = await socket.request({ action: 'ack', subscription, sequence: 1 });
      expect(frame, subscription).toMatchObject({ type: 'error', code });
      expect((await resume(socket, subscription)).end, subscription).toMatchObject({ type: 'error', code });
    }
    expect(await mine.routes.cursor('paused'), mine.tenant).toMatchObject({ sequence: 0 });
  });
});

describe('a socket that takes up a subscription', () => {
  sockets('gets its page from where it stands and what comes, and shares its cursor with pulling', async () => {
    const { tenant, routes, epoch, events, publishMore, open } = await stage(4);
    await routes.ack('all', { sequence: 1 });
    const socket = await open();
    const { subscribed, frames, events: page, end } = await resume(socket, 'all');
    expect(subscribed, tenant).toMatchObject({ epoch, head: 4, cursor: { epoch, sequence: 1 } });
    expect(frames, tenant).toMatchObject([{ from: 2, through: 4 }]);
    expect(ids(page), tenant).toEqual(ids(events.slice(1)));
    expect(end, tenant).toMatchObject({ type: 'synced', through: 4, head: 4 });
    const [next] = await publishMore(1);
    await socket.event(next?.id ?? '');
    expect(await ack(socket, 4), tenant).toMatchObject({ type: 'acked', cursor: { epoch, sequence: 4 } });
    expect(await routes.pulled('all'), tenant).toEqual([next?.id]);
    expect((await routes.ack('all', { sequence: 5 })).status, tenant).toBe(200);
    expect((await resume(await open(), 'all')).subscribed, tenant).toMatchObject({ cursor: { epoch, sequence: 5 } });
    expect(await ack(socket, 2), `${tenant}: and no acknowledgement moves it back`).toMatchObject({
      cursor: { epoch, sequence: 5 },
    });
  });

  sockets('goes on where the last one was acknowledged, after its connection was lost', async () => {
    const { tenant, epoch, publishMore, open } = await stage(6);
    const lost = await open();
    expect(sequencesOf((await resume(lost, 'all')).events), tenant).toEqual(numbers(1, 6));
    await ack(lost, 3);
    lost.kill();
    await publishMore(2);
    const next = await open();
    const { subscribed, events } = await resume(next, 'all');
    expect(subscribed, tenant).toMatchObject({ cursor: { epoch, sequence: 3 } });
    expect(sequencesOf(events), tenant).toEqual(numbers(4, 8));
  });

  sockets('is one of several: all get everything, and the highest acknowledgement counts', async () => {
    const { tenant, routes, epoch, publishMore, open } = await stage(2);
    const [one, other] = [await open(), await open()];
    await resume(one, 'all');
    await resume(other, 'all');
    const more = await publishMore(3);
    for (const socket of [one, other]) {
      await socket.event(more[2]?.id ?? '');
      expect(sequencesOf(socket.events), tenant).toEqual(numbers(1, 5));
    }
    expect(await ack(other, 4), tenant).toMatchObject({ cursor: { sequence: 4 } });
    expect(await ack(one, 2), tenant).toMatchObject({ cursor: { sequence: 4 } });
    expect(await ack(one, 4), tenant).toMatchObject({ cursor: { sequence: 4 } });
    expect(await routes.cursor('all'), tenant).toEqual({ epoch, sequence: 4 });
  });

  sockets('gets nothing while it is paused, and everything after', async () => {
    const { tenant, routes, epoch, publishMore, open } = await stage(1);
    const socket = await open();
    await resume(socket, 'all');
    const witness = await open();
    await witness.subscribe();
    await routes.change('all', { status: 'paused' });
    const during = await publishMore(3);
    await witness.event(during[2]?.id ?? '');
    await socket.settle();
    expect(sequencesOf(socket.events), tenant).toEqual([1]);
    const paused = { type: 'error', code: 'SUBSCRIPTION_PAUSED' };
    expect((await sync(socket, { epoch, sequence: 1 })).end, tenant).toMatchObject(paused);
    expectProblem(await routes.pull('all'), { status: 409, code: 'SUBSCRIPTION_PAUSED' }, routes.token);
    await routes.change('all', { status: 'active' });
    const { events } = await sync(socket, { epoch, sequence: 1 });
    expect(ids(events), tenant).toEqual(ids(during));
    const [after] = await publishMore(1);
    await socket.event(after?.id ?? '');
    expect(sequencesOf(socket.events), tenant).toEqual(numbers(1, 5));
  });

  sockets('gets what a changed filter lets through from then on, and NOT_FOUND when it is deleted', async () => {
    const { tenant, routes, epoch, publishMore, open } = await stage(1);
    const socket = await open();
    await resume(socket, 'all');
    await routes.change('all', { filter: { types: ['community.*'] } });
    const unwanted = await publishMore(1);
    const wanted = newEvent(tenant, { type: 'community.member:left@v1' });
    await publish([wanted]);
    await socket.event(wanted.id);
    expect(ids(socket.events), tenant).not.toContain(unwanted[0]?.id);
    await routes.remove('all');
    const gone = { type: 'error', code: 'SUBSCRIPTION_NOT_FOUND' };
    expect((await sync(socket, { epoch, sequence: 0 })).end, tenant).toMatchObject(gone);
    expect((await resume(socket, 'all')).end, tenant).toMatchObject(gone);
  });

  sockets('needs the scope for reading', async () => {
    const { tenant, open } = await stage(1);
    const socket = await open('bank');
    const missing = { type: 'error', code: 'SCOPE_MISSING' };
    expect((await resume(socket, 'all')).end, tenant).toMatchObject(missing);
    expect(await ack(socket, 1), tenant).toMatchObject(missing);
  });

  sockets('is told of a request that cannot be', async () => {
    const { tenant, open } = await stage(1);
    const socket = await open();
    for (const [message, code, path] of [
      [{ subscription: 'a b' }, 'SUBSCRIPTION_INVALID', '/subscription'],
      [{ subscription: 7 }, 'SUBSCRIPTION_INVALID', '/subscription'],
      [{ subscription: 'x'.repeat(257) }, 'SUBSCRIPTION_INVALID', '/subscription'],
      [{ subscription: 'all', filter: {} }, 'FRAME_MALFORMED', '/subscription'],
      [{ subscription: 'all', cursor: { sequence: 0 } }, 'FRAME_MALFORMED', '/subscription'],
      [{ filter: { types: Array(1000).fill('bank.*') } }, 'FILTER_INVALID', '/filter/types'],
      [{ filter: { types: ['x'.repeat(10 * 1024)] } }, 'FILTER_INVALID', '/filter/types/0'],
    ] as const) {
      const { end } = await requestPage(socket, { action: 'subscribe', ...message });
      expect(end, tenant).toMatchObject({ type: 'error', code, errors: [{ path }] });
    }
  });

  for (const name of ['a/b?c#d%2F', '👩‍👩‍👧', '__proto__', '..', '😀'.repeat(256)]) {
    sockets(`has a name of any characters: ${name.slice(0, 20)}`, async () => {
      const { tenant, routes, open } = await stage(1);
      await routes.make(name, { cursor: { sequence: 0 } });
      const socket = await open();
      expect(sequencesOf((await resume(socket, name)).events), tenant).toEqual([1]);
      const acked = await socket.request({ action: 'ack', subscription: name, sequence: 1 });
      expect(acked, tenant).toMatchObject({ type: 'acked', cursor: { sequence: 1 } });
      expect(await routes.cursor(name), tenant).toMatchObject({ sequence: 1 });
    });
  }
});
