import { describe, expect, it } from 'vitest';
import { ably, appSyncEvents, bareApiGateway, bundled, pusher, type Traffic } from './peers.ts';

/** A million events of a KiB to ten receivers, ten at a time; one month of 730 hours. */
const TRAFFIC: Traffic = {
  events: 1e6,
  receivers: 10,
  bytes: 1024,
  batch: 10,
  sockets: 10,
  hours: 730,
  retentionDays: 30,
};

/** 10 million KiB in GiB at $0.09. */
const TRANSFER = (10_000_000 / 2 ** 20) * 0.09;

describe('a month of a peer', () => {
  it('is eleven operations an event at AppSync Events, and what leaves AWS', () => {
    const { events, connections } = appSyncEvents(TRAFFIC);
    expect(events).toBeCloseTo(11 + TRANSFER, 6);
    // 10 sockets × 43,800 minutes × $0.08 a million.
    expect(connections).toBeCloseTo(0.03504, 6);
  });

  it('counts each 5 KiB begun of a larger event', () => {
    expect(appSyncEvents({ ...TRAFFIC, bytes: 5 * 1024 + 1, receivers: 1, events: 1e6 }).events).toBeCloseTo(
      4 + ((5 * 1024 + 1) / 2 ** 30) * 1e6 * 0.09,
      6,
    );
    expect(ably({ ...TRAFFIC, bytes: 16 * 1024, receivers: 1 }).events).toBeCloseTo(8 * 2.5, 6);
  });

  it('falls by tiers at Ably', () => {
    // 11 million messages.
    expect(ably(TRAFFIC).events).toBeCloseTo(27.5, 6);
    // 101 million: 50 at 2.50 and 51 at 2.25.
    expect(ably({ ...TRAFFIC, receivers: 100 }).events).toBeCloseTo(50 * 2.5 + 51 * 2.25, 6);
    // 29 for the package, 0.438 million minutes of connections, 0.0438 of a channel.
    expect(ably(TRAFFIC).connections).toBeCloseTo(29 + 0.438 + 0.0438, 6);
  });

  it('is the cheapest plan of Pusher that holds a day, and none where none does', () => {
    // 11 million in 30.4 days are 361,644 a day.
    expect(pusher(TRAFFIC)).toMatchObject({ events: 49, remark: expect.stringContaining('Startup') });
    expect(pusher({ ...TRAFFIC, sockets: 600 }).events).toBe(99);
    expect(pusher({ ...TRAFFIC, events: 1e9 }).events).toBeNaN();
    expect(pusher({ ...TRAFFIC, bytes: 10_241 })).toMatchObject({
      events: Number.NaN,
      remark: 'takes no message above 10 KB',
    });
  });

  it('is one message in and ten out for a batch with API Gateway alone', () => {
    const { events, connections } = bareApiGateway(TRAFFIC);
    // 100,000 batches: 1.1 million messages, 100,000 invocations.
    expect(events).toBeCloseTo(1.1 + 0.02 + TRANSFER, 6);
    expect(connections).toBeCloseTo(0.1095, 6);
  });

  it('is less where five events of a KiB go as one message', () => {
    expect(bundled(TRAFFIC)).toMatchObject({ events: 200_000, bytes: 5120, batch: 2 });
    expect(appSyncEvents(bundled(TRAFFIC)).events).toBeCloseTo(2.2 + TRANSFER, 6);
  });

  it('stays what it is where no two events fit into one message', () => {
    expect(bundled({ ...TRAFFIC, bytes: 4000 })).toEqual({ ...TRAFFIC, bytes: 4000 });
  });
});
