import { type ConnectionState, type DeliveryReset, HubError, type Status } from '@tidings/client';
import { describe, expect, it } from 'vitest';
import type { SeenEvent } from '../event/as-text.ts';
import { LiveFeed, type LiveFeedOptions } from './live-feed.ts';

const event = (sequence: number, type = 'bank.test:created@v1'): SeenEvent =>
  ({
    id: `e${sequence}`,
    type,
    subject: `test/${sequence}`,
    sequence: String(sequence).padStart(20, '0'),
  }) as unknown as SeenEvent;

type Range = { readonly from: number; readonly through: number; readonly kind: 'live' | 'replayed' | 'gap' };

/** What the client would hand over, handed over by the test. */
class Hub {
  state: ConnectionState = 'connecting';
  cursor: LiveFeedOptions['live']['cursor'];
  asked: unknown[] = [];
  past: () => Promise<readonly SeenEvent[]> = async () => [];
  deliver: (event: SeenEvent) => void = () => undefined;
  settle: (range: Range) => void = () => undefined;
  cut: (reset: DeliveryReset) => void = () => undefined;
  status: (status: Status) => void = () => undefined;

  readonly live = clientOf(this);

  readonly history = {
    page: async (question: { readonly after: number }) => {
      this.asked.push(question.after);
      const events = await this.past();
      return { kind: 'page', epoch: 'e1', events, through: this.cursor?.sequence, head: this.cursor?.sequence };
    },
  } as unknown as LiveFeedOptions['history'];

  async goLive(sequence: number): Promise<void> {
    this.cursor = { epoch: 'e1', sequence } as NonNullable<LiveFeedOptions['live']['cursor']>;
    this.state = 'live';
    this.status({ state: 'live', previous: 'catching-up', reason: 'caught-up' });
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function clientOf(hub: Hub): LiveFeedOptions['live'] {
  return {
    get state() {
      return hub.state;
    },
    get cursor() {
      return hub.cursor;
    },
    on: (_: string, handler: Hub['deliver']) => {
      hub.deliver = handler;
    },
    onRange: (handler: Hub['settle']) => {
      hub.settle = handler;
    },
    onReset: (handler: Hub['cut']) => {
      hub.cut = handler;
    },
    onStatus: (handler: Hub['status']) => {
      hub.status = handler;
    },
  } as unknown as LiveFeedOptions['live'];
}

function open(options: Partial<LiveFeedOptions> = {}) {
  const hub = new Hub();
  const feed = new LiveFeed({ live: hub.live, history: hub.history, pace: (call) => call, ...options });
  const shown = () =>
    feed
      .getSnapshot()
      .entries.slice(0, feed.getSnapshot().count)
      .map(({ sequence }) => sequence);
  return { hub, feed, shown };
}

describe('the feed of live events', () => {
  it('begins with the recent past, each event once although some came live meanwhile', async () => {
    const { hub, feed, shown } = open();
    hub.past = async () => {
      hub.deliver(event(1003));
      return [event(998), event(1000)];
    };
    await hub.goLive(1000);
    expect(hub.asked).toEqual([500]);
    expect(shown()).toEqual([998, 1000, 1003]);
    expect(feed.getSnapshot()).toMatchObject({ past: 'there', received: 1 });
  });

  it('shows live events although the past is refused, and tries a past that failed again when asked to', async () => {
    const { hub, feed, shown } = open();
    hub.past = () => Promise.reject(new HubError('SCOPE_MISSING', 'no', { status: 403 }));
    await hub.goLive(10);
    expect(feed.getSnapshot().past).toBe('refused');
    hub.past = () => Promise.reject(new Error('no network'));
    await feed.loadPast();
    expect(feed.getSnapshot()).toMatchObject({ past: 'failed', pastError: new Error('no network') });
    hub.past = async () => [event(9)];
    await feed.loadPast();
    hub.deliver(event(11));
    expect(shown()).toEqual([9, 11]);
  });

  it('puts an event that was lost at first where it belongs', async () => {
    const { hub, shown } = open();
    await hub.goLive(0);
    for (const sequence of [1, 2, 5, 3, 4]) hub.deliver(event(sequence));
    expect(shown()).toEqual([1, 2, 3, 4, 5]);
  });

  it('holds the list while it is paused, counts what waits, and shows all of it afterwards', async () => {
    const { hub, feed, shown } = open();
    await hub.goLive(0);
    hub.deliver(event(1));
    feed.pause(true);
    hub.deliver(event(3));
    hub.deliver(event(2));
    expect(shown()).toEqual([1]);
    expect(feed.getSnapshot()).toMatchObject({ waiting: 2, received: 3, isPaused: true });
    feed.pause(false);
    expect(shown()).toEqual([1, 2, 3]);
    expect(feed.getSnapshot().waiting).toBe(0);
  });

  it('stays paused when somebody who had scrolled away comes back to the edge', async () => {
    const { hub, feed, shown } = open();
    await hub.goLive(0);
    feed.readAway(true);
    feed.pause(true);
    hub.deliver(event(1));
    feed.readAway(false);
    expect(shown()).toEqual([]);
    feed.pause(false);
    expect(shown()).toEqual([1]);
  });

  it('filters what is shown, also while it is held, and loses nothing by it', async () => {
    const { hub, feed, shown } = open();
    await hub.goLive(0);
    hub.deliver(event(1, 'bank.test:created@v1'));
    hub.deliver(event(2, 'community.member:joined@v1'));
    feed.pause(true);
    hub.deliver(event(3, 'community.member:left@v1'));
    feed.choose({ patterns: ['community.*'], text: '' });
    expect(shown()).toEqual([2]);
    expect(feed.getSnapshot()).toMatchObject({ waiting: 1, kept: 3 });
    hub.deliver(event(4, 'bank.test:created@v1'));
    expect(feed.getSnapshot().waiting).toBe(1);
    feed.pause(false);
    expect(shown()).toEqual([2, 3]);
    feed.choose({ patterns: [], text: 'TEST/4' });
    expect(shown()).toEqual([4]);
    feed.choose({ patterns: [], text: '' });
    expect(shown()).toEqual([1, 2, 3, 4]);
  });

  it('lets the oldest go, of the list too, but not of one that is held', async () => {
    const { hub, feed, shown } = open({ limits: { events: 100, characters: 1_000_000 } });
    await hub.goLive(0);
    for (let sequence = 1; sequence <= 90; sequence += 1) hub.deliver(event(sequence));
    feed.readAway(true);
    for (let sequence = 91; sequence <= 1000; sequence += 1) hub.deliver(event(sequence));
    expect([shown()[0], shown().length]).toEqual([1, 90]);
    feed.readAway(false);
    const { received, kept, dropped, count } = feed.getSnapshot();
    expect({ received, sum: kept + dropped, count }).toEqual({ received: 1000, sum: 1000, count: kept });
    hub.deliver(event(1001));
    expect(shown().at(-1)).toBe(1001);
  });

  it('forgets what is there when it is cleared, and counts on', async () => {
    const { hub, feed, shown } = open();
    await hub.goLive(0);
    hub.deliver(event(1));
    feed.clear();
    expect(shown()).toEqual([]);
    hub.deliver(event(2));
    expect(shown()).toEqual([2]);
    expect(feed.getSnapshot().received).toBe(2);
  });

  it('goes on with a history that was cut, and begins anew with another', async () => {
    const { hub, feed, shown } = open();
    await hub.goLive(0);
    hub.deliver(event(1));
    const reset = { oldest: 5, head: 9, previous: hub.cursor };
    hub.cut({ ...reset, reason: 'retention', epoch: 'e1' });
    expect(shown()).toEqual([1]);
    hub.cut({ ...reset, reason: 'epoch', epoch: 'e2' });
    hub.deliver(event(5));
    expect(shown()).toEqual([5]);
    expect(feed.getSnapshot().reset?.reason).toBe('epoch');
    feed.dismissReset();
    expect(feed.getSnapshot().reset).toBeUndefined();
  });

  it('says when there will be another try', () => {
    const { hub, feed } = open({ now: () => 1_000_000 });
    hub.status({ state: 'connecting', previous: 'live', reason: 'socket-closed', retryMilliseconds: 2500 });
    expect(feed.getSnapshot().connection).toEqual({
      state: 'connecting',
      reason: 'socket-closed',
      retryAt: 1_002_500,
    });
  });

  it('draws what the client tells of the sequence', async () => {
    const { hub, feed } = open();
    await hub.goLive(0);
    hub.settle({ from: 1, through: 2, kind: 'gap' });
    hub.deliver(event(3));
    hub.settle({ from: 3, through: 3, kind: 'live' });
    expect(feed.rail.runs()).toEqual([
      { from: 1, through: 2, mark: 'gap' },
      { from: 3, through: 3, mark: 'live' },
    ]);
  });
});
