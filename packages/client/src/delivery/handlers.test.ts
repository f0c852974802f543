import { asSequence, type RecordedEvent } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { numbers, settleable, startClient } from '../../test/client-under-test.ts';
import { FakeHub } from '../../test/fake-hub.ts';
import { type CursorStore, memoryCursorStore, storageCursorStore } from './index.ts';

const cursor = (sequence: number, epoch = 'e1') => ({ epoch, sequence: asSequence(sequence) });
const MINUTE = 60_000;

describe('a handler that takes its time', () => {
  it('is given one event after the other, and the next page is asked for when it is done with the last', async () => {
    const hub = new FakeHub();
    hub.publish(25);
    let running = 0;
    let most = 0;
    const client = startClient(hub, {
      cursor: 'oldest',
      async onEvent() {
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => hub.surroundings.schedule(1000, resolve));
        running -= 1;
      },
    });
    await hub.surroundings.pass(9000);
    expect(hub.received).toHaveLength(1);
    expect(client.delivery.cursor?.sequence).toBe(8);
    await hub.surroundings.pass(MINUTE);
    expect(client.delivered).toEqual(numbers(1, 25));
    expect(most).toBe(1);
    expect(client.delivery.state).toBe('live');
  });

  it('falls behind live events without losing any, and holds no more than it may', async () => {
    const hub = new FakeHub();
    const gate = settleable();
    const client = startClient(hub, { timing: { queue: 5 }, onEvent: () => gate.promise });
    hub.publish(1);
    await hub.surroundings.pass(100);
    for (let count = 0; count < 40; count += 1) {
      hub.publish(1);
      await hub.surroundings.pass(10);
    }
    expect(client.path().at(-1)).toBe('behind: handler-slow');
    expect(client.delivered).toEqual([2]);
    gate.resolve();
    await hub.surroundings.pass(1000);
    expect(client.delivered).toEqual(numbers(2, 41));
    expect(client.delivery.state).toBe('live');
    expect(client.delivery.cursor).toEqual(cursor(41));
  });

  it('goes on when its queue is empty, whoever else waited for that', async () => {
    const hub = new FakeHub();
    hub.publish(11);
    const client = startClient(hub, {
      cursor: 'oldest',
      timing: { queue: 5 },
      onEvent: () => new Promise<void>((resolve) => hub.surroundings.schedule(10, resolve)),
    });
    await hub.surroundings.pass(20);
    hub.publish(1);
    await hub.surroundings.pass(1000);
    expect(client.path()).toContain('behind: handler-slow');
    expect(client.delivered).toEqual(numbers(1, 12));
  });

  it('is not flooded by heartbeats and reconnects while it hangs', async () => {
    const hub = new FakeHub();
    hub.publish(8);
    const gate = settleable();
    const client = startClient(hub, { cursor: 'oldest', timing: { queue: 5 }, onEvent: () => gate.promise });
    await hub.surroundings.pass(MINUTE);
    hub.publish(30);
    for (let count = 0; count < 3; count += 1) {
      hub.cut();
      await hub.surroundings.pass(10 * MINUTE);
    }
    expect(hub.received.length).toBe(1);
    gate.resolve();
    await hub.surroundings.pass(5 * MINUTE);
    expect(client.delivered).toEqual(numbers(1, 38));
  });

  it('may fail, at once or later: that is told, and delivery goes on', async () => {
    const hub = new FakeHub();
    hub.publish(3);
    const client = startClient(hub, {
      cursor: 'oldest',
      onEvent({ sequence }: RecordedEvent) {
        if (Number(sequence) === 1) throw new Error('broken');
        return Number(sequence) === 2 ? Promise.reject(new Error('broken later')) : undefined;
      },
      onStatus() {
        throw new Error('broken too');
      },
    });
    await hub.surroundings.pass(100);
    expect(client.delivered).toEqual([1, 2, 3]);
    expect(client.delivery.cursor).toEqual(cursor(3));
    const told = client.errors.map((error) => `${error.code}: ${(error.cause as Error).message}`);
    expect(told).toContain('HANDLER_FAILED: broken');
    expect(told).toContain('HANDLER_FAILED: broken later');
    expect(told).toContain('HANDLER_FAILED: broken too');
  });

  it('hears of a reset between the last event of before and the first of after', async () => {
    const hub = new FakeHub();
    hub.publish(3);
    const told: string[] = [];
    startClient(hub, {
      cursor: 'oldest',
      async onEvent({ sequence }: RecordedEvent) {
        await new Promise<void>((resolve) => hub.surroundings.schedule(100, resolve));
        told.push(`${Number(sequence)}`);
      },
      onReset: () => void told.push('reset'),
    });
    await hub.surroundings.pass(50);
    Object.assign(hub, { epoch: 'e2', head: 2 });
    hub.cut();
    await hub.surroundings.pass(MINUTE);
    expect(told).toEqual(['1', '2', '3', 'reset', '1', '2']);
  });
});

describe('where the cursor is kept', () => {
  it('gets a cursor only after the handler is done with the event', async () => {
    const hub = new FakeHub();
    hub.publish(3);
    const store = memoryCursorStore(cursor(0));
    const seen: (number | undefined)[] = [];
    startClient(hub, {
      cursorStore: store,
      async onEvent() {
        await new Promise<void>((resolve) => hub.surroundings.schedule(10, resolve));
        seen.push(store.cursor?.sequence);
      },
    });
    await hub.surroundings.pass(1000);
    expect(seen).toEqual([0, 1, 2]);
    expect(store.cursor).toEqual(cursor(3));
  });

  it('may fail to save: delivery goes on, and a later save succeeds', async () => {
    const hub = new FakeHub();
    let failures = 2;
    const saved: number[] = [];
    const cursorStore: CursorStore = {
      load: () => Promise.resolve(cursor(0)),
      async save({ sequence }) {
        failures -= 1;
        if (failures >= 0) throw new Error('quota');
        saved.push(sequence);
      },
    };
    const client = startClient(hub, { cursorStore });
    hub.publish(3);
    await hub.surroundings.pass(5 * MINUTE);
    expect(client.delivered).toEqual([1, 2, 3]);
    expect(saved).toEqual([3]);
    expect(client.errors.map(({ code }) => code)).toEqual(['STORE_FAILED', 'STORE_FAILED']);
  });

  it('may fail to load: nothing is delivered before it has succeeded', async () => {
    const hub = new FakeHub();
    hub.publish(3);
    let failures = 2;
    const cursorStore: CursorStore = {
      load() {
        failures -= 1;
        if (failures >= 0) throw new Error('locked');
        return cursor(1);
      },
      save: () => undefined,
    };
    const client = startClient(hub, { cursorStore });
    await hub.surroundings.pass(MINUTE);
    expect(client.delivered).toEqual([2, 3]);
    expect(client.path().slice(0, 3)).toEqual([
      'connecting: starting',
      'connecting: store-failed',
      'connecting: store-failed',
    ]);
  });

  it('is told if it holds something else', async () => {
    const hub = new FakeHub();
    hub.publish(3);
    const kept = new Map([['cursor', '{"sequence":']]);
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, text: string) => void kept.set(key, text),
    };
    const client = startClient(hub, { cursor: 'oldest', cursorStore: storageCursorStore(storage, 'cursor') });
    await hub.surroundings.pass(1000);
    expect(client.delivered).toEqual([1, 2, 3]);
    expect(client.errors.map(({ code }) => code)).toEqual(['STORE_UNREADABLE']);
    expect(kept.get('cursor')).toBe('{"epoch":"e1","sequence":3}');
    const again = startClient(hub, { cursorStore: storageCursorStore(storage, 'cursor') });
    hub.publish(1);
    await hub.surroundings.pass(1000);
    expect(again.delivered).toEqual([4]);
  });

  it('is asked to save again after a while, though nothing else happens', async () => {
    const hub = new FakeHub();
    hub.publish(3);
    let failures = 3;
    const saved: number[] = [];
    const cursorStore = {
      load: () => undefined,
      save({ sequence }: { readonly sequence: number }) {
        failures -= 1;
        if (failures >= 0) throw new Error('full');
        saved.push(sequence);
      },
    };
    const client = startClient(hub, { cursor: 'oldest', cursorStore });
    await hub.surroundings.pass(30_000);
    expect(client.errors.map(({ code }) => code)).toEqual(['STORE_FAILED', 'STORE_FAILED', 'STORE_FAILED']);
    expect(saved).toEqual([3]);
    await client.delivery.close();
    expect(hub.surroundings.pending).toBe(0);
  });

  it('never goes back, however slowly it saves', async () => {
    const hub = new FakeHub();
    const saved: number[] = [];
    let writing = 0;
    const client = startClient(hub, {
      cursorStore: {
        load: () => cursor(0),
        async save({ sequence }) {
          writing += 1;
          saved.push(sequence);
          expect(writing).toBe(1);
          await new Promise<void>((resolve) => hub.surroundings.schedule(35, resolve));
          writing -= 1;
        },
      },
    });
    for (let count = 0; count < 20; count += 1) {
      hub.publish(1);
      await hub.surroundings.pass(10);
    }
    await hub.surroundings.pass(1000);
    expect(client.delivered).toEqual(numbers(1, 20));
    expect(saved).toEqual(saved.toSorted((one, other) => one - other));
    expect(saved.at(-1)).toBe(20);
    expect(saved.length).toBeLessThan(15);
  });
});
