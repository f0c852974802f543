import { describe, expect, it } from 'vitest';
import { billedSeconds, billOfEvents, billOfMinutes, totalOf } from './bill.ts';
import type { CountedRun } from './counted-run.ts';
import { parseWire, readUnits, writeUnits } from './item-units.ts';
import { PRICES } from './prices.ts';

const USE = { invocations: 1, processorSeconds: 0, waitSeconds: 0.1, logBytes: 1000, logLines: 10, processorTotal: 0 };

/** A batch of ten events to ten receivers, as if it had been counted. */
const RUN: CountedRun = {
  events: 10,
  requests: 1,
  requestBytes: 10_240,
  answerBytes: 0,
  intakeBatches: 1,
  ringBatches: 1,
  intakeUnits: 10,
  usage: {
    putEvents: 1,
    busUnits: 10,
    ringUnits: 1,
    otherQueueUnits: 0,
    tableRequests: 8,
    readRequests: 5,
    writeUnits: 25,
    readUnits: 16,
    storedBytes: 2 ** 30 / 1e5,
    posts: 10,
    postUnits: 10,
    postBytes: 2 ** 30 / 1e5,
  },
  functions: { 'ingest-events': USE, 'store-events': USE, 'fan-out': USE },
};

describe('a bill', () => {
  const lines = billOfEvents(RUN, { events: 1e6, retentionDays: 30 });
  const dollarsOf = (what: string): number | undefined => lines.find((line) => line.what.startsWith(what))?.dollars;

  it.each([
    ['HTTP API', 0.1],
    ['EventBridge', 1],
    // 1,000,000 sent by the bus, 100,000 times taken, 100,000 times deleted.
    ['SQS, intake', 0.48],
    ['SQS FIFO', 0.15],
    ['DynamoDB, writes', 1.5625],
    ['DynamoDB, reads', 0.2],
    // A GB for 30 of 30.4 days.
    ['DynamoDB, storage', 0.25 * (30 / (730 / 24))],
    ['DynamoDB, recovery', 0.2 * (30 / (730 / 24))],
    ['Lambda, requests', 0.06],
    // 100,000 × 0.1 s × (1 + 0.5 + 1) GB.
    ['Lambda, time', 25_000 * 0.0000133334],
    ['WebSocket API', 1],
    ['Data transfer', 0.09],
  ])('is what the counts come to: %s', (what, dollars) => {
    expect(dollarsOf(what)).toBeCloseTo(dollars, 6);
  });

  it('has the bytes of logs, with those that AWS adds', () => {
    // Three functions with 1,000 bytes in ten lines of 26 more, besides what Lambda and API Gateway write.
    expect(dollarsOf('CloudWatch')).toBeGreaterThan((3 * (1000 + 260) * 1e5 * 0.5) / 2 ** 30);
  });

  it('grows with the events, and by nothing else', () => {
    const twice = billOfEvents(RUN, { events: 2e6, retentionDays: 30 });
    expect(totalOf(twice)).toBeCloseTo(2 * totalOf(lines), 6);
  });

  it('has open sockets apart', () => {
    expect(billOfMinutes({ sockets: 1000, hours: 730 })).toMatchObject({ units: 43_800_000, dollars: 10.95 });
  });
});

describe('billed time', () => {
  it('is what was waited, and what was computed on a part of a processor', () => {
    expect(billedSeconds(1769, { processorSeconds: 0.01, waitSeconds: 0.1 })).toBeCloseTo(0.115, 6);
    expect(billedSeconds(1769 / 2, { processorSeconds: 0.01, waitSeconds: 0.1 })).toBeCloseTo(0.13, 6);
  });

  it('is never less for more than one processor', () => {
    expect(billedSeconds(3538, { processorSeconds: 0.01, waitSeconds: 0 })).toBeCloseTo(0.015, 6);
  });
});

describe('units of an item', () => {
  it('are what is begun', () => {
    expect([writeUnits(0), writeUnits(1024), writeUnits(1025)]).toEqual([1, 1, 2]);
    expect([readUnits(0), readUnits(4096), readUnits(4097)]).toEqual([1, 1, 2]);
  });

  it('are of its bytes, not of what they are on the wire', () => {
    expect(parseWire('{"Item":{"B":{"S":"AAAA"},"json":{"B":"AAAA"}}}')).toEqual({
      Item: { B: { S: 'AAAA' }, json: { B: Buffer.alloc(3) } },
    });
  });
});

describe('the price table', () => {
  it('says where and when each price was found', () => {
    const prices = [...Object.values(PRICES.aws), ...Object.values(PRICES.appSyncEvents), PRICES.ably, PRICES.pusher];
    for (const { source, seen, what } of prices) {
      expect(source).toMatch(/^https:\/\//);
      expect(seen).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(what).not.toBe('');
      expect(seen <= PRICES.asOf).toBe(true);
    }
  });
});
