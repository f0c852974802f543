import { describe, expect, it } from 'vitest';
import { settleable } from '../../test/client-under-test.ts';
import { FakeHub } from '../../test/fake-hub.ts';
import { memoryCursorStore } from '../delivery/index.ts';
import { TidingsLive, type TidingsLiveOptions } from './index.ts';

const liveOf = (hub: FakeHub, options: Partial<TidingsLiveOptions> = {}): TidingsLive => {
  const live = new TidingsLive({
    url: 'wss://hub.example/v1',
    token: () => 'token',
    surroundings: hub.surroundings,
    ...options,
  });
  live.onError(() => undefined);
  return live;
};

/** Runs a loop over events and keeps what it has seen. */
function loopOver(
  live: TidingsLive,
  body: (sequence: number) => unknown = () => undefined,
  options: Parameters<TidingsLive['events']>[1] = {},
) {
  const seen: number[] = [];
  const ended = (async () => {
    for await (const { sequence } of live.events('bank.*', options)) {
      seen.push(Number(sequence));
      if ((await body(Number(sequence))) === 'break') break;
    }
    return 'ended';
  })();
  ended.catch(() => undefined);
  return { seen, ended };
}

describe('a loop over events', () => {
  it('is given the next when it asks for it, and holds the cursor until then', async () => {
    const hub = new FakeHub();
    const live = liveOf(hub);
    const gates = [settleable(), settleable()];
    const loop = loopOver(live, (sequence) => gates[sequence - 1]?.promise);
    await hub.surroundings.pass(1000);
    hub.publish(3);
    await hub.surroundings.pass(1000);
    expect([loop.seen, live.cursor?.sequence]).toEqual([[1], 0]);
    gates[0]?.resolve();
    await hub.surroundings.pass(1000);
    expect(loop.seen).toEqual([1, 2]);
    gates[1]?.resolve();
    await hub.surroundings.pass(1000);
    expect([loop.seen, live.cursor?.sequence]).toEqual([[1, 2, 3], 3]);
  });

  it('leaves by break without holding anybody', async () => {
    const hub = new FakeHub();
    const live = liveOf(hub);
    const others: number[] = [];
    live.on('*', ({ sequence }) => others.push(Number(sequence)));
    const loop = loopOver(live, () => 'break');
    const other = loopOver(live);
    await hub.surroundings.pass(1000);
    hub.publish(3);
    await hub.surroundings.pass(1000);
    expect(await loop.ended).toBe('ended');
    expect([loop.seen, other.seen, others, live.cursor?.sequence]).toEqual([[1], [1, 2, 3], [1, 2, 3], 3]);
  });

  it('ends after its limit, and holds the last event until its body has run', async () => {
    const hub = new FakeHub();
    const live = liveOf(hub);
    const loop = loopOver(live, () => undefined, { limit: 2 });
    expect(await loopOver(live, () => undefined, { limit: 0 }).ended).toBe('ended');
    await hub.surroundings.pass(1000);
    hub.publish(3);
    await hub.surroundings.pass(1000);
    expect(await loop.ended).toBe('ended');
    expect([loop.seen, live.cursor?.sequence]).toEqual([[1, 2], 3]);
  });

  it('ends when its signal is aborted, also before it has begun', async () => {
    const hub = new FakeHub();
    const live = liveOf(hub);
    const controller = new AbortController();
    const loop = loopOver(live, () => undefined, { signal: controller.signal });
    await hub.surroundings.pass(1000);
    hub.publish();
    await hub.surroundings.pass(1000);
    controller.abort();
    expect(await loop.ended).toBe('ended');
    expect(await loopOver(live, () => undefined, { signal: controller.signal }).ended).toBe('ended');
    expect(loop.seen).toEqual([1]);
  });

  it('ends with the client, which waits for no loop: what was under way comes again in its next life', async () => {
    const hub = new FakeHub();
    const cursorStore = memoryCursorStore();
    hub.publish(5);
    const live = liveOf(hub, { cursorStore, cursor: 'oldest' });
    const loop = loopOver(live, async (sequence) => sequence === 3 && (await live.close()));
    await hub.surroundings.pass(1000);
    expect(await loop.ended).toBe('ended');
    expect(await loopOver(live).ended).toBe('ended');
    expect([loop.seen, cursorStore.cursor?.sequence]).toEqual([[1, 2, 3], 2]);
    const next = liveOf(hub, { cursorStore });
    const second = loopOver(next);
    await hub.surroundings.pass(1000);
    expect(second.seen).toEqual([3, 4, 5]);
  });

  it('throws what the hub refuses for good', async () => {
    const hub = new FakeHub();
    hub.refuses = () => ({ code: 'FILTER_INVALID' });
    const live = liveOf(hub);
    const loop = loopOver(live);
    await hub.surroundings.pass(1000);
    await expect(loop.ended).rejects.toMatchObject({ code: 'HUB_REFUSED', cause: { code: 'FILTER_INVALID' } });
    await expect(loopOver(live).ended).rejects.toMatchObject({ code: 'HUB_REFUSED' });
  });

  it('ends when it is closed, also after a refusal that has passed', async () => {
    const hub = new FakeHub();
    let refusals = 1;
    hub.refuses = () => (refusals-- > 0 ? { code: 'INTERNAL_ERROR' } : undefined);
    const live = liveOf(hub);
    const loop = loopOver(live);
    await hub.surroundings.pass(60_000);
    expect(live.state).toBe('live');
    await live.close();
    expect(await loop.ended).toBe('ended');
    expect(await loopOver(live).ended).toBe('ended');
  });

  it('answers who asks for several at once, in order', async () => {
    const hub = new FakeHub();
    const live = liveOf(hub);
    const iterator = live.events('*')[Symbol.asyncIterator]();
    const asked = [iterator.next(), iterator.next(), iterator.next()];
    await hub.surroundings.pass(1000);
    hub.publish(2);
    await hub.surroundings.pass(1000);
    await live.close();
    const answers = await Promise.all(asked);
    expect(answers.map(({ done, value }) => done || value.id)).toEqual(['event-1', 'event-2', true]);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });
});
