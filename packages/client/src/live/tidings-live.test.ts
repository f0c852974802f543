import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { numbers, settleable } from '../../test/client-under-test.ts';
import { FakeHub } from '../../test/fake-hub.ts';
import { type DeliveryError, memoryCursorStore, type Status } from '../delivery/index.ts';
import type { WebSocketClass } from '../delivery/surroundings.ts';
import { TidingsLive, type TidingsLiveOptions } from './index.ts';

const TYPE = 'bank.test:created@v1';

function startLive(hub: FakeHub, options: Partial<TidingsLiveOptions> = {}) {
  const live = new TidingsLive({
    url: 'wss://hub.example/v1',
    token: () => 'token',
    surroundings: hub.surroundings,
    ...options,
  });
  const errors: DeliveryError[] = [];
  const statuses: Status[] = [];
  live.onError((error) => errors.push(error));
  live.onStatus((status) => statuses.push(status));
  return { live, errors, statuses };
}

const sequenceOf = ({ sequence }: { readonly sequence: string }): number => Number(sequence);

describe('TidingsLive', () => {
  it('connects by itself after the first handler, and not before', async () => {
    const hub = new FakeHub();
    const { live } = startLive(hub);
    await hub.surroundings.pass(1000);
    expect([hub.sockets.length, live.state, live.cursor]).toEqual([0, 'connecting', undefined]);
    const seen: number[] = [];
    live.on(TYPE, (event) => seen.push(sequenceOf(event)));
    expect(hub.sockets).toHaveLength(0);
    await hub.surroundings.pass(1000);
    expect(live.state).toBe('live');
    hub.publish(3);
    await hub.surroundings.pass(1000);
    expect(seen).toEqual([1, 2, 3]);
    // The epoch of a tenant without events comes with a page.
    expect(live.cursor).toEqual({ epoch: 'e1', sequence: 3 });
  });

  it('gives an event to whose pattern matches it, in the order of registration, and to nobody who has left', async () => {
    const hub = new FakeHub();
    const { live } = startLive(hub);
    const seen: string[] = [];
    const off = live.on('*', () => seen.push('left'));
    live.on('bank.*', () => seen.push('first'));
    live.on('community.*', () => seen.push('other module'));
    live.on('bank.transaction:*', () => seen.push('other entity'));
    live.on('*.test:created@v*', () => {
      seen.push('second');
      removed();
    });
    const removed = live.on('*', () => seen.push('taken away by the one before'));
    const controller = new AbortController();
    live.on(TYPE, () => seen.push('aborted'), { signal: controller.signal });
    live.on(TYPE, () => seen.push('aborted before'), { signal: AbortSignal.abort() });
    off();
    off();
    controller.abort();
    await hub.surroundings.pass(1000);
    hub.publish();
    await hub.surroundings.pass(1000);
    expect(seen).toEqual(['first', 'second']);
  });

  it('calls handlers side by side, and moves on when all have settled', async () => {
    const hub = new FakeHub();
    const { live } = startLive(hub);
    const gates = [settleable(), settleable()];
    const seen: string[] = [];
    for (const [index, gate] of gates.entries()) {
      live.on('*', (event) => {
        seen.push(`${index}:${sequenceOf(event)}`);
        return gate.promise;
      });
    }
    hub.publish();
    await hub.surroundings.pass(1000);
    hub.publish(2);
    await hub.surroundings.pass(1000);
    expect(seen).toEqual(['0:2', '1:2']);
    gates[1]?.resolve();
    await hub.surroundings.pass(1000);
    expect([seen, live.cursor?.sequence]).toEqual([['0:2', '1:2'], 1]);
    gates[0]?.resolve();
    await hub.surroundings.pass(1000);
    expect([seen, live.cursor?.sequence]).toEqual([['0:2', '1:2', '0:3', '1:3'], 3]);
  });

  it('tells of a handler that throws or rejects, with event and pattern, and goes on', async () => {
    const hub = new FakeHub();
    const { live, errors } = startLive(hub);
    const seen: number[] = [];
    live.on(TYPE, () => {
      throw new Error('thrown');
    });
    live.on('bank.*', () => Promise.reject(new Error('rejected')));
    live.on('*', (event) => seen.push(sequenceOf(event)));
    await hub.surroundings.pass(1000);
    hub.publish(2);
    await hub.surroundings.pass(1000);
    expect(seen).toEqual([1, 2]);
    expect(errors.map(({ code, eventId, pattern, cause }) => [code, eventId, pattern, String(cause)])).toEqual([
      ['HANDLER_FAILED', 'event-1', TYPE, 'Error: thrown'],
      ['HANDLER_FAILED', 'event-1', 'bank.*', 'Error: rejected'],
      ['HANDLER_FAILED', 'event-2', TYPE, 'Error: thrown'],
      ['HANDLER_FAILED', 'event-2', 'bank.*', 'Error: rejected'],
    ]);
    expect(live.cursor?.sequence).toBe(2);
  });

  it('says on the console what nobody else wants to hear', async () => {
    const hub = new FakeHub();
    const console = vi.spyOn(globalThis.console, 'error').mockImplementation(() => undefined);
    const live = new TidingsLive({ url: 'wss://hub.example/v1', token: () => 'token', surroundings: hub.surroundings });
    live.on('*', () => {
      throw new Error('unheard');
    });
    await hub.surroundings.pass(1000);
    hub.publish();
    await hub.surroundings.pass(1000);
    expect(console).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'HANDLER_FAILED' }));
    console.mockRestore();
  });

  it('keeps what one listener throws from the others', async () => {
    const hub = new FakeHub();
    const { live, errors, statuses } = startLive(hub);
    live.onError(() => {
      throw new Error('of errors');
    });
    const later: string[] = [];
    const off = live.onStatus(() => {
      throw new Error('of statuses');
    });
    live.onStatus(({ state }) => later.push(state));
    live.connect();
    await hub.surroundings.pass(1000);
    off();
    expect(later).toEqual(statuses.map(({ state }) => state));
    expect(new Set(errors.map(({ message }) => message))).toEqual(new Set(['A handler of onStatus failed']));
  });

  it('tells of a reset, and waits for who hears of it', async () => {
    const hub = new FakeHub();
    hub.publish(20);
    hub.oldest = 11;
    const gate = settleable();
    const { live } = startLive(hub, { cursor: { epoch: 'e1', sequence: 3 as never } });
    const seen: unknown[] = [];
    live.onReset(({ reason, oldest }) => {
      seen.push([reason, oldest]);
      return gate.promise;
    });
    live.on('*', (event) => seen.push(sequenceOf(event)));
    await hub.surroundings.pass(5000);
    expect(seen).toEqual([['retention', 11]]);
    gate.resolve();
    await hub.surroundings.pass(5000);
    expect(seen).toEqual([['retention', 11], ...numbers(11, 20)]);
  });

  it('goes on in the next life where the store says', async () => {
    const hub = new FakeHub();
    const cursorStore = memoryCursorStore();
    const seen: number[] = [];
    for (let life = 0; life < 3; life += 1) {
      const { live } = startLive(hub, { cursorStore, cursor: 'oldest' });
      live.on('*', (event) => seen.push(sequenceOf(event)));
      hub.publish(4);
      await hub.surroundings.pass(5000);
      await live.close();
    }
    expect(seen).toEqual(numbers(1, 12));
  });

  it('closes once, before it has connected too', async () => {
    const hub = new FakeHub();
    const { live, statuses } = startLive(hub);
    live.on('*', () => expect.unreachable());
    await live.close();
    await live.close();
    live.connect();
    live.on('*', () => expect.unreachable());
    await hub.surroundings.pass(1000);
    expect([live.state, hub.sockets.length, hub.surroundings.pending]).toEqual(['closed', 0, 0]);
    expect(statuses).toEqual([{ state: 'closed', previous: 'connecting', reason: 'closed' }]);
  });

  it.each([
    ['no url', { url: 'https://hub.example' }],
    ['no token function', { token: 'token' }],
    ['a filter that cannot be used', { filter: { kinds: ['bank'] } }],
    ['no cursor', { cursor: { sequence: 4 } }],
    ['no apiUrl', { apiUrl: 'hub.example' }],
    ['an apiUrl of another scheme', { apiUrl: 'ftp://hub.example' }],
  ])('refuses %s as it is made', (_, wrong) => {
    expect(() => startLive(new FakeHub(), wrong as Partial<TidingsLiveOptions>)).toThrow(/Expected|cannot be used/);
  });

  it('refuses what is no pattern and no handler', () => {
    const { live } = startLive(new FakeHub());
    expect(() => live.on('' as string, () => undefined)).toThrow('Expected a pattern such as "bank.*", found ""');
    expect(() => live.on('*', undefined as never)).toThrow('Expected a handler, found nothing');
    expect(() => live.onStatus('x' as never)).toThrow('Expected a handler, found "x"');
    expect(() => live.events(7 as never)).toThrow('Expected a pattern');
    expect(() => live.events('*', { limit: -1 })).toThrow('Expected a limit from 0 on, found -1');
  });
});

describe('TidingsLive in Node', () => {
  it('says what to do where there is no WebSocket', async () => {
    const hub = new FakeHub();
    vi.stubGlobal('WebSocket', undefined);
    const { schedule, random, now } = hub.surroundings;
    const surroundings = {
      schedule: schedule.bind(hub.surroundings),
      random: random.bind(hub.surroundings),
      now: now.bind(hub.surroundings),
    };
    const { live, errors } = startLive(hub, { surroundings });
    live.connect();
    await hub.surroundings.pass(100);
    vi.unstubAllGlobals();
    await live.close();
    expect(errors[0]).toMatchObject({
      code: 'SOCKET_FAILED',
      message: expect.stringContaining('pass webSocket, such as the WebSocket of the package "ws"'),
    });
  });

  it('does not tell the token that a socket could not be made with', async () => {
    const hub = new FakeHub();
    const webSocket = class {
      constructor(_url: string, protocols: string[]) {
        throw new SyntaxError(`The subprotocol '${protocols[1]}' is invalid.`);
      }
      send(): void {}
      close(): void {}
    };
    const { schedule, random, now } = hub.surroundings;
    const surroundings = {
      schedule: schedule.bind(hub.surroundings),
      random: random.bind(hub.surroundings),
      now: now.bind(hub.surroundings),
    };
    const { live, errors } = startLive(hub, { surroundings, webSocket, token: () => 'secret token' });
    live.connect();
    await hub.surroundings.pass(100);
    await live.close();
    expect(errors[0]).toMatchObject({ code: 'SOCKET_FAILED', message: expect.stringContaining('SyntaxError') });
    expect(inspect(errors, { depth: 9 })).not.toContain('secret');
  });

  it('opens sockets of the class that it is given', async () => {
    const hub = new FakeHub();
    const opened: unknown[] = [];
    const webSocket = class {
      onopen = null;
      onmessage = null;
      onclose = null;
      onerror = null;
      constructor(url: string, protocols: string[]) {
        opened.push([url, protocols]);
      }
      send(): void {}
      close(): void {}
    } satisfies WebSocketClass;
    const { schedule, random, now } = hub.surroundings;
    const surroundings = {
      schedule: schedule.bind(hub.surroundings),
      random: random.bind(hub.surroundings),
      now: now.bind(hub.surroundings),
    };
    const { live } = startLive(hub, { surroundings, webSocket });
    live.connect();
    await hub.surroundings.pass(100);
    expect(opened).toEqual([['wss://hub.example/v1', ['tidings.v1', 'bearer.token']]]);
    await live.close();
  });
});

describe('what TidingsLive tells of the sequence', () => {
  it('tells what came live, what was not for the client, what is missing, and what filled it', async () => {
    const hub = new FakeHub();
    hub.publish(10);
    const { live } = startLive(hub);
    const told: string[] = [];
    live.on('*', (event) => told.push(`event ${sequenceOf(event)}`));
    live.onRange(({ from, through, kind }) => told.push(`${kind} ${from}-${through}`));
    await hub.surroundings.pass(1000);
    expect(told).toEqual([]);
    hub.publish();
    await hub.surroundings.pass(1000);
    hub.publish(2, { isFor: false });
    hub.publish(2, { isLost: true });
    hub.publish();
    await hub.surroundings.pass(1000);
    expect(told).toEqual(['event 11', 'live 11-11', 'gap 12-15', 'event 16', 'live 16-16']);
    told.length = 0;
    await hub.surroundings.pass(600_000);
    // The page says that 12 and 13 are for others.
    expect(told).toEqual(['event 14', 'event 15', 'replayed 12-15']);
  });

  it('says so when nothing of a stretch was for the client', async () => {
    const hub = new FakeHub();
    const { live } = startLive(hub);
    const told: string[] = [];
    live.onRange(({ from, through, kind }) => told.push(`${kind} ${from}-${through}`));
    live.connect();
    hub.publish(5, { isFor: false });
    await hub.surroundings.pass(1000);
    hub.publish(3, { isFor: false });
    await hub.surroundings.pass(600_000);
    expect(told.at(-1)).toBe('replayed 6-8');
  });

  it('tells in the order of events and resets, and begins anew after a reset', async () => {
    const hub = new FakeHub();
    hub.publish(3);
    const { live } = startLive(hub, { cursor: 'oldest' });
    const told: string[] = [];
    live.on('*', (event) => told.push(`event ${sequenceOf(event)}`));
    live.onReset(({ reason, oldest }) => told.push(`reset: ${reason}, ${oldest}`));
    live.onRange(({ from, through, kind }) => told.push(`${kind} ${from}-${through}`));
    await hub.surroundings.pass(1000);
    hub.epoch = 'e2';
    hub.head = 5;
    hub.oldest = 4;
    hub.cut();
    await hub.surroundings.pass(60_000);
    expect(told).toEqual([
      ...['event 1', 'event 2', 'event 3', 'replayed 1-3'],
      ...['reset: epoch, 4', 'event 4', 'event 5', 'replayed 4-5'],
    ]);
  });

  it('tells who comes late only of what comes from then on, and nobody who has left', async () => {
    const hub = new FakeHub();
    const { live } = startLive(hub);
    const told: string[] = [];
    live.on('*', () => undefined);
    await hub.surroundings.pass(1000);
    hub.publish(4);
    await hub.surroundings.pass(1000);
    const off = live.onRange(({ from, through, kind }) => told.push(`${kind} ${from}-${through}`));
    hub.publish(2);
    await hub.surroundings.pass(1000);
    off();
    hub.publish(1);
    await hub.surroundings.pass(1000);
    expect(told).toEqual(['live 5-6']);
  });

  it('reports a handler that throws or rejects, and goes on', async () => {
    const hub = new FakeHub();
    const { live, errors } = startLive(hub);
    const seen: number[] = [];
    live.on('*', (event) => seen.push(sequenceOf(event)));
    live.onRange(() => {
      throw new Error('thrown');
    });
    live.onRange(() => Promise.reject(new Error('rejected')) as unknown as undefined);
    await hub.surroundings.pass(1000);
    hub.publish();
    hub.publish();
    await hub.surroundings.pass(1000);
    expect(seen).toEqual([1, 2]);
    expect(errors.map(({ code, cause }) => [code, (cause as Error).message])).toEqual(
      expect.arrayContaining([
        ['HANDLER_FAILED', 'thrown'],
        ['HANDLER_FAILED', 'rejected'],
      ]),
    );
  });
});
